"""The records of a rehearsal: of a file, or the newest of live topics."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from millstream.engines.kafka_records import newest
from millstream.errors import ProjectError, UsageError
from millstream.rehearse.model import Event, Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from millstream.engines.kafka_records import Record

SAMPLED = 400


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class _Line:
    """A line of a file of events; a value that is no text is written as JSON, and `null` is a tombstone."""

    phase: Phase
    topic: str
    at: AwareDatetime
    value: Any
    key: str | None = None


_LINE = TypeAdapter(_Line)


def read_events(path: Path) -> tuple[Event, ...]:
    """Read a file of one JSON object a line: `phase`, `topic`, `key`, `value`, `at`.

    Raises:
        UsageError: the file cannot be read.
        ProjectError: a line is wrong, or one side of the savepoint has no record.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"the events in {path} cannot be read: {exc}") from exc
    events = tuple(_event(path, number, line) for number, line in enumerate(lines, 1) if line.strip())
    if {event.phase for event in events} != set(Phase):
        raise ProjectError(f"{path} needs records of both phases", mend="write `before` or `after` as their `phase`")
    return events


def _event(path: Path, number: int, line: str) -> Event:
    try:
        read = _LINE.validate_json(line)
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the line"
        raise ProjectError(f"{path}:{number}: {where}: {first['msg'].lower()}") from None
    value = read.value if isinstance(read.value, str) else json.dumps(read.value, separators=(",", ":"))
    return Event(
        read.topic,
        None if read.key is None else read.key.encode(),
        None if read.value is None else value.encode(),
        read.at,
        read.phase,
    )


def sampled(bootstrap: str, topics: Iterable[str], count: int = SAMPLED) -> tuple[Event, ...]:
    """The newest records of live topics, in order of record time: one half is sent before the savepoint.

    Args:
        bootstrap: `host:port` of the brokers.
        topics: which ones.
        count: how many of each.

    Raises:
        EngineError: Kafka does not answer, or a topic does not exist.
    """
    return in_halves({topic: newest(bootstrap, topic, count).records for topic in topics})


def in_halves(records: Mapping[str, Iterable[Record]]) -> tuple[Event, ...]:
    """Put the records of several topics in order of time, and the savepoint in their middle."""
    listed = sorted(
        ((record, topic) for topic, found in records.items() for record in found), key=lambda pair: pair[0].record_time
    )
    return tuple(
        Event(
            topic,
            record.key,
            record.value,
            record.record_time,
            Phase.BEFORE if place < len(listed) // 2 else Phase.AFTER,
        )
        for place, (record, topic) in enumerate(listed)
    )
