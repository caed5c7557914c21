"""Changes of database `shop` as Debezium tells them (schemas off, decimals as strings), made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from oracle.samples import Sample, millis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

ROWS: dict[str, dict[str, Any]] = {
    "cities": {
        "city_id": 7,
        "name": "Graz",
        "country": "Austria",
        "country_code": "AT",
        "latitude": "47.070868",
        "longitude": "15.438279",
        "population": 291_134,
    },
    "suppliers": {
        "supplier_id": 2,
        "name": "Acme",
        "city_id": 7,
        "email": "acme@example.org",
        "rating": "4.5",
        "active": True,
    },
    "products": {
        "product_id": 5,
        "sku": "P-5",
        "name": "Cheese",
        "category": "dairy",
        "supplier_id": 2,
        "unit_cost": "7.25",
        "list_price": "12.50",
        "weight_kg": "0.400",
        "reorder_point": 20,
        "cold_chain": True,
        "active": True,
    },
    "customers": {"customer_id": 12, "name": "Ada", "email": "ada@example.org", "city_id": 7, "segment": "retail"},
    "salespeople": {"salesperson_id": 3, "name": "Bo", "country_code": "AT", "team": "north", "active": True},
    "warehouses": {"warehouse_id": 3, "name": "Mitte", "city_id": 7, "capacity": 1_000},
    "purchase_orders": {
        "po_id": 1,
        "supplier_id": 2,
        "product_id": 5,
        "warehouse_id": 3,
        "quantity": 100,
        "ordered_at": "2025-03-01T12:00:00.000000Z",
        "promised_at": "2025-03-02T12:00:00.000000Z",
        "received_at": None,
        "received_quantity": None,
        "defective_quantity": None,
    },
}


def version(table: str, at: datetime, op: str = "u", **changes: Any) -> Sample:
    """A row of `table` that became as `ROWS` has it, with `changes`, at `at`; with `op` d it went away."""
    row = ROWS[table] | changes | {"updated_at": f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"}
    before, after = (row, None) if op == "d" else (None, row)
    envelope = {"before": before, "after": after, "source": {"table": table}, "op": op, "ts_ms": millis(at)}
    key = json.dumps({next(iter(row)): next(iter(row.values()))}).encode()
    return Sample("", "", key, json.dumps(envelope).encode(), millis(at), topic=f"shop.public.{table}")


def chained(changes: Iterable[Sample]) -> Iterator[Sample]:
    """The same changes, each update telling the row before it, as `REPLICA IDENTITY FULL` does."""
    standing: dict[tuple[str, bytes | None], Any] = {}
    for change in changes:
        envelope, row = json.loads(change.value or b"{}"), (change.topic, change.key)
        before = standing.get(row) if envelope["op"] == "u" else envelope["before"]
        standing[row] = envelope["after"]
        yield replace(change, value=json.dumps(envelope | {"before": before}).encode())


def heartbeat(table: str, at: datetime) -> Sample:
    """The heartbeat row of `table`, moved to `at`."""
    return version(table, at, **{next(iter(ROWS[table])): 0})
