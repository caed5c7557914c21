"""The topic `orders`: who bought what, where and through which channel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from millstream.generate import catalog
from millstream.generate.event import EventTopic, iso, iso_all
from millstream.generate.order_faults import ORDER_FAULTS
from millstream.generate.sampling import cumulate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.generate.event import Block, Writer
    from millstream.generate.plan import StreamPlan
    from millstream.generate.sampling import Flags, Floats, Ints
    from millstream.generate.scenario import Scenario

CHANNELS = ("web", "store", "phone")
CHANNEL_SHARES = cumulate([60, 30, 10])
MAX_LINES = 5
BASKET_SIZES = cumulate([45, 26, 15, 9, 5])
QUANTITIES = (1, 2, 3, 4, 5, 6, 10, 12)
QUANTITY_SHARES = cumulate([70, 16, 5, 3, 2, 2, 1, 1])
DISCOUNTS_PCT = (0, 5, 10, 20)
HOUR_MS = 3_600_000
EXPRESS_SHARE = 0.25
# Express is promised within 20 s to 5 min, most of it within two: a short run must see promises kept and broken.
EXPRESS_MS = (20_000, 300_000)


@dataclass(frozen=True)
class Heads:
    """What a block of orders says above its lines, by position in the block; cities count from 0.

    Shipments read these too, so they are the first numbers drawn of a block.
    """

    city: Ints
    channel: Ints
    express: Flags
    promised_ms: Ints


def heads(block: Block, scenario: Scenario) -> Heads:
    """Draw where orders come from and what they are promised."""
    draws, size = block.draws, block.size
    city = draws.weighted(_city_popularity(scenario), size)
    channel = draws.weighted(CHANNEL_SHARES, size)
    express = draws.uniform(size) < EXPRESS_SHARE
    spread = draws.uniform(size)
    soon = EXPRESS_MS[0] + (spread * spread * (EXPRESS_MS[1] - EXPRESS_MS[0])).astype(np.int64)
    days = (24 + (spread * 97).astype(np.int64)) * HOUR_MS
    return Heads(city, channel, express, block.event_ms + np.where(express, soon, days))


def _writer(plan: StreamPlan) -> Writer:
    scenario = plan.scenario
    products = _product_popularity(scenario)
    discounts = cumulate(scenario.discounts)

    def write(block: Block) -> Iterator[tuple[str, str]]:
        head, draws = heads(block, scenario), block.draws
        customer = catalog.residents(head.city, draws.uniform(block.size))
        salesperson = draws.weighted(catalog.SALESPERSON_POPULARITY, block.size)
        columns = zip(
            (customer + 1).tolist(),
            (salesperson + 1).tolist(),
            (head.city + 1).tolist(),
            [CHANNELS[index] for index in head.channel.tolist()],
            iso_all(block.event_ms),
            iso_all(head.promised_ms),
            _baskets(block, products, discounts),
            strict=True,
        )
        for position, columns_of_one in enumerate(columns, block.first):
            order_id = order_name(block.run, position)
            yield order_id, _order(order_id, *columns_of_one)

    return write


def order_name(run: str, position: int) -> str:
    """The id of the order at a position of the topic."""
    return f"{run}-{position}"


def _city_popularity(scenario: Scenario) -> Floats:
    weights = np.diff(catalog.CITY_POPULARITY, prepend=0.0)
    weights[[city - 1 for city in scenario.busy_cities]] *= scenario.city_boost
    return cumulate(weights.tolist())


def _product_popularity(scenario: Scenario) -> Floats:
    weights = np.diff(catalog.PRODUCT_POPULARITY, prepend=0.0)
    weights[[category in scenario.wanted for category in catalog.CATEGORIES]] *= scenario.category_boost
    return cumulate(weights.tolist())


def _baskets(block: Block, products: Floats, discounts: Floats) -> Iterator[str]:
    """The lines of each order, as JSON without the brackets."""
    draws, shape = block.draws, (block.size, MAX_LINES)
    counts = draws.weighted(BASKET_SIZES, block.size) + 1
    product = draws.weighted(products, *shape)
    discount = draws.weighted(discounts, *shape)
    quantity = draws.weighted(QUANTITY_SHARES, *shape)
    item = (product * len(DISCOUNTS_PCT) + discount) * len(QUANTITIES) + quantity
    items = _items()
    for count, chosen in zip(counts.tolist(), item.tolist(), strict=True):
        yield ",".join([f'{{"line_no":{no},{items[index]}' for no, index in enumerate(chosen[:count], 1)])


@cache
def _items() -> list[str]:
    """What follows `line_no` in a line, for every product, discount and quantity: written once, used often."""
    return [
        f'"product_id":"{product_id}","quantity":{quantity},"unit_price":{_discounted(list_price, discount)}}}'
        for product_id, list_price in enumerate(catalog.LIST_PRICE_CENTS, 1)
        for discount in DISCOUNTS_PCT
        for quantity in QUANTITIES
    ]


def _discounted(cents: int, discount_pct: int) -> str:
    price = (cents * (100 - discount_pct) + 50) // 100
    return f"{price // 100}.{price % 100:02d}"


def _order(  # noqa: PLR0913, PLR0917 - one argument a field
    order_id: str,
    customer: int,
    salesperson: int,
    city: int,
    channel: str,
    ordered_at: str,
    promised_at: str,
    lines: str,
) -> str:
    return (
        f'{{"order_id":"{order_id}","customer_id":"{customer}","salesperson_id":"{salesperson}","city_id":"{city}",'
        f'"channel":"{channel}","ordered_at":"{ordered_at}Z","promised_at":"{promised_at}Z","lines":[{lines}]}}'
    )


def _closing(partition: int, time_ms: int) -> tuple[str, str]:
    order_id = f"close-{partition}"
    time = iso(time_ms).removesuffix("Z")
    line = '{"line_no":1,"product_id":"0","quantity":1,"unit_price":0.00}'
    return order_id, _order(order_id, 0, 0, 0, CHANNELS[0], time, time, line)


ORDERS = EventTopic("orders", 20, _writer, _closing, ORDER_FAULTS)
