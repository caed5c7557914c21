"""What a run tells: its progress, and in the end its report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.generate.event import Record

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Args:
        sent: records handed over so far, closing markers included.
        confirmed: records the broker confirmed so far.
        total: records to send in all, closing markers not counted; None when the run goes on until stopped.
        seconds: wall time since the first record was due.
        behind_s: by how many seconds of wall time the next record is overdue; 0 when as fast as possible.
    """

    sent: int
    confirmed: int
    total: int | None
    seconds: float
    behind_s: float

    @property
    def rate(self) -> float:
        """Confirmed records a second of wall time."""
        return _rate(self.confirmed, self.seconds)


@dataclass(frozen=True)
class Report:
    """What a run did.

    Args:
        sent: records sent, closing markers included.
        confirmed: records the broker confirmed; always `sent`, for anything less is an error.
        by_topic: sent by topic name without the namespace, closing markers included.
        bad: bad records.
        bad_by_type: bad records by the check that finds them.
        late: late records that are not bad.
        closing: closing markers.
        seconds: wall time until the last confirmation.
        first_record_time: record time of the first record, None when nothing was sent.
        last_record_time: record time of the last one that is no closing marker.
        stopped: the user ended the run.
    """

    sent: int
    confirmed: int
    by_topic: Mapping[str, int]
    bad: int
    bad_by_type: Mapping[str, int]
    late: int
    closing: int
    seconds: float
    first_record_time: datetime | None
    last_record_time: datetime | None
    stopped: bool

    @property
    def rate(self) -> float:
        """Confirmed records a second of wall time."""
        return _rate(self.confirmed, self.seconds)


@dataclass
class Tally:
    """Counts records as they are sent."""

    by_topic: Counter[str] = field(default_factory=Counter)
    bad_by_type: Counter[str] = field(default_factory=Counter)
    late: int = 0
    closing: int = 0
    first_ms: int | None = None
    last_ms: int | None = None

    def add(self, record: Record) -> None:
        """Count one record of the stream."""
        self.by_topic[record.topic] += 1
        if record.fault is not None:
            self.bad_by_type[record.fault] += 1
        elif record.late:
            self.late += 1
        if self.first_ms is None:
            self.first_ms = record.timestamp_ms
        self.last_ms = record.timestamp_ms

    def add_closing(self, record: Record) -> None:
        """Count one closing marker."""
        self.by_topic[record.topic] += 1
        self.closing += 1

    def report(self, confirmed: int, seconds: float, *, stopped: bool) -> Report:
        """Make the report of the run that ends now."""
        return Report(
            sent=self.by_topic.total(),
            confirmed=confirmed,
            by_topic=dict(self.by_topic),
            bad=self.bad_by_type.total(),
            bad_by_type=dict(self.bad_by_type),
            late=self.late,
            closing=self.closing,
            seconds=seconds,
            first_record_time=_time(self.first_ms),
            last_record_time=_time(self.last_ms),
            stopped=stopped,
        )


def _rate(records: int, seconds: float) -> float:
    return records / seconds if seconds > 0 else 0.0


def _time(time_ms: int | None) -> datetime | None:
    return None if time_ms is None else _EPOCH + timedelta(milliseconds=time_ms)
