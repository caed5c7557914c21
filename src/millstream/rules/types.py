"""Which types of one engine can hold what another engine writes."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TYPE = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_ ]*)(?:\((?P<arguments>[^)]*)\))?")
_LOCAL = "WITH LOCAL TIME ZONE"
_ALIASES = {
    "INTEGER": "INT",
    "DEC": "DECIMAL",
    "NUMERIC": "DECIMAL",
    "DOUBLE PRECISION": "DOUBLE",
    "VARCHAR": "STRING",
    "CHAR": "STRING",
    "VARBINARY": "BYTES",
}

# PostgreSQL types for the values that Flink's JDBC connector 4.0 binds (`PostgresDialect.supportedTypes` and its
# documentation, "Data Type Mapping"), and the wider types PostgreSQL casts to on assignment. A Flink type that is
# not here cannot be written. The first of each line is the one to declare.
POSTGRES = {
    "BOOLEAN": ("BOOLEAN",),
    "TINYINT": ("SMALLINT", "INT", "BIGINT"),
    "SMALLINT": ("SMALLINT", "INT", "BIGINT"),
    "INT": ("INT", "BIGINT", "DECIMAL"),
    "BIGINT": ("BIGINT", "DECIMAL"),
    "FLOAT": ("REAL", "DOUBLE"),
    "DOUBLE": ("DOUBLE",),
    "DECIMAL": ("DECIMAL",),
    "STRING": ("TEXT", "STRING"),
    "BYTES": ("BYTEA",),
    "DATE": ("DATE",),
    "TIME": ("TIME",),
    "TIMESTAMP": ("TIMESTAMPTZ", "TIMESTAMP"),
    "TIMESTAMP_LTZ": ("TIMESTAMPTZ",),
}

# ClickHouse types that its JSON formats read from what Flink's JSON formats write (Flink docs, "JSON Format: Data
# Type Mapping"); bytes travel as base64. Any scalar can be read as a String. The first of each line is the one to
# declare.
CLICKHOUSE = {
    "BOOLEAN": ("Bool", "UInt8"),
    "TINYINT": ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"),
    "SMALLINT": ("Int16", "Int32", "Int64", "UInt16", "UInt32", "UInt64"),
    "INT": ("Int32", "Int64", "UInt32", "UInt64"),
    "BIGINT": ("Int64", "UInt64"),
    "FLOAT": ("Float32", "Float64"),
    "DOUBLE": ("Float64",),
    "DECIMAL": ("Decimal", "Decimal32", "Decimal64", "Decimal128", "Decimal256"),
    "STRING": ("String", "UUID", "Enum", "Enum8", "Enum16", "FixedString"),
    "BYTES": ("String",),
    "DATE": ("Date32", "Date"),
    "TIME": ("String",),
    "TIMESTAMP": ("DateTime64", "DateTime"),
    "TIMESTAMP_LTZ": ("DateTime64", "DateTime"),
    "ARRAY": ("Array",),
    "ROW": ("Tuple",),
    "MAP": ("Map",),
}


# Flink types that its JSON format reads from what it wrote as another type; every scalar can be read as a STRING. A
# time keeps its type: with time zone it is written with a Z, without it is not (Flink docs, "JSON Format").
FLINK_JSON = {
    "TINYINT": ("SMALLINT", "INT", "BIGINT", "DECIMAL", "FLOAT", "DOUBLE"),
    "SMALLINT": ("INT", "BIGINT", "DECIMAL", "FLOAT", "DOUBLE"),
    "INT": ("BIGINT", "DECIMAL", "DOUBLE"),
    "BIGINT": ("DECIMAL",),
    "FLOAT": ("DOUBLE",),
    "DECIMAL": ("DOUBLE",),
}


@dataclass(frozen=True)
class Type:
    """A type's name without its arguments, and the numeric arguments."""

    name: str
    arguments: tuple[int, ...] = ()


def fits_postgres(flink: str, postgres: str) -> bool:
    """Whether a PostgreSQL column can hold every value of a Flink column."""
    if flink.upper().startswith("ARRAY"):
        return postgres.endswith("]")
    source, target = flink_type(flink), _parse(postgres)
    target = Type(_ALIASES.get(target.name.upper(), target.name.upper()), target.arguments)
    return target.name in POSTGRES.get(source.name, ()) and _decimals_fit(source, target)


def fits_clickhouse(flink: str, clickhouse: str) -> bool:
    """Whether a ClickHouse column can read every value of a Flink column from JSON."""
    source, target = flink_type(flink), _parse(_unwrapped(clickhouse))
    if target.name == "String":
        return source.name in CLICKHOUSE
    fits = target.name in CLICKHOUSE.get(source.name, ())
    return fits and (target.name != "Decimal" or _decimals_fit(source, target))


def fits_flink(written: str, read: str) -> bool:
    """Whether a Flink column can read every value that another one wrote as JSON."""
    source, target = flink_type(written), flink_type(read)
    if target.name == "STRING":
        return source.name not in {"ARRAY", "ROW", "MAP", "MULTISET"}
    if source.name == target.name:
        return source.name != "DECIMAL" or _decimals_fit(source, Type("DECIMAL", target.arguments or (10, 0)))
    return target.name in FLINK_JSON.get(source.name, ())


def _decimals_fit(source: Type, target: Type) -> bool:
    """Digits before and behind the point; without arguments PostgreSQL keeps them all."""
    if source.name != "DECIMAL" or not target.arguments:
        return True
    precision, scale = (*source.arguments, *(10, 0)[len(source.arguments) :])
    room, places = (*target.arguments, 0)[:2]
    return places >= scale and room - places >= precision - scale


def flink_type(text: str) -> Type:
    """Read a Flink type, long names by their short ones (Flink docs, "Data Types")."""
    upper = text.upper()
    name = re.match(r"[A-Z_]+", upper)
    if name and name[0] in {"ARRAY", "ROW", "MAP", "MULTISET"}:
        return Type(name[0])
    parsed = _parse(upper)
    if parsed.name == "TIMESTAMP" and _LOCAL in upper:
        return Type("TIMESTAMP_LTZ", parsed.arguments)
    return Type(_ALIASES.get(parsed.name, parsed.name), parsed.arguments)


def _unwrapped(text: str) -> str:
    found = re.fullmatch(r"(?:Nullable|LowCardinality)\((.*)\)", text)
    return _unwrapped(found[1]) if found else text


def _parse(text: str) -> Type:
    found = _TYPE.match(text)
    if found is None:
        return Type(text)
    arguments = [part.strip() for part in (found["arguments"] or "").split(",")]
    name = " ".join(found["name"].split())
    return Type(name.removesuffix(f" {_LOCAL}"), tuple(int(part) for part in arguments if part.isdigit()))
