"""The tables the slice produces, as the contract names them, and how rows of text become DuckDB tables."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Table:
    """One result: its name without namespace, and what is compared of it.

    Times are UTC and carry milliseconds, money is DECIMAL; columns that depend on the wall clock or are written
    for people (`landed_at`, `failed_at`, `error_message`) are left out.

    Args:
        key: columns that identify a row; they order and label the report of a comparison.
        columns: name to DuckDB type.
    """

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, str]


_SOURCE = {"source_topic": "VARCHAR", "source_partition": "INTEGER", "source_offset": "BIGINT"}
_BYTES = {"key_bytes": "BLOB", "value_bytes": "BLOB"}

ORDER_ITEMS = Table(
    "order_items",
    ("source_partition", "source_offset", "line_no"),
    {
        "order_id": "VARCHAR",
        "line_no": "INTEGER",
        "customer_id": "INTEGER",
        "salesperson_id": "INTEGER",
        "city_id": "INTEGER",
        "channel": "VARCHAR",
        "product_id": "INTEGER",
        "quantity": "INTEGER",
        "unit_price": "DECIMAL(12,2)",
        "ordered_at": "TIMESTAMP",
        "promised_at": "TIMESTAMP",
        "record_time": "TIMESTAMP",
        "source_partition": "INTEGER",
        "source_offset": "BIGINT",
    },
)
DEAD_LETTERS = Table(
    "dead_letters",
    tuple(_SOURCE),
    {**_SOURCE, "record_time": "TIMESTAMP", **_BYTES, "error_type": "VARCHAR", "job": "VARCHAR"},
)
LATE_EVENTS = Table(
    "late_events",
    tuple(_SOURCE),
    {**_SOURCE, "record_time": "TIMESTAMP", "event_time": "TIMESTAMP", **_BYTES, "job": "VARCHAR"},
)
REVENUE_BY_CITY_MINUTE = Table(
    "revenue_by_city_minute",
    ("city_id", "minute"),
    {
        "city_id": "INTEGER",
        "minute": "TIMESTAMP",
        "revenue": "DECIMAL(14,2)",
        "orders": "BIGINT",
        "items": "BIGINT",
    },
)
LANDED = (DEAD_LETTERS, LATE_EVENTS, REVENUE_BY_CITY_MINUTE)


def load(connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], rows: Iterable[Row]) -> None:
    """Create table `name` from rows of text; bytes come as hexadecimal digits, None is NULL.

    Goes through a file because DuckDB reads one a hundred times faster than it binds rows one by one.

    Raises:
        duckdb.ConversionException: a text is not a value of its column's type.
    """
    texts = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    values = ", ".join(_typed(column, type_) for column, type_ in columns.items())
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
        _write(file, tuple(columns), rows)
        connection.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT {values} "
            f"FROM read_json(?, format = 'newline_delimited', columns = {{{texts}}})",
            [file.name],
        )


def _typed(column: str, type_: str) -> str:
    value = f'unhex("{column}")' if type_ == "BLOB" else f'CAST("{column}" AS {type_})'
    return f'{value} AS "{column}"'


def _write(file: tempfile._TemporaryFileWrapper[str], columns: Sequence[str], rows: Iterable[Row]) -> None:
    for row in rows:
        file.write(json.dumps(dict(zip(columns, row, strict=True))) + "\n")
    file.flush()
