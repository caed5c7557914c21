"""Ways to spoil a JSON value, whatever the topic."""

from __future__ import annotations

import json
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from millstream.generate.event import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from millstream.generate.event import Value

NOT_JSON = "not_json"
MISSING_FIELD = "missing_field"
WRONG_TYPE = "wrong_type"
UNKNOWN_ENUM = "unknown_enum"
QUANTITY_NOT_POSITIVE = "quantity_not_positive"
EVENT_TIME_IN_FUTURE = "event_time_in_future"

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
