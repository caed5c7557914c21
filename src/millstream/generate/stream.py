"""From a seed to records in order of time. Pure: the same plan gives the same records, whoever asks and when."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from itertools import count, cycle
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from millstream.generate.event import Block, EventTopic, Record
from millstream.generate.orders import ORDERS
from millstream.generate.sampling import Draws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.generate.sampling import Ints

TOPICS: tuple[EventTopic, ...] = (ORDERS,)
BLOCK_SIZE = 1024
# Later than this after the event, a record is set aside as late.
LATE_AFTER_MS = 10_000
LATEST_MS = 300_000
CLOSING_AHEAD_MS = 3_600_000


@dataclass(frozen=True)
class StreamPlan:
    """All that the records depend on.

    Args:
        seed: chooses the random numbers.
        as_of_ms: record time of the first record, in milliseconds since 1970 UTC.
        rate: records a second over all topics.
        bad_pct: share of bad records, in percent.
        late_pct: share of late records, in percent.
        topics: the topics to fill.
    """

    seed: int
    as_of_ms: int
    rate: float
    bad_pct: float = 0.0
    late_pct: float = 0.0
    topics: tuple[EventTopic, ...] = TOPICS

    @property
    def run(self) -> str:
        """A name for ids: runs that could write other bytes have another one, so their ids never meet."""
        inputs = (self.seed, self.as_of_ms, float(self.rate), float(self.bad_pct), float(self.late_pct))
        digest = hashlib.blake2s(repr(inputs).encode(), digest_size=5).digest()
        return base64.b32encode(digest).decode().lower()

    def record_ms(self, position: int) -> int:
        """Record time of the record at a position of the whole stream, in milliseconds."""
        return self.as_of_ms + int(position * 1000.0 / self.rate)


def records(plan: StreamPlan) -> Iterator[Record]:
    """Yield records without end, in order of record time."""
    slots = interleave(tuple(topic.share for topic in plan.topics))
    streams = [_topic_records(plan, topic, _positions(slots, n)) for n, topic in enumerate(plan.topics)]
    if len(streams) == 1:
        return streams[0]
    return (next(streams[slot]) for slot in cycle(slots))


def closing_markers(plan: StreamPlan, topic: EventTopic, partitions: int, sent: int) -> Iterator[Record]:
    """Yield one valid record a partition, far enough after the `sent` records to close every window."""
    time_ms = plan.record_ms(sent) + CLOSING_AHEAD_MS
    for partition in range(partitions):
        key, value = topic.closing(partition, time_ms)
        yield Record(topic.name, key, value, time_ms, partition=partition)


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


@dataclass(frozen=True)
class _Positions:
    """Where a topic's records stand in the whole stream: at `slots` of every cycle of `length`."""

    slots: Ints
    length: int

    def of(self, numbers: Ints) -> Ints:
        turn, slot = np.divmod(numbers, len(self.slots))
        return turn * self.length + self.slots[slot]


def _positions(slots: tuple[int, ...], topic: int) -> _Positions:
    own = [place for place, slot in enumerate(slots) if slot == topic]
    return _Positions(np.array(own, dtype=np.int64), len(slots))


def _topic_records(plan: StreamPlan, topic: EventTopic, positions: _Positions) -> Iterator[Record]:
    run, bad_so_far = plan.run, 0
    for number in count():
        draws = Draws(plan.seed, topic.name, number)
        first = number * BLOCK_SIZE
        places = positions.of(np.arange(first, first + BLOCK_SIZE))
        record_ms = plan.as_of_ms + (places * 1000.0 / plan.rate).astype(np.int64)
        bad = (draws.uniform(BLOCK_SIZE) * 100 < plan.bad_pct).tolist()
        late = draws.uniform(BLOCK_SIZE) * 100 < plan.late_pct
        event_ms = record_ms - np.where(late, _late_ms(draws), _delay_ms(draws))
        pairs = topic.pairs(Block(run, first, record_ms, event_ms, draws))
        for (key, value), time_ms, is_bad, is_late in zip(pairs, record_ms.tolist(), bad, late.tolist(), strict=True):
            if is_bad:
                # Counted over the whole stream, so that few bad records already show every kind.
                fault = topic.faults[bad_so_far % len(topic.faults)]
                bad_so_far += 1
                yield Record(topic.name, key, fault.corrupt(value, time_ms), time_ms, fault.error_type)
            else:
                yield Record(topic.name, key, value, time_ms, None, is_late)


def _delay_ms(draws: Draws) -> Ints:
    """Delay of a record that is on time: 0.4 s on average, under 2 s for 97 of 100, never over 9.9 s."""
    spread = draws.uniform(BLOCK_SIZE)
    slow = draws.uniform(BLOCK_SIZE) < 0.03  # noqa: PLR2004
    return np.where(slow, 2_000 + spread * 7_900, spread * spread * spread * spread * 2_000).astype(np.int64)


def _late_ms(draws: Draws) -> Ints:
    """Delay of a late record: from one millisecond too late to five minutes, most of them under one."""
    spread = draws.uniform(BLOCK_SIZE)
    return LATE_AFTER_MS + 1 + (spread * spread * spread * (LATEST_MS - LATE_AFTER_MS)).astype(np.int64)
