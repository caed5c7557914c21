"""Flink's durations (Flink docs, "Configuration"; `TimeUtils`)."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(\d+)\s*([a-zµ]*)", re.IGNORECASE)
_MILLISECONDS = {
    **dict.fromkeys(("d", "day", "days"), 86_400_000),
    **dict.fromkeys(("h", "hour", "hours"), 3_600_000),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60_000),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1000),
    **dict.fromkeys(("", "ms", "milli", "millis", "millisecond", "milliseconds"), 1),
}


def milliseconds(text: str) -> int | None:
    """Read a duration; none when it is no number with a unit of milliseconds or more."""
    found = _WRITTEN.fullmatch(text.strip())
    unit = _MILLISECONDS.get(found[2].lower()) if found else None
    return int(found[1]) * unit if found and unit else None
