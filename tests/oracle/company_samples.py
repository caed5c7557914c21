"""A small company over two days: records of every source topic in which every rule of the results shows.

Ids and prices are few, so ranks tie; changes of the shop fall between orders and upon them; readings arrive in
disorder and warm up now and then; deliveries come early, late, twice and after a week. Every event is good.
"""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from oracle.event_samples import event
from oracle.samples import PARTITIONS, START, Sample, iso, line, millis, order
from oracle.shop_samples import ROWS, chained, heartbeat, version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

CITIES, CUSTOMERS, SALESPEOPLE, PRODUCTS, WAREHOUSES, VEHICLES = 6, 10, 8, 12, 3, 8
ORDERS = 500
COUNTRIES = ("AT", "DE")
_LONG_AGO = START - timedelta(days=30)
_MIDNIGHT = START + timedelta(hours=12)
_END = START + timedelta(days=12)
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_DIMENSIONS = ("cities", "suppliers", "products", "customers", "salespeople", "warehouses")
_EVENT_TIMES = {
    "orders": "ordered_at",
    "shipments": "event_at",
    "vehicle_positions": "measured_at",
    "inventory_changes": "changed_at",
    "weather": "observed_at",
}


def company(seed: int = 5) -> list[Sample]:
    """Every record, markers and heartbeats included, those of a topic in order of record time."""
    random = Random(seed)
    orders = list(_orders(random))
    events = [
        *(_record("orders", at, value["order_id"], value, random) for at, value in orders),
        *_shipments(random, orders),
        *_positions(random),
        *_movements(random),
        *_weather(),
    ]
    events.sort(key=lambda sample: sample.record_time)
    return [*_shop(random, [at for at, _ in orders]), *events, *_markers()]


def _record(topic: str, at: datetime, key: str, value: dict[str, Any], random: Random) -> Sample:
    """An event that arrives after a delay, in the partition of its key."""
    happened = value | {_EVENT_TIMES[topic]: iso(at)}
    delay = timedelta(seconds=random.choice((0.0, 0.1, 1.0, 4.0, 9.9)))
    partition = 0 if topic == "weather" else sum(key.encode()) % PARTITIONS
    return Sample("", "good", key.encode(), json.dumps(happened).encode(), millis(at + delay), partition, topic)


def _orders(random: Random) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Most of them within half an hour, the rest around midnight."""
    for number in range(ORDERS):
        half_hour = START if number % 5 else _MIDNIGHT - 15 * _MINUTE
        at = half_hour + timedelta(milliseconds=random.randrange(1_800_000))
        lines = [
            line(
                line_no=line_no,
                product_id=str(random.choice((*range(1, PRODUCTS + 1), 900))),
                quantity=random.randint(1, 3),
                unit_price=random.choice((5, 10, 12.5)),
            )
            for line_no in range(1, random.randint(2, 4))
        ]
        yield (
            at,
            order(
                at,
                order_id=f"o-{number}",
                lines=lines,
                city_id=str(random.choice((*range(1, CITIES + 1), 900))),
                customer_id=str(random.choice((*range(1, CUSTOMERS + 1), 900))),
                salesperson_id=str(random.choice((*range(1, SALESPEOPLE + 1), 900))),
                channel=random.choice(("web", "store", "phone")),
                promised_at=iso(at + timedelta(hours=random.choice((1, 24, 72)))),
            ),
        )
    yield from _ties()


def _ties() -> Iterator[tuple[datetime, dict[str, Any]]]:
    """A day on which everything sells as well as everything else, the highest ids first."""
    at = START + timedelta(days=2)
    for number in range(5, 0, -1):
        sold = [line(line_no=5 - product_id, product_id=str(product_id)) for product_id in (4, 3, 2, 1)]
        ids = {"city_id": str(number), "salesperson_id": str(number)}
        yield at + (6 - number) * _SECOND, order(at, order_id=f"tie-{number}", lines=sold, **ids)


def _shipments(random: Random, orders: Sequence[tuple[datetime, dict[str, Any]]]) -> Iterator[Sample]:
    for number, (at, value) in enumerate(orders):
        order_id = value["order_id"]
        yield _shipment(random, f"s-{number}", order_id, "created", at + _SECOND)
        for attempt, hours in enumerate(_deliveries(random, number)):
            delivered = at + timedelta(hours=hours)
            shipment_id = f"s-{number}-{attempt}"
            yield _shipment(random, shipment_id, order_id, "dispatched", delivered - _MINUTE)
            yield _shipment(random, shipment_id, order_id, "failed", delivered - _SECOND)
            yield _shipment(random, shipment_id, order_id, "delivered", delivered)


def _deliveries(random: Random, number: int) -> tuple[float, ...]:
    """Hours from order to delivery: none, too early, to the dot, days, the whole week, too late; often two."""
    edges = ((), (-0.5,), (1.0,), (24.0, 2.0), (150.0,), (168.0,), (168.1,), (24.0 + 1 / 120,))
    if number < 5 * len(edges):
        return edges[number % len(edges)]
    first = random.uniform(0.2, 100.0)
    return random.choice(((), (first,), (first, first + random.uniform(0.1, 5.0)), (first + 1.0, first)))


def _shipment(random: Random, shipment_id: str, order_id: str, status: str, at: datetime) -> Sample:
    ids = {"warehouse_id": str(random.randint(1, WAREHOUSES)), "vehicle_id": str(random.randint(1, VEHICLES))}
    value = event("shipments", shipment_id=shipment_id, order_id=order_id, status=status, **ids)
    return _record("shipments", at, shipment_id, value, random)


def _positions(random: Random) -> Iterator[Sample]:
    for vehicle in range(1, VEHICLES + 1):
        at, temperature = START, 6.0
        for _ in range(120):
            at += timedelta(seconds=random.choice((20, 20, 30, 40, 60, 61, 90)))
            temperature = min(max(temperature + random.choice((-1.0, -0.5, 0.0, 0.5, 1.0)), 5.0), 11.0)
            yield _position(vehicle, at, None if random.random() < 0.03 else temperature, random)
        yield from _last_positions(vehicle, at + _MINUTE, random)


def _last_positions(vehicle: int, at: datetime, random: Random) -> Iterator[Sample]:
    """The newest arrives first; then another of the same instant, and an older one last."""
    newest = _position(vehicle, at, 4.0, random, latitude=1)
    for sample, later in ((newest, 0), (_position(vehicle, at, 5.0, random, latitude=2), 1)):
        yield Sample("", "good", sample.key, sample.value, millis(at) + later, sample.partition, sample.topic)
    older = _position(vehicle, at - 3 * _SECOND, 6.0, random, latitude=3)
    yield Sample("", "good", older.key, older.value, millis(at) + 2, older.partition, older.topic)


def _position(vehicle: int, at: datetime, temperature: float | None, random: Random, latitude: float = 48) -> Sample:
    value = event("vehicle_positions", vehicle_id=str(vehicle), cargo_temp_c=temperature, latitude=latitude)
    return _record("vehicle_positions", at, str(vehicle), value, random)


def _movements(random: Random) -> Iterator[Sample]:
    """Stock falls below the reorder points and recovers; some ends exactly at one."""
    for number in range(400):
        at = START + timedelta(milliseconds=random.randrange(1_800_000))
        place = {"warehouse_id": str(random.randint(1, WAREHOUSES)), "product_id": str(random.randint(1, PRODUCTS - 1))}
        changes = place | {"delta": random.randint(-9, 10), "change_id": f"c-{number}"}
        yield _record("inventory_changes", at, place["product_id"], event("inventory_changes", **changes), random)
    for warehouse, delta in ((1, 20), (2, 19), (3, 21)):
        changes = {"warehouse_id": str(warehouse), "product_id": str(PRODUCTS), "delta": delta}
        yield _record("inventory_changes", START, str(PRODUCTS), event("inventory_changes", **changes), random)


def _weather() -> Iterator[Sample]:
    random = Random(1)
    for number in range(30):
        at = START + (number % 5) * _MINUTE
        changes = {"city_id": str(1 + number % 3), "temp_c": number / 4}
        yield _record("weather", at, changes["city_id"], event("weather", **changes), random)


def _shop(random: Random, ordered: Sequence[datetime]) -> list[Sample]:
    """First rows, then changes in order of time: some in the very millisecond of an order, and one more heartbeat."""
    changes = []
    for at in sorted(random.sample(ordered, 60)):
        product_id, person = random.randint(1, PRODUCTS), random.randint(1, SALESPEOPLE)
        price, country = f"{random.randint(100, 999) / 100:.2f}", random.choice(COUNTRIES)
        changes += [
            version("products", at, product_id=product_id, name=f"product {product_id}", list_price=price),
            version("salespeople", at, salesperson_id=person, name=f"person {person}", country_code=country),
        ]
    changes.append(version("products", _END - _MINUTE, product_id=1, name="renamed", reorder_point=5))
    for number in range(1, 4):
        at = START + number * timedelta(hours=1)
        changes.append(version("purchase_orders", at, "c", po_id=number))
        changes.append(version("purchase_orders", at + _MINUTE, po_id=number, received_quantity=99))
    return list(chained([*_first_rows(), *changes, *(heartbeat(table, _END) for table in _DIMENSIONS)]))


def _first_rows() -> Iterator[Sample]:
    for table, count, key in (
        ("cities", CITIES, "city_id"),
        ("suppliers", 3, "supplier_id"),
        ("products", PRODUCTS, "product_id"),
        ("customers", CUSTOMERS, "customer_id"),
        ("salespeople", SALESPEOPLE, "salesperson_id"),
        ("warehouses", WAREHOUSES, "warehouse_id"),
    ):
        yield version(table, _LONG_AGO, "r", **{key: 0})
        for number in range(1, count + 1):
            own = {key: number, "name": f"{table} {number}"}
            if "country_code" in ROWS[table]:
                own["country_code"] = COUNTRIES[number % 2]
            yield version(table, _LONG_AGO, "r", **own)


def _markers() -> Iterator[Sample]:
    for partition in range(PARTITIONS):
        close, zero = f"close-{partition}", "0"
        nothing = [line(product_id=zero, quantity=1, unit_price=0)]
        for topic, value in (
            ("orders", order(order_id=close, lines=nothing, customer_id=zero, salesperson_id=zero, city_id=zero)),
            ("shipments", event("shipments", shipment_id=close, order_id=close, warehouse_id=zero, vehicle_id=zero)),
            ("vehicle_positions", event("vehicle_positions", vehicle_id=zero)),
            (
                "inventory_changes",
                event("inventory_changes", change_id=close, warehouse_id=zero, product_id=zero, delta=0),
            ),
        ):
            happened = json.dumps(value | {_EVENT_TIMES[topic]: iso(_END)}).encode()
            yield Sample("marker", "good", close.encode(), happened, millis(_END), partition, topic)
