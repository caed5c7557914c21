"""Every table the example produces, as the contract names it, and where it can be read."""

from __future__ import annotations

from oracle.shop import CITIES, CUSTOMERS, PRODUCTS, PURCHASE_ORDERS, SALESPEOPLE, SUPPLIERS, WAREHOUSES, ShopTable
from oracle.tables import Place, Table
from oracle.topics import EVENT_TOPICS, INVENTORY_CHANGES, SHIPMENTS, WEATHER, EventTopic

_BOTH = (Place.POSTGRES, Place.CLICKHOUSE)
_CHANGING = (Place.CHANGELOG, *_BOTH)
_MONEY = "DECIMAL(14,2)"
_SOURCE = {"source_topic": "VARCHAR", "source_partition": "INTEGER", "source_offset": "BIGINT"}
_BYTES = {"key_bytes": "BLOB", "value_bytes": "BLOB"}
_OFFSET = {"source_partition": "INTEGER", "source_offset": "BIGINT"}

DEAD_LETTERS = Table(
    "dead_letters",
    tuple(_SOURCE),
    {**_SOURCE, "record_time": "TIMESTAMP", **_BYTES, "error_type": "VARCHAR", "job": "VARCHAR"},
    (Place.TOPIC, *_BOTH),
)
LATE_EVENTS = Table(
    "late_events",
    tuple(_SOURCE),
    {**_SOURCE, "record_time": "TIMESTAMP", "event_time": "TIMESTAMP", **_BYTES, "job": "VARCHAR"},
    (Place.TOPIC, *_BOTH),
)
TYPED = tuple(
    Table(
        topic.typed,
        (*_OFFSET, "line_no") if topic.line_fields else tuple(_OFFSET),
        topic.columns,
        (Place.TOPIC,),
    )
    for topic in EVENT_TOPICS
)
ORDER_ITEMS_ENRICHED = Table(
    "order_items_enriched",
    ("order_id", "line_no"),
    {
        "order_id": "VARCHAR",
        "line_no": "INTEGER",
        "ordered_at": "TIMESTAMP",
        "channel": "VARCHAR",
        "city_id": "INTEGER",
        "city": "VARCHAR",
        "country_code": "VARCHAR",
        "customer_id": "INTEGER",
        "customer": "VARCHAR",
        "segment": "VARCHAR",
        "salesperson_id": "INTEGER",
        "salesperson": "VARCHAR",
        "team": "VARCHAR",
        "salesperson_country": "VARCHAR",
        "product_id": "INTEGER",
        "product": "VARCHAR",
        "category": "VARCHAR",
        "supplier_id": "INTEGER",
        "quantity": "INTEGER",
        "unit_price": "DECIMAL(12,2)",
        "list_price": "DECIMAL(12,2)",
        "unit_cost": "DECIMAL(12,2)",
        "revenue": _MONEY,
        "cost": _MONEY,
        "margin": _MONEY,
    },
    (Place.TOPIC, *_BOTH),
)
REVENUE_BY_CITY_MINUTE = Table(
    "revenue_by_city_minute",
    ("city_id", "minute"),
    {"city_id": "INTEGER", "minute": "TIMESTAMP", "revenue": _MONEY, "orders": "BIGINT", "items": "BIGINT"},
    _CHANGING,
)
SALES_PER_CITY = Table(
    "sales_per_city",
    ("city_id", "window_end"),
    {
        "city_id": "INTEGER",
        "window_start": "TIMESTAMP",
        "window_end": "TIMESTAMP",
        "revenue": _MONEY,
        "orders": "BIGINT",
        "items": "BIGINT",
        "city_rank": "BIGINT",
    },
    _CHANGING,
)
TOP_PRODUCTS_PER_CITY = Table(
    "top_products_per_city",
    ("city_id", "day", "rank"),
    {
        "city_id": "INTEGER",
        "day": "DATE",
        "rank": "BIGINT",
        "product_id": "INTEGER",
        "revenue": _MONEY,
        "items": "BIGINT",
    },
    _CHANGING,
)
TOP_SALESPEOPLE_PER_COUNTRY = Table(
    "top_salespeople_per_country",
    ("country_code", "day", "rank"),
    {
        "country_code": "VARCHAR",
        "day": "DATE",
        "rank": "BIGINT",
        "salesperson_id": "INTEGER",
        "salesperson": "VARCHAR",
        "revenue": _MONEY,
        "orders": "BIGINT",
    },
    _CHANGING,
)
INVENTORY_LEVELS = Table(
    "inventory_levels",
    ("warehouse_id", "product_id"),
    {"warehouse_id": "INTEGER", "product_id": "INTEGER", "level": "BIGINT", "last_changed_at": "TIMESTAMP"},
    _CHANGING,
)
LOW_STOCK_ALERTS = Table(
    "low_stock_alerts",
    ("warehouse_id", "product_id"),
    {
        "warehouse_id": "INTEGER",
        "product_id": "INTEGER",
        "product": "VARCHAR",
        "level": "BIGINT",
        "reorder_point": "INTEGER",
        "last_changed_at": "TIMESTAMP",
    },
    _CHANGING,
)
SHIPMENT_DELAYS = Table(
    "shipment_delays",
    ("order_id",),
    {
        "order_id": "VARCHAR",
        "shipment_id": "VARCHAR",
        "city_id": "INTEGER",
        "ordered_at": "TIMESTAMP",
        "promised_at": "TIMESTAMP",
        "delivered_at": "TIMESTAMP",
        "is_late": "BOOLEAN",
        "minutes_late": "BIGINT",
    },
    _CHANGING,
)
VEHICLE_LAST_POSITION = Table(
    "vehicle_last_position",
    ("vehicle_id",),
    {
        "vehicle_id": "INTEGER",
        "latitude": "DECIMAL(9,6)",
        "longitude": "DECIMAL(9,6)",
        "speed_kmh": "DECIMAL(5,1)",
        "heading_deg": "INTEGER",
        "cargo_temp_c": "DECIMAL(5,2)",
        "measured_at": "TIMESTAMP",
    },
    _CHANGING,
)
COLD_CHAIN_BREACHES = Table(
    "cold_chain_breaches",
    ("vehicle_id", "started_at"),
    {
        "vehicle_id": "INTEGER",
        "started_at": "TIMESTAMP",
        "ended_at": "TIMESTAMP",
        "readings": "BIGINT",
        "max_temp_c": "DECIMAL(5,2)",
        "duration_s": "BIGINT",
    },
    _CHANGING,
)
WEATHER_LANDED = Table(
    "weather_observations",
    ("city_id", "observed_at"),
    {column: type_ for column, type_ in WEATHER.columns.items() if column not in (*_OFFSET, "record_time")},
    _BOTH,
    "weather_landed",
)


def _event_history(name: str, topic: EventTopic) -> Table:
    return Table(name, tuple(_OFFSET), topic.columns, (Place.POSTGRES,))


def _row_history(name: str, table: ShopTable) -> Table:
    columns = {"op": "VARCHAR", **table.columns, "updated_at": "TIMESTAMP", **_OFFSET}
    return Table(name, tuple(_OFFSET), columns, (Place.POSTGRES,))


def _landed(table: ShopTable, *places: Place) -> Table:
    return Table(table.name, (table.key,), {**table.columns, "updated_at": "TIMESTAMP"}, places)


HISTORIES = (
    _row_history("product_history", PRODUCTS),
    _row_history("salesperson_history", SALESPEOPLE),
    _row_history("purchase_order_history", PURCHASE_ORDERS),
    _event_history("shipment_event_history", SHIPMENTS),
    _event_history("inventory_change_history", INVENTORY_CHANGES),
)
DIMENSIONS = (
    _landed(CITIES, *_BOTH),
    _landed(SUPPLIERS, Place.POSTGRES),
    _landed(CUSTOMERS, Place.POSTGRES),
    _landed(WAREHOUSES, *_BOTH),
    _landed(PRODUCTS, Place.CLICKHOUSE),
    _landed(SALESPEOPLE, Place.CLICKHOUSE),
)
RESULTS = (
    ORDER_ITEMS_ENRICHED,
    REVENUE_BY_CITY_MINUTE,
    SALES_PER_CITY,
    TOP_PRODUCTS_PER_CITY,
    TOP_SALESPEOPLE_PER_COUNTRY,
    INVENTORY_LEVELS,
    LOW_STOCK_ALERTS,
    SHIPMENT_DELAYS,
    VEHICLE_LAST_POSITION,
    COLD_CHAIN_BREACHES,
)
TABLES = (*TYPED, DEAD_LETTERS, LATE_EVENTS, *RESULTS, WEATHER_LANDED, *HISTORIES, *DIMENSIONS)
