"""What dbt must make of the landings, computed from the events past every dbt model.

The warehouse's gold tables (dimensions, facts, KPI marts) and the real-time models; needs `oracle.expected.compute`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from oracle.databases import read_clickhouse, read_postgres
from oracle.tables import Place, Table

if TYPE_CHECKING:
    import duckdb

    from oracle.found import Addresses

_SQL = Path(__file__).parent / "sql" / "gold"
_FILES = (
    "dimensions",
    "fct_order_item",
    "fct_shipment",
    "fct_inventory_day",
    "fct_purchase_order",
    "marts",
    "realtime",
)
_KEYS = {
    Place.POSTGRES: {
        "dim_city": ("city_key",),
        "dim_customer": ("customer_key",),
        "dim_date": ("date_key",),
        "dim_product": ("product_id", "valid_from"),
        "dim_salesperson": ("salesperson_id", "valid_from"),
        "dim_supplier": ("supplier_key",),
        "dim_warehouse": ("warehouse_key",),
        "fct_order_item": ("order_id", "line_no"),
        "fct_shipment": ("shipment_id",),
        "fct_inventory_day": ("warehouse_id", "product_id", "day"),
        "fct_purchase_order": ("po_id",),
        "sales_day": ("date_key", "city_key", "category"),
        "delivery_day": ("date_key", "city_key"),
        "stock_day": ("date_key", "warehouse_key"),
        "supplier_month": ("month_start", "supplier_key"),
        "cold_chain_day": ("date_key", "vehicle_id"),
        "event_quality_day": ("date_key", "topic"),
    },
    Place.CLICKHOUSE: {
        "sales_minute": ("minute", "city_id", "category"),
        "delivery_hour": ("hour", "city_id"),
        "vehicle_track": ("vehicle_id", "minute"),
        "stock_now": ("warehouse_id", "product_id"),
        "event_quality_minute": ("minute", "topic", "reason"),
    },
}


def compute_gold(connection: duckdb.DuckDBPyConnection) -> None:
    """Add what dbt must make to schema `expected`."""
    for name in _FILES:
        connection.execute((_SQL / f"{name}.sql").read_text(encoding="utf-8"))


def gold_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """Every table that dbt must make, with the columns of its expectation."""
    return [
        Table(name, key, _columns(connection, name), (place,))
        for place, tables in _KEYS.items()
        for name, key in tables.items()
    ]


def read_gold(connection: duckdb.DuckDBPyConnection, addresses: Addresses, table: Table, namespace: str = "") -> None:
    """Read what dbt made of `table` into `<place's schema>.<table>`."""
    if Place.POSTGRES in table.places:
        read_postgres(connection, addresses.postgres, table, namespace, schema="gold")
    else:
        read_clickhouse(connection, addresses.clickhouse, table, namespace)


def _columns(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    """Sums of whole numbers are HUGEINT, which takes no decimals: a fraction that was found must show."""
    described = connection.execute(f"DESCRIBE expected.{name}").fetchall()
    return {column: "DECIMAL(38,6)" if type_ == "HUGEINT" else type_ for column, type_, *_ in described}
