"""Landed tables read back as text, so that no client library rounds, decodes or shifts a value on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import clickhouse_connect
import psycopg

from oracle.tables import Table, load

if TYPE_CHECKING:
    import duckdb

_POSTGRES = {
    "BLOB": "encode(\"{column}\", 'hex')",
    "TIMESTAMP": "(\"{column}\" AT TIME ZONE 'UTC')::text",
}
_CLICKHOUSE = {
    "BLOB": "hex(`{column}`)",
    "TIMESTAMP": "toString(toTimeZone(`{column}`, 'UTC'))",
}


def read_postgres(
    connection: duckdb.DuckDBPyConnection, url: str, table: Table, namespace: str = "", *, schema: str = "bronze"
) -> None:
    """Read `<schema>.<namespace><table>` into `postgres.<table>`."""
    columns = _texts(table, _POSTGRES, '"{column}"::text')
    connection.execute("CREATE SCHEMA IF NOT EXISTS postgres")
    with psycopg.connect(url) as server:
        rows = server.execute(f'SELECT {columns} FROM {schema}."{namespace}{table.name}"'.encode()).fetchall()
    load(connection, f"postgres.{table.name}", table.columns, rows)


def read_clickhouse(connection: duckdb.DuckDBPyConnection, url: str, table: Table, namespace: str = "") -> None:
    """Read view `<namespace><table>` of the URL's database (default `realtime`) into `clickhouse.<table>`."""
    address = urlsplit(url)
    client = clickhouse_connect.get_client(
        host=address.hostname or "127.0.0.1",
        port=address.port or 8123,
        username=unquote(address.username or "default"),
        password=unquote(address.password or ""),
        database=address.path.strip("/") or "realtime",
        autogenerate_session_id=False,
    )
    columns = _texts(table, _CLICKHOUSE, "toString(`{column}`)")
    try:
        rows = client.query(f"SELECT {columns} FROM `{namespace}{table.name}`").result_rows
    finally:
        client.close()
    connection.execute("CREATE SCHEMA IF NOT EXISTS clickhouse")
    load(connection, f"clickhouse.{table.name}", table.columns, map(tuple, rows))


def _texts(table: Table, by_type: dict[str, str], otherwise: str) -> str:
    return ", ".join(by_type.get(type_, otherwise).format(column=column) for column, type_ in table.columns.items())
