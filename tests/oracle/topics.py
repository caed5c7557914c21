"""What an event must look like, one declaration a topic: from it follow each record's fate and its typed row.

The kinds are those of the contract:

- `text`: a JSON string;
- `id`: a string of one to nine digits, INT in typed topics;
- `integer`: a number written without fraction or exponent that fits 32 bits;
- `number`: a number that fits its column;
- `time`: a string `YYYY-MM-DDTHH:MM:SS.mmmZ` that names a real instant;
- `lines`: an array of objects, not empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TYPES = {"text": "VARCHAR", "id": "INTEGER", "integer": "INTEGER", "time": "TIMESTAMP", "lines": "JSON[]"}


@dataclass(frozen=True)
class Field:
    """One member of an event.

    Args:
        kind: see the module.
        decimal: digits before and after the point of a `number`'s column.
        required: absent and null are a missing field; else they are NULL.
        legal: the values an enumeration knows; empty when any will do.
        at_most: largest absolute value of a coordinate.
        positive: zero and below are `quantity_not_positive`.
    """

    name: str
    kind: str
    decimal: tuple[int, int] | None = None
    required: bool = True
    legal: tuple[str, ...] = ()
    at_most: int | None = None
    positive: bool = False

    @property
    def type(self) -> str:
        """DuckDB's type of the typed column."""
        return _TYPES[self.kind] if self.decimal is None else f"DECIMAL({sum(self.decimal)},{self.decimal[1]})"

    @property
    def below(self) -> int | None:
        """What a number must stay below to fit its column; a coordinate's own limit is narrower and told as such."""
        return None if self.decimal is None or self.at_most is not None else 10 ** self.decimal[0]


@dataclass(frozen=True)
class EventTopic:
    """One topic of events and the typed topic its parse job writes.

    Args:
        name: the topic, without namespace.
        typed: the typed topic.
        event_time: the field that says when it happened.
        fields: members of the event, in any order.
        line_fields: members of each object in `lines`.
        generated: whether the generator writes it: then it shows every error type and ends with closing markers.
    """

    name: str
    typed: str
    event_time: str
    fields: tuple[Field, ...]
    line_fields: tuple[Field, ...] = ()
    generated: bool = True

    @property
    def columns(self) -> dict[str, str]:
        """Columns of the typed topic, name to DuckDB type."""
        members = (field for field in (*self.fields, *self.line_fields) if field.kind != "lines")
        return {field.name: field.type for field in members} | _PLACE

    @property
    def error_types(self) -> Iterator[str]:
        """Error types its records can have, in the order of the checks."""
        declared = (*self.fields, *self.line_fields)
        yield from ("not_json", "missing_field", "wrong_type")
        if any(field.legal for field in declared):
            yield "unknown_enum"
        if any(field.positive for field in declared):
            yield "quantity_not_positive"
        if any(field.at_most is not None for field in declared):
            yield "coordinates_out_of_range"
        yield "event_time_in_future"


_PLACE = {"record_time": "TIMESTAMP", "source_partition": "INTEGER", "source_offset": "BIGINT"}

ORDERS = EventTopic(
    "orders",
    "order_items",
    "ordered_at",
    (
        Field("order_id", "text"),
        Field("customer_id", "id"),
        Field("salesperson_id", "id"),
        Field("city_id", "id"),
        Field("channel", "text", legal=("web", "store", "phone")),
        Field("ordered_at", "time"),
        Field("promised_at", "time"),
        Field("lines", "lines"),
    ),
    (
        Field("line_no", "integer"),
        Field("product_id", "id"),
        Field("quantity", "integer", positive=True),
        Field("unit_price", "number", (10, 2)),
    ),
)
SHIPMENTS = EventTopic(
    "shipments",
    "shipment_events",
    "event_at",
    (
        Field("shipment_id", "text"),
        Field("order_id", "text"),
        Field("warehouse_id", "id"),
        Field("vehicle_id", "id"),
        Field("status", "text", legal=("created", "dispatched", "delivered", "failed")),
        Field("event_at", "time"),
    ),
)
VEHICLE_POSITIONS = EventTopic(
    "vehicle_positions",
    "positions",
    "measured_at",
    (
        Field("vehicle_id", "id"),
        Field("latitude", "number", (3, 6), at_most=90),
        Field("longitude", "number", (3, 6), at_most=180),
        Field("speed_kmh", "number", (4, 1)),
        Field("heading_deg", "integer"),
        Field("cargo_temp_c", "number", (3, 2), required=False),
        Field("measured_at", "time"),
    ),
)
INVENTORY_CHANGES = EventTopic(
    "inventory_changes",
    "stock_movements_typed",
    "changed_at",
    (
        Field("change_id", "text"),
        Field("warehouse_id", "id"),
        Field("product_id", "id"),
        Field("delta", "integer"),
        Field("reason", "text", legal=("sale", "receipt", "return", "adjustment", "loss")),
        Field("changed_at", "time"),
    ),
)
WEATHER = EventTopic(
    "weather",
    "weather_observations",
    "observed_at",
    (
        Field("city_id", "id"),
        Field("temp_c", "number", (3, 2)),
        Field("wind_kmh", "number", (4, 1)),
        Field("precipitation_mm", "number", (4, 2)),
        Field("condition", "text", legal=("clear", "clouds", "fog", "rain", "snow", "storm")),
        Field("observed_at", "time"),
    ),
    generated=False,
)
EVENT_TOPICS = (ORDERS, SHIPMENTS, VEHICLE_POSITIONS, INVENTORY_CHANGES, WEATHER)
