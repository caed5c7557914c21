"""Landing tables filled with what the oracle expects in them, as the streams would fill them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oracle.results import TABLES
from oracle.tables import Place, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import psycopg
    from clickhouse_connect.driver.client import Client

# What the oracle does not say of a dead letter, but every one has.
_UNSAID = {"dead_letters": {"error_message": "unsaid", "failed_at": "2030-01-01 00:00:00"}}
_WITHOUT_DELETION = ("dead_letters", "late_events", "weather_observations")


def land_in_postgres(connection: duckdb.DuckDBPyConnection, server: psycopg.Connection[Any]) -> None:
    """Upsert each expected table into its landing, where rows that stand keep the time of their first landing.

    Rows that the expectation has no more are deleted, as an updating stream deletes them.
    """
    server.execute("SET TIME ZONE 'UTC'")
    for table in _of(Place.POSTGRES):
        columns, rows = _rows(connection, table)
        names, key = ", ".join(columns), ", ".join(table.key)
        server.execute(f"CREATE TEMP TABLE arriving AS SELECT {names} FROM bronze.{table.name} LIMIT 0".encode())
        with server.cursor().copy(f"COPY arriving ({names}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)
        server.execute(
            f"DELETE FROM bronze.{table.name} WHERE ({key}) NOT IN (SELECT {key} FROM arriving);"
            f"INSERT INTO bronze.{table.name} ({names}) SELECT {names} FROM arriving"
            f" ON CONFLICT ({key}) DO UPDATE SET ({names}) = ROW ({', '.join(f'EXCLUDED.{c}' for c in columns)});"
            "DROP TABLE arriving".encode()
        )
    server.commit()


def land_in_clickhouse(connection: duckdb.DuckDBPyConnection, client: Client, version: int) -> None:
    """Insert each expected table into its landing's rows as messages of offset `version`."""
    for table in _of(Place.CLICKHOUSE):
        columns, rows = _rows(connection, table)
        deleted = [] if table.name in _WITHOUT_DELETION else ["is_deleted"]
        landed = [(*row, version, *(0 for _ in deleted)) for row in rows]
        client.insert(f"{table.name}_rows", landed, column_names=[*columns, "version", *deleted])


def _of(place: Place) -> Sequence[Table]:
    return [table for table in TABLES if place in table.places]


def _rows(connection: duckdb.DuckDBPyConnection, table: Table) -> tuple[list[str], list[tuple[Any, ...]]]:
    unsaid = _UNSAID.get(table.name, {})
    values = ", ".join([*(f'"{column}"' for column in table.columns), *(f"'{value}'" for value in unsaid.values())])
    return [*table.columns, *unsaid], connection.execute(f"SELECT {values} FROM {table.expected}").fetchall()
