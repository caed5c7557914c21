"""What an expression found, as the declared type."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from lxml import etree

from millstream.timestamps import utc_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from millstream.project.http_source import FieldRule

_INTEGER = re.compile(r"[+-]?\d{1,300}")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


class WrongType(Exception):  # noqa: N818 - worded as the finding
    """A value that cannot be made what was declared; the message says what would do."""


def scalar(found: Any) -> Any:
    """What an XPath found, as one value: an element's whole text, an attribute, a number; `None` for nothing."""
    if isinstance(found, list):
        found = found[0] if found else None
    if isinstance(found, etree._Element):  # noqa: SLF001 - the public factory is no type
        found = found.xpath("string()", smart_strings=False)
    text = found.strip() if isinstance(found, str) else found
    # NaN is what XPath's number() makes of nothing.
    return None if text == "" or (isinstance(text, float) and math.isnan(text)) else text


def typed(value: Any, rule: FieldRule) -> Any:
    """Make a value what its field declares.

    Raises:
        WrongType: it cannot be.
    """
    return _TYPES[rule.type](value, rule)


def _any(value: Any, _rule: FieldRule) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise WrongType("must be a number JSON can hold")
    return value


def _text(value: Any, _rule: FieldRule) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if not isinstance(value, str | int | float):
        raise WrongType("must be text or a number")
    return str(value)


def _integer(value: Any, _rule: FieldRule) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise WrongType("must be an integer")


def _number(value: Any, _rule: FieldRule) -> int | float:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = int(value) if _INTEGER.fullmatch(value) else float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise WrongType("must be a number")
    return value


def _boolean(value: Any, _rule: FieldRule) -> bool:
    if isinstance(value, bool):
        return value
    truth = _TRUTH.get(str(value).lower()) if isinstance(value, str | int) else None
    if truth is None:
        raise WrongType("must be true or false")
    return truth


def _time(value: Any, rule: FieldRule) -> str:
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise WrongType("must be a time such as 2026-01-31T12:00:00Z") from None
    return _written(read if read.tzinfo else read.replace(tzinfo=ZoneInfo(rule.zone)))


def _unix(unit: float) -> Callable[[Any, FieldRule], str]:
    def made(value: Any, rule: FieldRule) -> str:
        number = _number(value, rule)
        try:
            return _written(datetime.fromtimestamp(number * unit, UTC))
        except (OSError, OverflowError, ValueError):
            raise WrongType("must be a time between the years 1 and 9999") from None

    return made


def _written(time: datetime) -> str:
    try:
        return utc_text(time, "milliseconds")
    except OverflowError:
        raise WrongType("must be a time between the years 1 and 9999") from None


_TYPES: dict[str, Callable[[Any, FieldRule], Any]] = {
    "any": _any,
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "time": _time,
    "unix_seconds": _unix(1.0),
    "unix_millis": _unix(0.001),
}
