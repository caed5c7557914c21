"""Flink types from JSON values, as Flink's JSON format reads them (Flink docs, "JSON Format: Data Type Mapping")."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING

from millstream.scaffold.rendering import flink_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Samples are few: a number may grow to twice what was seen before its type is too small.
INT_LIMIT = 2**30
BIGINT_LIMIT = 2**62
# More digits behind the point than this are a measurement, not an exact number.
EXACT_SCALE = 6
MONEY_PRECISION, MONEY_SCALE = 12, 2
MAX_PRECISION = 38
# Objects with so many different keys, most of them absent, are maps.
MAP_KEYS = 20

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?")
_KINDS = {bool: "boolean", int: "number", Decimal: "number", str: "text", dict: "object", list: "array"}


@dataclass(frozen=True)
class Inferred:
    """A type, and what a person should know about how sure it is."""

    type: str
    note: str = ""


def parse(value: bytes) -> object:
    """Read JSON without losing digits.

    Raises:
        ValueError: it is not JSON.
    """
    return json.loads(value, parse_float=Decimal, parse_constant=_refuse)


def _refuse(word: str) -> object:
    raise ValueError(f"{word} is not JSON")


def infer(values: Iterable[object]) -> Inferred:
    """Find the narrowest type with room to grow that holds every value; nulls do not count."""
    present = [value for value in values if value is not None]
    kinds = {_KINDS[type(value)] for value in present}
    if len(kinds) != 1:
        note = f"mixed in the samples: {', '.join(sorted(kinds))}" if kinds else "only null in the samples"
        return Inferred("STRING", note)
    rule = {"boolean": _boolean, "number": _number, "text": _text, "object": _object, "array": _array}
    return rule[kinds.pop()](present)


def _boolean(_: Sequence[object]) -> Inferred:
    return Inferred("BOOLEAN")


def _number(values: Sequence[object]) -> Inferred:
    numbers = [Decimal(str(value)) for value in values]
    largest = max(abs(number) for number in numbers)
    if all(isinstance(value, int) for value in values):
        if largest < BIGINT_LIMIT:
            return Inferred("INT" if largest < INT_LIMIT else "BIGINT")
        return Inferred("DECIMAL(38, 0)", "too large for BIGINT")
    exponents = [number.as_tuple().exponent for number in numbers]
    scale = max(-exponent for exponent in exponents if isinstance(exponent, int))
    whole = max(0, largest.adjusted() + 1)
    # An exponent, as in 1.5E+9, or many digits: what a program prints of a floating-point number.
    written_out = all(isinstance(exponent, int) and exponent <= 0 for exponent in exponents)
    if not written_out or scale > EXACT_SCALE or whole + scale > MAX_PRECISION // 2:
        return Inferred("DOUBLE")
    # A program that prints 9.5 may print 9.55 next.
    scale = max(scale, MONEY_SCALE)
    return Inferred(f"DECIMAL({max(MONEY_PRECISION, whole + scale + 3)}, {scale})")


def _text(values: Sequence[object]) -> Inferred:
    texts = [str(value) for value in values]
    if all(_DATE.fullmatch(text) for text in texts):
        return Inferred("DATE")
    found = [_TIME.fullmatch(text) for text in texts]
    times = [match for match in found if match]
    if len(times) != len(texts):
        return Inferred("STRING", "times among other texts in the samples" if times else "")
    return _time([match[1] for match in times], [match[2] or "" for match in times], {match[3] for match in times})


def _time(separators: Sequence[str], fractions: Sequence[str], zones: set[str | None]) -> Inferred:
    """Flink's ISO-8601 reads `T` between date and time, and no zone other than `Z`."""
    if set(separators) != {"T"}:
        return Inferred("STRING", "a time with a space: TO_TIMESTAMP reads it")
    longest = max(map(len, fractions))
    digits = next(room for room in (3, 6, 9) if longest <= room)
    if zones == {"Z"}:
        return Inferred(f"TIMESTAMP_LTZ({digits})")
    if zones == {None}:
        return Inferred(f"TIMESTAMP({digits})", "a time without a zone")
    return Inferred("STRING", "a time with an offset, which Flink's JSON format does not read")


def _object(values: Sequence[object]) -> Inferred:
    objects = [value for value in values if isinstance(value, dict)]
    keys = list(dict.fromkeys(chain.from_iterable(objects)))
    if not keys:
        return Inferred("STRING", "only empty objects in the samples")
    if len(keys) > MAP_KEYS and sum(map(len, objects)) < len(objects) * len(keys) / 2:
        inside = infer(value for item in objects for value in item.values())
        return Inferred(f"MAP<STRING, {inside.type}>", inside.note)
    fields = {key: infer(item.get(key) for item in objects) for key in keys}
    notes = "; ".join(f"{key}: {field.note}" for key, field in fields.items() if field.note)
    return Inferred(f"ROW<{', '.join(f'{flink_name(key)} {field.type}' for key, field in fields.items())}>", notes)


def _array(values: Sequence[object]) -> Inferred:
    items = [item for value in values if isinstance(value, list) for item in value]
    if not items:
        return Inferred("ARRAY<STRING>", "only empty arrays in the samples")
    inside = infer(items)
    return Inferred(f"ARRAY<{inside.type}>", inside.note)
