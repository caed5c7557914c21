"""What the example must produce, computed by DuckDB from the dumped bytes of its event topics and of `shop`'s."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from duckdb import func

from oracle.breaches import compute_breaches
from oracle.shop import SHOP_TABLES, read_versions
from oracle.strict_json import tagged_document
from oracle.topics import EVENT_TOPICS, EventTopic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from oracle.tables import Table

# The topics everything else follows from.
SOURCES = (*(topic.name for topic in EVENT_TOPICS), *(table.topic for table in SHOP_TABLES))

_SQL = Path(__file__).parent / "sql"
_RESULTS = (
    "dead_letters",
    "late_events",
    "order_items_enriched",
    "revenue_by_city_minute",
    "sales_per_city",
    "top_products_per_city",
    "top_salespeople_per_country",
    "inventory_levels",
    "low_stock_alerts",
    "shipment_delays",
    "vehicle_last_position",
    "weather_landed",
    "histories",
)


def compute(connection: duckdb.DuckDBPyConnection, dump: Path, *, namespace: str = "") -> None:
    """Fill schema `expected` with every result, and table `fate` with what must become of each event.

    Args:
        connection: where the tables are made.
        dump: a Parquet file written by `oracle.kafka.dump`.
        namespace: the prefix of the engines' names, as dead letters and late events carry it.
    """
    connection.execute(
        'CREATE OR REPLACE TABLE records AS SELECT topic, partition AS source_partition, "offset" AS source_offset, '
        "CAST(epoch_ms(record_time) AS TIMESTAMP) AS record_time, key, value FROM read_parquet(?)",
        [str(dump)],
    )
    connection.execute("SET VARIABLE namespace = ?", [namespace])
    connection.execute("CREATE SCHEMA IF NOT EXISTS expected")
    _declare(connection)
    _run_with_strict_json(connection, _sql("fate"))
    for topic in EVENT_TOPICS:
        connection.execute(_typed_rows(topic), {"topic": topic.name})
    read_versions(connection)
    for table in SHOP_TABLES:
        connection.execute(f"CREATE OR REPLACE TABLE expected.{table.name} AS FROM shop_now.{table.name}")
    for result in _RESULTS:
        connection.execute(_sql(result))
    compute_breaches(connection)


def violations(connection: duckdb.DuckDBPyConnection, schema: str, topics: Sequence[EventTopic]) -> list[str]:
    """Promises that the found rows break, as sentences; empty when all hold.

    Every event but the closing markers is found exactly once, dead letters carry the original bytes (SHA-256), each
    error type a generated topic can have occurs, and each of its partitions was closed. Needs `compute` first.

    Args:
        connection: where `compute` ran and the found rows were read to.
        schema: where the found typed rows, dead letters and late events are.
        topics: the topics to judge.
    """
    typed = " UNION ALL ".join(
        f"SELECT '{topic.name}' AS topic, source_partition, source_offset FROM {schema}.{topic.typed}"
        for topic in topics
    )
    connection.execute(f"CREATE OR REPLACE TEMP VIEW found_typed AS {typed}")
    for view, table in (("found_dead", "dead_letters"), ("found_late", "late_events")):
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT *,"
            " substr(source_topic, length(getvariable('namespace')) + 1) AS topic"
            f" FROM {schema}.{table}"
        )
    connection.execute("CREATE OR REPLACE TEMP TABLE judged (topic VARCHAR, generated BOOLEAN, error_types VARCHAR[])")
    connection.executemany(
        "INSERT INTO judged VALUES (?, ?, ?)",
        [(topic.name, topic.generated, list(topic.error_types)) for topic in topics],
    )
    return [violation for (violation,) in connection.execute(_sql("invariants")).fetchall()]


def empty_tables(connection: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> list[str]:
    """Those of `tables` that have no row where they were found: equal to the expectation, and proof of nothing."""
    found = (f"{place.schema}.{table.name}" for table in tables for place in table.places)
    return [name for name in found if connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() is None]


def _declare(connection: duckdb.DuckDBPyConnection) -> None:
    """Give SQL the declarations of the event topics."""
    connection.execute(
        "CREATE OR REPLACE TABLE declared_topics (topic VARCHAR, event_time_field VARCHAR, has_lines BOOLEAN);"
        "CREATE OR REPLACE TABLE declared_fields (topic VARCHAR, field VARCHAR, kind VARCHAR, required BOOLEAN,"
        " below BIGINT, legal VARCHAR[], at_most INTEGER, positive BOOLEAN, in_lines BOOLEAN)"
    )
    for topic in EVENT_TOPICS:
        connection.execute(
            "INSERT INTO declared_topics VALUES (?, ?, ?)", [topic.name, topic.event_time, bool(topic.line_fields)]
        )
        connection.executemany(
            "INSERT INTO declared_fields VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [
                    *(topic.name, field.name, field.kind, field.required, field.below),
                    *(list(field.legal), field.at_most, field.positive, in_lines),
                ]
                for in_lines, fields in ((False, topic.fields), (True, topic.line_fields))
                for field in fields
            ],
        )


def _typed_rows(topic: EventTopic) -> str:
    """One row a good record, or a line of it; closing markers included."""
    members = [
        *(("document", field) for field in topic.fields if field.kind != "lines"),
        *(("line", field) for field in topic.line_fields),
    ]
    values = ", ".join(
        f"CAST(literal(member({where}, '{field.name}')) AS {field.type}) AS \"{field.name}\""
        for where, field in members
    )
    lines = " JOIN lines USING (topic, source_partition, source_offset)" if topic.line_fields else ""
    return (
        f"CREATE OR REPLACE TABLE expected.{topic.typed} AS"
        f" SELECT {values}, record_time, source_partition, source_offset"
        f" FROM fate JOIN parsed USING (topic, source_partition, source_offset){lines} WHERE is_good AND topic = $topic"
    )


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
