"""What a topic module gives the generator's core, and what it gets from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from millstream.generate.plan import StreamPlan
    from millstream.generate.sampling import Draws, Flags, Ints

Value: TypeAlias = str | bytes | None


class Record(NamedTuple):
    """One Kafka record; a named tuple because tens of thousands a second are made.

    `fault` names the check it fails, None for a good one. `late` is true when it will be set aside as late, which
    a bad record never is. A negative partition leaves the choice to the key.
    """

    topic: str
    key: str
    value: Value
    timestamp_ms: int
    fault: str | None = None
    late: bool = False
    partition: int = -1


@dataclass(frozen=True)
class Block:
    """A stretch of a topic for which values are drawn at once.

    Args:
        run: name of the run, for ids that no other run uses.
        first: position in the topic of the block's first record.
        record_ms: record times, in milliseconds since 1970 UTC.
        event_ms: event times, likewise.
        bad: which records will be spoilt.
        late: which records are late, if they are not bad.
        draws: the block's random numbers.
    """

    run: str
    first: int
    record_ms: Ints
    event_ms: Ints
    bad: Flags
    late: Flags
    draws: Draws

    @property
    def size(self) -> int:
        """How many records the block has."""
        return len(self.record_ms)


@dataclass(frozen=True)
class Fault:
    """One way in which a record can be bad.

    Args:
        error_type: the check that finds it, as written into the dead letter.
        name: what is wrong, unique within the topic.
        corrupt: good value and record time in milliseconds → bad value.
    """

    error_type: str
    name: str
    corrupt: Callable[[str, int], Value]


# Keys and good values of a block, in order; the blocks of a topic are given one after the other.
Writer: TypeAlias = "Callable[[Block], Iterator[tuple[str, str]]]"


@dataclass(frozen=True)
class EventTopic:
    """A topic the generator fills.

    Args:
        name: the topic's name without the namespace.
        share: its share of the rate, in percent; the shares of the topics that are generated are scaled to 100.
        writer: makes what writes the topic's values under a plan.
        closing: key and value of the closing marker of a partition at a time in milliseconds.
        faults: every way a record of this topic can be bad.
    """

    name: str
    share: int
    writer: Callable[[StreamPlan], Writer]
    closing: Callable[[int, int], tuple[str, str]]
    faults: tuple[Fault, ...]


def iso_all(times_ms: Ints) -> list[str]:
    """Write times as `YYYY-MM-DDTHH:MM:SS.mmm`, without the `Z`, which a template adds for less."""
    written: list[str] = np.datetime_as_string(times_ms.astype("datetime64[ms]")).tolist()
    return written


def iso(time_ms: int) -> str:
    """Write one time as `YYYY-MM-DDTHH:MM:SS.mmmZ`."""
    return iso_all(np.array([time_ms], dtype=np.int64))[0] + "Z"
