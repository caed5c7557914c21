"""Times as text: UTC, ISO-8601, with `Z`, as the example's events and every report write them."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def utc_text(time: datetime, timespec: str) -> str:
    """Write a time.

    Args:
        time: with a zone.
        timespec: how fine, as `datetime.isoformat` takes it: `seconds` or `milliseconds`.

    Raises:
        OverflowError: in UTC it is outside of the years 1 to 9999.
    """
    return time.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
