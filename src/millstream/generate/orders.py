"""The topic `orders`: who bought what, where and through which channel."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from millstream.generate import catalog
from millstream.generate.event import EventTopic, iso, iso_all
from millstream.generate.order_faults import ORDER_FAULTS
from millstream.generate.sampling import cumulate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.generate.event import Block

CHANNELS = ("web", "store", "phone")
CHANNEL_SHARES = cumulate([60, 30, 10])
MAX_LINES = 5
BASKET_SIZES = cumulate([45, 26, 15, 9, 5])
QUANTITIES = (1, 2, 3, 4, 5, 6, 10, 12)
QUANTITY_SHARES = cumulate([70, 16, 5, 3, 2, 2, 1, 1])
DISCOUNTS_PCT = (0, 5, 10, 20)
DISCOUNT_SHARES = cumulate([80, 8, 8, 4])
HOUR_MS = 3_600_000


def _pairs(block: Block) -> Iterator[tuple[str, str]]:
    draws, size = block.draws, block.size
    city = draws.weighted(catalog.CITY_POPULARITY, size)
    customer = catalog.residents(city, draws.uniform(size))
    salesperson = draws.weighted(catalog.SALESPERSON_POPULARITY, size)
    channel = draws.weighted(CHANNEL_SHARES, size)
    promised_ms = block.event_ms + (24 + draws.below(97, size)) * HOUR_MS
    columns = zip(
        (customer + 1).tolist(),
        (salesperson + 1).tolist(),
        (city + 1).tolist(),
        [CHANNELS[index] for index in channel.tolist()],
        iso_all(block.event_ms),
        iso_all(promised_ms),
        _baskets(block),
        strict=True,
    )
    for position, columns_of_one in enumerate(columns, block.first):
        order_id = f"{block.run}-{position}"
        yield order_id, _order(order_id, *columns_of_one)


def _baskets(block: Block) -> Iterator[str]:
    """The lines of each order, as JSON without the brackets."""
    draws, shape = block.draws, (block.size, MAX_LINES)
    counts = draws.weighted(BASKET_SIZES, block.size) + 1
    product = draws.weighted(catalog.PRODUCT_POPULARITY, *shape)
    discount = draws.weighted(DISCOUNT_SHARES, *shape)
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


ORDERS = EventTopic("orders", 20, _pairs, _closing, ORDER_FAULTS)
