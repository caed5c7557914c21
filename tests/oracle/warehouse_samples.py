"""What the warehouse needs beyond `company_samples`: people who change teams, purchase orders that move on, bad and
late events; and what comes later: late rows, and changes of the shop that belong before those already known.
"""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from oracle.company_samples import PRODUCTS, SALESPEOPLE, WAREHOUSES, company
from oracle.event_samples import event, event_samples
from oracle.samples import PARTITIONS, START, Sample, iso, line, millis, order, samples
from oracle.shop_samples import version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_HOUR, _DAY, _MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
_TEAMS = ("north", "south", "east")


def first_days() -> list[Sample]:
    """The company's days, and in them everything the warehouse's rules tell apart."""
    random = Random(11)
    bad_and_late = [sample for sample in samples() if sample.fate != "good"]
    for topic in ("shipments", "vehicle_positions", "inventory_changes"):
        bad_and_late += [sample for sample in event_samples(topic) if sample.fate != "good"]
    return [*company(), *_teams(random), *_purchase_orders(random), *_sales(random), *bad_and_late]


def later() -> list[Sample]:
    """Comes behind `first_days`: an order line of the first day, a delivery before the one that counted, stock moved
    two days ago, a new product; and changes of prices and teams that fall between those that are known.
    """
    at = START + 10 * _MINUTE
    sold = order(at, order_id="came late", lines=[line(product_id="3"), line(line_no=2, product_id="77")])
    delivered = event("shipments", shipment_id="s-early", order_id="o-28", status="delivered")
    moved = event("inventory_changes", change_id="c-late", warehouse_id="1", product_id="2", delta=-4, reason="sale")
    return [
        version("products", START - _DAY, "c", product_id=77, name="new", list_price="7.70", unit_cost="7.00"),
        *(version("products", at - _MINUTE, product_id=n, list_price="8.88", category="dear") for n in (1, 3, 5)),
        version("salespeople", at - _MINUTE, salesperson_id=2, name="person 2", team="night"),
        version("purchase_orders", START + 5 * _DAY, po_id=13, received_quantity=1, defective_quantity=1),
        _event("orders", "ordered_at", at, "came late", sold),
        _event("shipments", "event_at", at + _HOUR, "s-early", delivered),
        _event("inventory_changes", "changed_at", START + _MINUTE, "2", moved),
        _event("inventory_changes", "changed_at", START + 9 * _DAY, "2", moved | {"change_id": "c-new", "delta": 50}),
    ]


def _event(topic: str, time: str, at: datetime, key: str, value: dict[str, object]) -> Sample:
    happened = json.dumps(value | {time: iso(at)}).encode()
    return Sample("", "good", key.encode(), happened, millis(at), sum(key.encode()) % PARTITIONS, topic)


def _teams(random: Random) -> Iterator[Sample]:
    for _ in range(30):
        person, at = random.randint(1, SALESPEOPLE), START + timedelta(milliseconds=random.randrange(1_800_000))
        country = random.choice(("AT", "DE"))
        changed = {"name": f"person {person}", "team": random.choice(_TEAMS), "country_code": country}
        yield version("salespeople", at, salesperson_id=person, **changed)


def _purchase_orders(random: Random) -> Iterator[Sample]:
    """Some still open, the others received early, to the dot or late, a few short or with defects."""
    for number in range(10, 60):
        ordered = START - 3 * _DAY + number * _HOUR
        promised = ordered + random.choice((1, 2, 5)) * _DAY
        standing = {
            "po_id": number,
            "supplier_id": random.choice((1, 2, 3, 9)),
            "product_id": random.randint(1, PRODUCTS),
            "warehouse_id": random.randint(1, WAREHOUSES),
            "quantity": 100,
            "ordered_at": iso(ordered),
            "promised_at": iso(promised),
        }
        yield version("purchase_orders", ordered, "c", **standing)
        if number % 5:
            received = promised + random.choice((-_DAY, timedelta(), timedelta(milliseconds=1), 2 * _DAY))
            arrived = random.choice((100, 100, 90))
            defective = random.choice((0, 0, 3, 7))
            outcome = {"received_at": iso(received), "received_quantity": arrived, "defective_quantity": defective}
            yield version("purchase_orders", received, **standing, **outcome)


def _sales(random: Random) -> Iterator[Sample]:
    """Stock that is sold over the following days, so that days without movement lie between."""
    for number in range(120):
        at = START + timedelta(hours=random.choice((30, 31, 55, 100)), milliseconds=random.randrange(3_600_000))
        place = {"warehouse_id": str(random.randint(1, WAREHOUSES)), "product_id": str(random.randint(1, PRODUCTS))}
        reason = random.choice(("sale", "sale", "receipt", "return", "loss", "adjustment"))
        delta = random.randint(1, 30) * (1 if reason in ("receipt", "return") else -1)
        moved = event("inventory_changes", change_id=f"d-{number}", delta=delta, reason=reason, **place)
        yield _event("inventory_changes", "changed_at", at, place["product_id"], moved)
