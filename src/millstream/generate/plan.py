"""What a stream depends on, and the part of it that all topics have in common: when, how late, and whether bad."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from millstream.generate.event import Block
from millstream.generate.sampling import Draws
from millstream.generate.scenario import CALM, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.generate.event import EventTopic
    from millstream.generate.sampling import Ints

BLOCK_SIZE = 1024
# Later than this after the event, a record is set aside as late.
LATE_AFTER_MS = 10_000
LATEST_MS = 300_000


@dataclass(frozen=True)
class StreamPlan:
    """All that the records depend on.

    Args:
        seed: chooses the random numbers.
        as_of_ms: record time of the first record, in milliseconds since 1970 UTC.
        rate: records a second over all topics.
        topics: the topics to fill.
        bad_pct: share of bad records, in percent.
        late_pct: share of late records, in percent.
        scenario: what kind of day it is.
    """

    seed: int
    as_of_ms: int
    rate: float
    topics: tuple[EventTopic, ...] = field(repr=False)
    bad_pct: float = 0.0
    late_pct: float = 0.0
    scenario: Scenario = CALM

    @cached_property
    def run(self) -> str:
        """A name for ids: runs that could write other bytes have another one, so their ids never meet."""
        numbers = (self.seed, self.as_of_ms, float(self.rate), float(self.bad_pct), float(self.late_pct))
        inputs = (numbers, self.scenario.name, [topic.name for topic in self.topics])
        digest = hashlib.blake2s(repr(inputs).encode(), digest_size=5).digest()
        return base64.b32encode(digest).decode().lower()

    @cached_property
    def slots(self) -> tuple[int, ...]:
        """Of every record in a cycle of the stream, the index of its topic."""
        return interleave(tuple(topic.share for topic in self.topics))

    def record_ms(self, position: int) -> int:
        """Record time of the record at a position of the whole stream, in milliseconds."""
        return self.as_of_ms + int(position * 1000.0 / self.rate)

    def rate_of(self, topic: EventTopic) -> float:
        """Records a second of one topic."""
        return self.rate * topic.share / sum(each.share for each in self.topics)


def blocks(plan: StreamPlan, topic: EventTopic) -> Iterator[Block]:
    """Yield a topic's stretches without end; whoever asks, and when, gets the same numbers."""
    places = _Places(plan, topic)
    for number in count():
        draws = Draws(plan.seed, topic.name, number)
        first = number * BLOCK_SIZE
        record_ms = places.record_ms(np.arange(first, first + BLOCK_SIZE))
        bad = draws.uniform(BLOCK_SIZE) * 100 < plan.bad_pct
        late = draws.uniform(BLOCK_SIZE) * 100 < plan.late_pct
        event_ms = record_ms - np.where(late, _late_ms(draws), _delay_ms(draws))
        yield Block(plan.run, first, record_ms, event_ms, bad, late, draws)


def interleave(shares: tuple[int, ...]) -> tuple[int, ...]:
    """Spread topics evenly over the shortest cycle that keeps their shares (smooth weighted round robin, as in nginx).

    Returns:
        For every slot of the cycle the index of its topic.
    """
    parts = [share // gcd(*shares) for share in shares]
    credit = [0] * len(parts)
    slots = []
    for _ in range(sum(parts)):
        credit = [have + part for have, part in zip(credit, parts, strict=True)]
        chosen = credit.index(max(credit))
        credit[chosen] -= sum(parts)
        slots.append(chosen)
    return tuple(slots)


class _Places:
    """Where a topic's records stand in the whole stream, and so when they are recorded."""

    def __init__(self, plan: StreamPlan, topic: EventTopic) -> None:
        index = [each.name for each in plan.topics].index(topic.name)
        own = [place for place, slot in enumerate(plan.slots) if slot == index]
        self._own = np.array(own, dtype=np.int64)
        self._cycle = len(plan.slots)
        self._plan = plan

    def record_ms(self, numbers: Ints) -> Ints:
        turn, slot = np.divmod(numbers, len(self._own))
        places = turn * self._cycle + self._own[slot]
        times: Ints = self._plan.as_of_ms + (places * 1000.0 / self._plan.rate).astype(np.int64)
        return times


def _delay_ms(draws: Draws) -> Ints:
    """Delay of a record that is on time: 0.4 s on average, under 2 s for 97 of 100, never over 9.9 s."""
    spread = draws.uniform(BLOCK_SIZE)
    slow = draws.uniform(BLOCK_SIZE) < 0.03  # noqa: PLR2004
    return np.where(slow, 2_000 + spread * 7_900, spread * spread * spread * spread * 2_000).astype(np.int64)


def _late_ms(draws: Draws) -> Ints:
    """Delay of a late record: from one millisecond too late to five minutes, most of them under one."""
    spread = draws.uniform(BLOCK_SIZE)
    return LATE_AFTER_MS + 1 + (spread * spread * spread * (LATEST_MS - LATE_AFTER_MS)).astype(np.int64)
