"""Which type to declare in one engine for a column of another; `rules.types` says which types fit.

What is chosen here always fits there: both read the same tables.
"""

from __future__ import annotations

import re

from millstream.rules.types import CLICKHOUSE, POSTGRES, Type, flink_type

# How PostgreSQL's documentation spells the names that `rules.types` knows in their short form.
_POSTGRES_SPELLING = {
    "INT": "integer",
    "DOUBLE": "double precision",
    "DECIMAL": "numeric",
}
# What PostgreSQL's `format_type` says, in the names of `rules.types`.
_CATALOG_SPELLING = {
    "integer": "INT",
    "double precision": "DOUBLE",
    "numeric": "DECIMAL",
    "character varying": "STRING",
    "character": "STRING",
    "timestamp with time zone": "TIMESTAMPTZ",
    "timestamp without time zone": "TIMESTAMP",
    "time without time zone": "TIME",
}
# The other way round: of several Flink types that one PostgreSQL type holds, the last and widest.
_FLINK = {types[0]: flink for flink, types in POSTGRES.items()} | {"TIMESTAMP": "TIMESTAMP", "STRING": "STRING"}
# Flink has no unsigned integers: the next wider type holds them (ClickHouse docs, "Int Types").
_UNSIGNED = {"UInt8": "SMALLINT", "UInt16": "INT", "UInt32": "BIGINT", "UInt64": "DECIMAL(20, 0)"}
_FRACTION = 6
_TIMESTAMPS = {"TIMESTAMP", "TIMESTAMP_LTZ"}
_ELEMENT = re.compile(r"ARRAY<(.+)>", re.IGNORECASE | re.DOTALL)


def postgres_for(flink: str) -> str | None:
    """The PostgreSQL type that holds a Flink type, or none when Flink's JDBC connector cannot write it.

    The connector writes no arrays, rows and maps (Flink docs, "JDBC: Data Type Mapping").
    """
    parsed = flink_type(flink)
    if parsed.name not in POSTGRES:
        return None
    name = POSTGRES[parsed.name][0]
    return _POSTGRES_SPELLING.get(name, name.lower()) + _arguments(parsed, {"DECIMAL", *_TIMESTAMPS})


def clickhouse_for(flink: str) -> str | None:
    """The ClickHouse type that reads a Flink type from JSON, or none when there is no plain one (rows, maps)."""
    array = _ELEMENT.fullmatch(flink.strip())
    if array:
        element = clickhouse_for(array[1])
        return f"Array({element})" if element and not element.startswith("Array") else None
    parsed = flink_type(flink)
    if parsed.name not in CLICKHOUSE or parsed.name in {"ROW", "MAP"}:
        return None
    if parsed.name in _TIMESTAMPS:
        return f"DateTime64({_fraction(parsed)}, 'UTC')"
    return CLICKHOUSE[parsed.name][0] + _arguments(parsed, {"DECIMAL"})


def flink_for_postgres(postgres: str) -> str | None:
    """The Flink type of a PostgreSQL column as its catalog spells it, or none for types Flink does not know."""
    found = re.fullmatch(r"([a-z0-9 ]+?)(?:\(([\d,]+)\))?( with(?:out)? time zone)?", postgres)
    if found is None:
        return None
    long = found[1] + (found[3] or "")
    name = _FLINK.get(_CATALOG_SPELLING.get(long, long.upper()))
    if name == "DECIMAL":
        return f"DECIMAL({found[2].replace(',', ', ')})" if found[2] else "DECIMAL(38, 18)"
    if name in _TIMESTAMPS:
        return f"{name}({found[2] or _FRACTION})"
    return name


def flink_for_clickhouse(clickhouse: str) -> str | None:
    """The Flink type of what a ClickHouse column reads from JSON, or none for nested and special types."""
    found = re.fullmatch(r"(?:Nullable|LowCardinality)\((.+)\)", clickhouse)
    if found:
        return flink_for_clickhouse(found[1])
    name, _, arguments = clickhouse.partition("(")
    if name in _UNSIGNED:
        return _UNSIGNED[name]
    if name == "Decimal":
        return f"DECIMAL({', '.join(part.strip() for part in arguments.rstrip(')').split(','))})"
    if name in {"DateTime", "DateTime64"}:
        return f"TIMESTAMP_LTZ({arguments[0] if arguments[:1].isdigit() else 0})"
    preferred = [flink for flink, types in CLICKHOUSE.items() if name == types[0] and flink not in {"BYTES", "TIME"}]
    anywhere = [flink for flink, types in CLICKHOUSE.items() if name in types]
    known = [flink for flink in (*preferred, *anywhere) if flink not in {"ARRAY", "ROW", "MAP"}]
    return known[0] if known else None


def _arguments(parsed: Type, names: set[str]) -> str:
    if parsed.name not in names:
        return ""
    if parsed.name == "DECIMAL":
        precision, scale = (*parsed.arguments, *(10, 0)[len(parsed.arguments) :])
        return f"({precision}, {scale})"
    return f"({_fraction(parsed)})"


def _fraction(parsed: Type) -> int:
    """Digits of a second; PostgreSQL keeps no more than six."""
    return min(parsed.arguments[0], _FRACTION) if parsed.arguments else _FRACTION
