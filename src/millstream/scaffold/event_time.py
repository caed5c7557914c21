"""Which column is a topic's event time, and how far it lags behind the record time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.scaffold.envelope import Content

RECORD_TIME = "record_time"
# Allowed delays, in seconds: the first that nearly no sample exceeds; the tree's rule is the smallest.
DELAYS = (10, 30, 60, 300, 900, 3600)
# What comes later than this share of the samples is late: a watermark that waits for the last one delays them all.
ON_TIME = 0.95
_UNITS = ((3600, "HOUR"), (60, "MINUTE"), (1, "SECOND"))


@dataclass(frozen=True)
class EventTime:
    """A column that stands for when something happened.

    Args:
        column: its name.
        delay_s: seconds the watermark waits behind the record time.
        usual_lag_s: the lag, in seconds, that 95 of 100 samples do not exceed; negative when they came early.
        largest_lag_s: the largest one.
    """

    column: str
    delay_s: int
    usual_lag_s: float
    largest_lag_s: float

    @property
    def interval(self) -> str:
        """The delay as a SQL interval."""
        size, unit = next((size, unit) for size, unit in _UNITS if self.delay_s % size == 0 and self.delay_s > size - 1)
        return f"INTERVAL '{self.delay_s // size}' {unit}"


def guess(content: Content, types: Mapping[str, str]) -> EventTime | None:
    """Choose the time that lies nearest to the record time in the middle of the samples; none when there is no time."""
    names = [name for name in content.columns if types[name].startswith("TIMESTAMP_LTZ") and name != RECORD_TIME]
    lags = {name: _lags(content, name) for name in names}
    near = sorted((median(map(abs, found)), index) for index, found in enumerate(lags.values()) if found)
    if not near:
        return None
    column = names[near[0][1]]
    ordered = sorted(lags[column])
    usual = ordered[ceil(ON_TIME * len(ordered)) - 1]
    return EventTime(column, next((delay for delay in DELAYS if usual <= delay), DELAYS[-1]), usual, ordered[-1])


def _lags(content: Content, name: str) -> list[float]:
    """Seconds from event time to record time."""
    pairs = ((row.get(RECORD_TIME), record.record_time, row.get(name)) for record, row in content.rows)
    return [
        (_moment(own) or recorded).timestamp() - at.timestamp()
        for own, recorded, when in pairs
        if (at := _moment(when))
    ]


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
