"""Ways to spoil a JSON value, whatever the topic."""

from __future__ import annotations

import json
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from millstream.generate.event import Fault, iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from millstream.generate.event import Value

NOT_JSON = "not_json"
MISSING_FIELD = "missing_field"
WRONG_TYPE = "wrong_type"
UNKNOWN_ENUM = "unknown_enum"
QUANTITY_NOT_POSITIVE = "quantity_not_positive"
COORDINATES_OUT_OF_RANGE = "coordinates_out_of_range"
EVENT_TIME_IN_FUTURE = "event_time_in_future"

# Values of the wrong type for an id of up to nine digits, a time, a text, a whole number and a number.
NOT_AN_ID = (7, "abc", "", "1234567890", "-5", " 12", "1.5", True, {"id": "5"})
NOT_A_TIME = (
    1_767_225_600_000,
    "",
    "yesterday",
    "2026-01-05",
    "2026-01-05 10:00:00.000",
    "2026-01-05T10:00:00Z",
    "2026-01-05T10:00:00.000",
    "2026-01-05T10:00:00.000+02:00",
    "2026-02-30T10:00:00.000Z",
    "2026-13-05T10:00:00.000Z",
    "2026-01-05T25:00:00.000Z",
    "2026-01-05T10:61:00.000Z",
)
NOT_A_TEXT = (1001, ["1001"], True)
NOT_WHOLE = ("1", 1.5, False, [2])
NOT_A_NUMBER = ("12.50", True, {"value": 12.5})
# Milliseconds past the record time; up to 60 s is tolerated as clock skew.
FUTURE_MS = (60_001, 61_000, 90_000, 300_000, 3_600_000, 10_800_000, 86_400_000)

_NOT_JSON: dict[str, Callable[[str], Value]] = {
    "truncated": lambda value: value[: len(value) // 2],
    "last brace missing": lambda value: value[:-1],
    "in an array": lambda value: f"[{value}]",
    "plain text": lambda _: "service temporarily unavailable",
    "empty": lambda _: b"",
    "tombstone": lambda _: None,
    "JSON null": lambda _: "null",
    "JSON number": lambda _: "42",
    "JSON encoded twice": json.dumps,
    "two objects": lambda value: f"{value}\n{value}",
    "text after the object": lambda value: f"{value} -- resent",
    "single quotes": lambda value: value.replace('"', "'"),
    "comma before the end": lambda value: value[:-1] + ",}",
    "XML": lambda _: "<event/>",
    "Latin-1": lambda value: value.replace('":"', '":"\u00e9', 1).encode("latin-1"),
    "UTF-16": lambda value: value.encode("utf-16"),
    "Avro in a schema registry's envelope": lambda _: b"\x00\x00\x00\x00\x07\x0aorder\x02\x80",
}


def not_json() -> list[Fault]:
    """Every value that is not one well-formed JSON object."""
    return [Fault(NOT_JSON, name, _ignoring_time(spoil)) for name, spoil in _NOT_JSON.items()]


def missing(fields: Iterable[str]) -> Iterator[Fault]:
    """Leave out each field, set each to null, and leave out all of them."""
    for field in fields:
        yield edited(MISSING_FIELD, f"{field} absent", dropping(field))
        yield edited(MISSING_FIELD, f"{field} null", setting(field, None))
    yield edited(MISSING_FIELD, "no field at all", dict.clear)


def wrong(values: Mapping[str, Iterable[Any]]) -> Iterator[Fault]:
    """Set each field to each value of a type that is not its own."""
    for field, every in values.items():
        yield from (edited(WRONG_TYPE, f"{field} {json.dumps(v)}", setting(field, v)) for v in every)


def unknown(field: str, values: Iterable[str]) -> Iterator[Fault]:
    """Set a field to each text that its enumeration does not know."""
    yield from (edited(UNKNOWN_ENUM, f"{field} {json.dumps(v)}", setting(field, v)) for v in values)


def in_future(field: str) -> Iterator[Fault]:
    """Set the event time further past the record time than clocks may differ."""
    for ahead_ms in FUTURE_MS:
        yield Fault(EVENT_TIME_IN_FUTURE, f"{ahead_ms} ms ahead", _ahead(field, ahead_ms))


def setting(field: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Make an edit that sets a field."""

    def edit(decoded: dict[str, Any]) -> None:
        decoded[field] = value

    return edit


def dropping(field: str) -> Callable[[dict[str, Any]], None]:
    """Make an edit that leaves out a field."""

    def edit(decoded: dict[str, Any]) -> None:
        del decoded[field]

    return edit


def both(
    one: Callable[[dict[str, Any]], None], other: Callable[[dict[str, Any]], None]
) -> Callable[[dict[str, Any]], None]:
    """Make an edit of two: the check that comes first must find it."""

    def edit(decoded: dict[str, Any]) -> None:
        one(decoded)
        other(decoded)

    return edit


def edited(error_type: str, name: str, edit: Callable[[dict[str, Any]], None]) -> Fault:
    """Make a fault that changes the decoded object in place; the order of its keys stays."""

    def corrupt(value: str, _record_ms: int) -> str:
        decoded = json.loads(value)
        edit(decoded)
        return json.dumps(decoded, separators=(",", ":"))

    return Fault(error_type, name, corrupt)


def evenly(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Order faults so that the error types take turns; those with few variants repeat them.

    Going round the result, any six bad records in a row of a topic with six error types show all of them.
    """
    by_type = [list(group) for _, group in groupby(faults, key=attrgetter("error_type"))]
    rounds = max(map(len, by_type))
    return tuple(group[turn % len(group)] for turn in range(rounds) for group in by_type)


def _ignoring_time(spoil: Callable[[str], Value]) -> Callable[[str, int], Value]:
    return lambda value, _record_ms: spoil(value)


def _ahead(field: str, ahead_ms: int) -> Callable[[str, int], str]:
    def corrupt(value: str, record_ms: int) -> str:
        decoded = json.loads(value)
        decoded[field] = iso(record_ms + ahead_ms)
        return json.dumps(decoded, separators=(",", ":"))

    return corrupt
