"""Database `shop` as Debezium told it: every version of every row, and the rows as they stand at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

_TOPIC = "shop.public."


@dataclass(frozen=True)
class ShopTable:
    """One captured table.

    Args:
        name: the table; its topic is `shop.public.<name>`.
        columns: name to DuckDB type, the key first, `updated_at` not included: every table has it.
    """

    name: str
    columns: Mapping[str, str]

    @property
    def key(self) -> str:
        """The primary key's only column."""
        return next(iter(self.columns))

    @property
    def topic(self) -> str:
        """The topic Debezium writes, without namespace."""
        return _TOPIC + self.name


_ID, _TEXT, _MONEY, _TIME = "INTEGER", "VARCHAR", "DECIMAL(12,2)", "TIMESTAMP"

CITIES = ShopTable(
    "cities",
    {
        "city_id": _ID,
        "name": _TEXT,
        "country": _TEXT,
        "country_code": _TEXT,
        "latitude": "DECIMAL(9,6)",
        "longitude": "DECIMAL(9,6)",
        "population": "INTEGER",
    },
)
SUPPLIERS = ShopTable(
    "suppliers",
    {
        "supplier_id": _ID,
        "name": _TEXT,
        "city_id": _ID,
        "email": _TEXT,
        "rating": "DECIMAL(2,1)",
        "active": "BOOLEAN",
    },
)
PRODUCTS = ShopTable(
    "products",
    {
        "product_id": _ID,
        "sku": _TEXT,
        "name": _TEXT,
        "category": _TEXT,
        "supplier_id": _ID,
        "unit_cost": _MONEY,
        "list_price": _MONEY,
        "weight_kg": "DECIMAL(8,3)",
        "reorder_point": "INTEGER",
        "cold_chain": "BOOLEAN",
        "active": "BOOLEAN",
    },
)
CUSTOMERS = ShopTable(
    "customers",
    {"customer_id": _ID, "name": _TEXT, "email": _TEXT, "city_id": _ID, "segment": _TEXT},
)
SALESPEOPLE = ShopTable(
    "salespeople",
    {"salesperson_id": _ID, "name": _TEXT, "country_code": _TEXT, "team": _TEXT, "active": "BOOLEAN"},
)
WAREHOUSES = ShopTable(
    "warehouses",
    {"warehouse_id": _ID, "name": _TEXT, "city_id": _ID, "capacity": "INTEGER"},
)
PURCHASE_ORDERS = ShopTable(
    "purchase_orders",
    {
        "po_id": _ID,
        "supplier_id": _ID,
        "product_id": _ID,
        "warehouse_id": _ID,
        "quantity": "INTEGER",
        "ordered_at": _TIME,
        "promised_at": _TIME,
        "received_at": _TIME,
        "received_quantity": "INTEGER",
        "defective_quantity": "INTEGER",
    },
)
SHOP_TABLES = (CITIES, SUPPLIERS, PRODUCTS, CUSTOMERS, SALESPEOPLE, WAREHOUSES, PURCHASE_ORDERS)


def read_versions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `shop.<table>`, each version of each row, and `shop_now.<table>`, the rows that stand at the end.

    Reads `records`. The heartbeat rows (id 0) are in neither.
    """
    connection.execute("CREATE SCHEMA IF NOT EXISTS shop; CREATE SCHEMA IF NOT EXISTS shop_now")
    for table in SHOP_TABLES:
        connection.execute(_versions(table), {"topic": table.topic})
        connection.execute(_standing(table))


def _versions(table: ShopTable) -> str:
    columns = {**table.columns, "updated_at": _TIME}
    values = ", ".join(f"CAST(state ->> '$.{column}' AS {type_}) AS {column}" for column, type_ in columns.items())
    return (
        f"CREATE OR REPLACE TABLE shop.{table.name} AS"
        " WITH messages AS (SELECT source_partition, source_offset, CAST(decode(value) AS JSON) AS message"
        " FROM records WHERE topic = $topic AND value IS NOT NULL),"
        " changes AS (SELECT *, message ->> '$.op' AS op, json_extract(message, if(op = 'd', '$.before', '$.after'))"
        " AS state FROM messages)"
        f" SELECT {values}, op, source_partition, source_offset FROM changes"
        f" WHERE op IN ('c', 'u', 'r', 'd') AND CAST(state ->> '$.{table.key}' AS INTEGER) <> 0"
    )


def _standing(table: ShopTable) -> str:
    return (
        f"CREATE OR REPLACE TABLE shop_now.{table.name} AS SELECT * FROM shop.{table.name}"
        f" QUALIFY row_number() OVER (PARTITION BY {table.key} ORDER BY source_offset DESC) = 1 AND op <> 'd'"
    )
