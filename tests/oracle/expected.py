"""What the slice must produce, computed by DuckDB from the dumped bytes of topic `orders`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from duckdb import func

from oracle.strict_json import tagged_document

if TYPE_CHECKING:
    import duckdb

_SQL = Path(__file__).parent / "sql"
_RESULTS = ("order_items", "dead_letters", "late_events", "revenue_by_city_minute")


def compute(
    connection: duckdb.DuckDBPyConnection, dump: Path, *, source_topic: str = "orders", job: str = "parse_orders"
) -> None:
    """Fill schema `expected` with every result, and table `fate` with what must become of each record.

    Args:
        connection: where the tables are made.
        dump: a Parquet file written by `oracle.kafka.dump`.
        source_topic: the engine's name of the dumped topic, as dead letters and late events carry it.
        job: the name of the job that parses it.
    """
    connection.execute(
        'CREATE OR REPLACE TABLE orders AS SELECT partition AS source_partition, "offset" AS source_offset, '
        "CAST(epoch_ms(record_time) AS TIMESTAMP) AS record_time, key, value FROM read_parquet(?)",
        [str(dump)],
    )
    connection.execute("SET VARIABLE source_topic = ?", [source_topic])
    connection.execute("SET VARIABLE job = ?", [job])
    connection.execute("CREATE SCHEMA IF NOT EXISTS expected")
    _run_with_strict_json(connection, _sql("fate"))
    for result in _RESULTS:
        connection.execute(_sql(result))


def violations(connection: duckdb.DuckDBPyConnection, items: str, dead: str, late: str) -> list[str]:
    """Promises that the found rows break, as sentences; empty when all hold.

    Every record but the closing markers is found exactly once, dead letters carry the original bytes (SHA-256),
    each error type occurs, and every partition was closed. Needs `compute` first.

    Args:
        connection: where `compute` ran and the found rows were read to.
        items: the table that holds the found order items, for example `kafka.order_items`.
        dead: the table of found dead letters.
        late: the table of found late events.
    """
    for view, table in (("found_items", items), ("found_dead", dead), ("found_late", late)):
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * FROM {table}")
    return [violation for (violation,) in connection.execute(_sql("invariants")).fetchall()]


def empty_tables(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> list[str]:
    """Those of `tables` that have no row: equal to the expectation, and proof of nothing."""
    return [table for table in tables if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None]


def _sql(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def _run_with_strict_json(connection: duckdb.DuckDBPyConnection, statements: str) -> None:
    connection.create_function(
        "tagged_document", tagged_document, ["BLOB"], "VARCHAR", null_handling=func.FunctionNullHandling.SPECIAL
    )
    try:
        connection.execute(statements)
    finally:
        # A function that stays registered keeps its connection alive to the end of the process.
        connection.remove_function("tagged_document")
