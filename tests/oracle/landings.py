"""Landing tables made as their files say, and filled with what the oracle expects in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oracle.results import TABLES
from oracle.tables import Place, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb
    import psycopg
    from clickhouse_connect.driver.client import Client

# What the oracle does not say of a dead letter, but every one has.
_UNSAID = {"dead_letters": {"error_message": "unsaid", "failed_at": "2030-01-01 00:00:00"}}


def make_in_postgres(folder: Path, server: psycopg.Connection[Any], namespace: str = "") -> None:
    """Create schema `bronze` and the landing tables of `folder`."""
    server.execute("CREATE SCHEMA bronze")
    for statement in _statements(sorted(folder.glob("*.sql")), namespace):
        server.execute(statement.encode())
    server.commit()


def make_in_clickhouse(folder: Path, client: Client, namespace: str = "") -> None:
    """Create the landings of `folder` and their views, but nothing that reads Kafka."""
    rows = sorted(folder.glob("*_rows.sql"))
    views = [folder / file.name.replace("_rows", "") for file in rows]
    for statement in _statements([*rows, *views], namespace):
        client.command(statement)


def land_in_postgres(
    connection: duckdb.DuckDBPyConnection, server: psycopg.Connection[Any], namespace: str = ""
) -> None:
    """Upsert each expected table into its landing, where rows that stand keep the time of their first landing.

    Rows that the expectation has no more are deleted, as an updating stream deletes them.
    """
    server.execute("SET TIME ZONE 'UTC'")
    for table in _of(Place.POSTGRES):
        columns, rows = _rows(connection, table)
        landing, names, key = f"bronze.{namespace}{table.name}", ", ".join(columns), ", ".join(table.key)
        server.execute(f"CREATE TEMP TABLE arriving AS SELECT {names} FROM {landing} LIMIT 0".encode())
        with server.cursor().copy(f"COPY arriving ({names}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)
        server.execute(
            f"DELETE FROM {landing} WHERE ({key}) NOT IN (SELECT {key} FROM arriving);"
            f"INSERT INTO {landing} ({names}) SELECT {names} FROM arriving"
            f" ON CONFLICT ({key}) DO UPDATE SET ({names}) = ROW ({', '.join(f'EXCLUDED.{c}' for c in columns)});"
            "DROP TABLE arriving".encode()
        )
    server.commit()


def land_in_clickhouse(
    connection: duckdb.DuckDBPyConnection, client: Client, version: int, namespace: str = ""
) -> None:
    """Insert each expected table into its landing's rows, as messages of offset `version`."""
    for table in _of(Place.CLICKHOUSE):
        columns, rows = _rows(connection, table)
        landing = f"{namespace}{table.name}_rows"
        marks = {"version": version} | ({"is_deleted": 0} if _takes_deletions(client, landing) else {})
        client.insert(landing, [(*row, *marks.values()) for row in rows], column_names=[*columns, *marks])


def age_in_postgres(
    server: psycopg.Connection[Any], namespace: str = "", landed_at: str = "2026-01-01 00:00:00+00"
) -> None:
    """Let everything have landed in one instant, long ago unless another is given."""
    for table in _of(Place.POSTGRES):
        server.execute(f"UPDATE bronze.{namespace}{table.name} SET landed_at = '{landed_at}'".encode())
    server.commit()


def _takes_deletions(client: Client, landing: str) -> bool:
    return "is_deleted" in client.query(f"DESCRIBE TABLE {landing}").result_columns[0]


def _statements(files: Sequence[Path], namespace: str) -> Iterator[str]:
    for file in files:
        yield file.read_text(encoding="utf-8").replace("${NS:-}", namespace).rstrip().rstrip(";")


def _of(place: Place) -> Sequence[Table]:
    return [table for table in TABLES if place in table.places]


def _rows(connection: duckdb.DuckDBPyConnection, table: Table) -> tuple[list[str], list[tuple[Any, ...]]]:
    unsaid = _UNSAID.get(table.name, {})
    values = ", ".join([*(f'"{column}"' for column in table.columns), *(f"'{value}'" for value in unsaid.values())])
    return [*table.columns, *unsaid], connection.execute(f"SELECT {values} FROM {table.expected}").fetchall()
