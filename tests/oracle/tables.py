"""What a table of the example is to the oracle, and how rows of text become DuckDB tables."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

Row = tuple[str | None, ...]


class Place(StrEnum):
    """Where a table can be read."""

    TOPIC = "topic"
    CHANGELOG = "changelog topic"
    POSTGRES = "postgres"
    CLICKHOUSE = "clickhouse"

    @property
    def schema(self) -> str:
        """The schema its rows are read into."""
        return "kafka" if self in (Place.TOPIC, Place.CHANGELOG) else self.value


@dataclass(frozen=True)
class Table:
    """One result: its name without namespace, and what is compared of it.

    Times are UTC and carry milliseconds, money is DECIMAL; columns that depend on the wall clock or are written
    for people (`landed_at`, `failed_at`, `error_message`) are left out.

    Args:
        key: columns that identify a row; they order and label the report of a comparison.
        columns: name to DuckDB type.
        places: where it must be found.
        expectation: the table of schema `expected` it is compared with, when that has another name.
    """

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    places: tuple[Place, ...]
    expectation: str = ""

    @property
    def expected(self) -> str:
        """The table that holds what must be found."""
        return f"expected.{self.expectation or self.name}"


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
