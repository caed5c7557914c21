"""The warehouse's gold tables: what each must hold, computed from the events past every dbt model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from oracle.databases import read_postgres
from oracle.tables import Place, Table

if TYPE_CHECKING:
    import duckdb

_SQL = Path(__file__).parent / "sql" / "gold"
_FILES = ("dimensions", "fct_order_item", "fct_shipment", "fct_inventory_day", "fct_purchase_order", "marts")


def compute_gold(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the gold tables to schema `expected`, which `oracle.expected.compute` must have filled."""
    for name in _FILES:
        connection.execute((_SQL / f"{name}.sql").read_text(encoding="utf-8"))


def gold_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """Every gold table, with the columns that the expectation has."""
    names = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'expected'"
        " AND (table_name SIMILAR TO '(dim|fct)_.*' OR table_name SIMILAR TO '.*_(day|month)') ORDER BY 1"
    ).fetchall()
    return [_described(connection, name) for (name,) in names]


def _described(connection: duckdb.DuckDBPyConnection, name: str) -> Table:
    columns = {
        column: "DECIMAL(18,2)" if type_ == "HUGEINT" else type_
        for column, type_, *_ in connection.execute(f"DESCRIBE expected.{name}").fetchall()
    }
    own_key = f"{name.removeprefix('dim_').removeprefix('fct_')}_key"
    return Table(name, (own_key,), columns, (Place.POSTGRES,))


def read_gold(connection: duckdb.DuckDBPyConnection, url: str, table: Table, namespace: str = "") -> None:
    """Read a table of schema `gold` into `postgres.<table>`."""
    read_postgres(connection, url, table, namespace, schema="gold")
