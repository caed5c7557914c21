"""From a seed to records in order of time. Pure: the same plan gives the same records, whoever asks and when."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from millstream.errors import UsageError
from millstream.generate.event import Record
from millstream.generate.inventory import INVENTORY_CHANGES
from millstream.generate.orders import ORDERS
from millstream.generate.plan import StreamPlan, blocks
from millstream.generate.positions import VEHICLE_POSITIONS
from millstream.generate.shipments import SHIPMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from millstream.generate.event import EventTopic

TOPICS: tuple[EventTopic, ...] = (ORDERS, SHIPMENTS, VEHICLE_POSITIONS, INVENTORY_CHANGES)
CLOSING_AHEAD_MS = 3_600_000

__all__ = ["TOPICS", "StreamPlan", "closing_markers", "records", "select"]


def select(names: Iterable[str] | None) -> tuple[EventTopic, ...]:
    """Choose topics by name; all of them without names.

    Raises:
        UsageError: a name is not among them, or what a topic refers to is left out.
    """
    if names is None:
        return TOPICS
    wanted = set(names)
    known = [topic.name for topic in TOPICS]
    if not wanted or not wanted <= set(known):
        raise UsageError(f"`topics` is {', '.join(sorted(wanted))}", mend=f"It must be some of {', '.join(known)}.")
    if SHIPMENTS.name in wanted and ORDERS.name not in wanted:
        raise UsageError("`topics` holds shipments without orders", mend="It must hold the orders they ship, too.")
    return tuple(topic for topic in TOPICS if topic.name in wanted)


def records(plan: StreamPlan) -> Iterator[Record]:
    """Yield records without end, in order of record time."""
    streams = [_topic_records(plan, topic) for topic in plan.topics]
    if len(streams) == 1:
        return streams[0]
    return (next(streams[slot]) for slot in cycle(plan.slots))


def closing_markers(plan: StreamPlan, topic: EventTopic, partitions: int, sent: int) -> Iterator[Record]:
    """Yield one valid record a partition, far enough after the `sent` records to close every window."""
    time_ms = closing_ms(plan, sent)
    for partition in range(partitions):
        key, value = topic.closing(partition, time_ms)
        yield Record(topic.name, key, value, time_ms, partition=partition)


def closing_ms(plan: StreamPlan, sent: int) -> int:
    """Time of the closing markers after `sent` records, in milliseconds."""
    return plan.record_ms(sent) + CLOSING_AHEAD_MS


def _topic_records(plan: StreamPlan, topic: EventTopic) -> Iterator[Record]:
    write, bad_so_far = topic.writer(plan), 0
    for block in blocks(plan, topic):
        columns = (block.record_ms.tolist(), block.bad.tolist(), block.late.tolist())
        for (key, value), time_ms, is_bad, is_late in zip(write(block), *columns, strict=True):
            if is_bad:
                # Counted over the whole stream, so that few bad records already show every kind.
                fault = topic.faults[bad_so_far % len(topic.faults)]
                bad_so_far += 1
                yield Record(topic.name, key, fault.corrupt(value, time_ms), time_ms, fault.error_type)
            else:
                yield Record(topic.name, key, value, time_ms, None, is_late)
