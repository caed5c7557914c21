"""Which Flink types hold what Debezium sends of a PostgreSQL column.

Debezium docs, "PostgreSQL connector: Data type mappings", with `decimal.handling.mode=string` and JSON without
schemas: integers as numbers, numerics and times with a zone as texts, dates as days since 1970.
"""

from __future__ import annotations

import re

from millstream.rules.types import Type, flink_type

_NUMERIC = re.compile(r"numeric(?:\((\d+),(-?\d+)\))?")
_VARCHAR = re.compile(r"character(?: varying)?\((\d+)\)")
# PostgreSQL's `format_type` without arguments, and what can hold it besides STRING.
_HOLDS = {
    "smallint": ("SMALLINT", "INT", "BIGINT"),
    "integer": ("INT", "BIGINT"),
    "bigint": ("BIGINT",),
    "real": ("FLOAT", "DOUBLE"),
    "double precision": ("DOUBLE",),
    "boolean": ("BOOLEAN",),
    "date": ("INT", "BIGINT"),
    "timestamp with time zone": ("TIMESTAMP_LTZ",),
    "text": (),
}
_DIGITS = {"smallint": 5, "integer": 10, "bigint": 19}


def holds(flink: str, postgres: str) -> bool:
    """Whether a Flink column can hold every value of a PostgreSQL column.

    A type that is not known here is taken to fit: a false alarm at each look would hide the true ones.

    Args:
        flink: as written.
        postgres: as `format_type` spells it.
    """
    target, base = flink_type(flink), re.sub(r"\(\d+\)", "", postgres)
    if target.name == "STRING":
        return _length_fits(flink, postgres)
    if found := _NUMERIC.fullmatch(postgres):
        digits = (int(found[1]), int(found[2])) if found[1] else None
        return _decimal_holds(target, digits)
    if target.name == "DECIMAL" and base in _DIGITS:
        return _decimal_holds(target, (_DIGITS[base], 0))
    if base in {"character varying", "character"}:
        return False
    return target.name in _HOLDS.get(base, (target.name,))


def _decimal_holds(target: Type, digits: tuple[int, int] | None) -> bool:
    """Digits before and behind the point; numeric without arguments has no limit."""
    if target.name != "DECIMAL" or digits is None:
        return False
    precision, scale = (*target.arguments, *(10, 0)[len(target.arguments) :])[:2]
    return scale >= digits[1] and precision - scale >= digits[0] - digits[1]


def _length_fits(flink: str, postgres: str) -> bool:
    limit = re.fullmatch(r"\s*(?:VAR)?CHAR\s*\(\s*(\d+)\s*\)\s*", flink, re.IGNORECASE)
    if limit is None:
        return True
    length = _VARCHAR.fullmatch(postgres)
    return length is not None and int(length[1]) <= int(limit[1])
