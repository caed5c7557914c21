"""How the shop changes, second by second: pure, from a seed, a start and a scenario.

Prices, ratings and teams go back and forth around the first rows. A purchase order is placed in some second, and that
second says already when and how it will arrive; its id is the number of seconds since the first rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from millstream.generate.fleet import WAREHOUSES
from millstream.generate.sampling import Draws
from millstream.generate.shop.rows import FIRST_VERSION, dimension

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.generate.scenario import Scenario

PRODUCTS, SUPPLIERS, SALESPEOPLE, PURCHASE_ORDERS = "products", "suppliers", "salespeople", "purchase_orders"
# Chances of a change in each second, in percent.
PRICE_PCT, COST_PCT, RATING_PCT, TEAM_PCT, PURCHASE_PCT = 50, 30, 20, 25, 40
TEAMS = ("North", "South", "East", "West", "Online")
COUNTRIES = ("DE", "FR", "GB", "IT", "ES", "PL", "NL", "AT")
# Purchases are promised and arrive within a minute or two: short runs must see them on time and late.
PROMISED_S = (20, 50)
EARLY_S, LATE_S = 8, (5, 60)
LONGEST_S = PROMISED_S[1] + LATE_S[1]


@dataclass(frozen=True)
class Change:
    """One row that is made or changed.

    Args:
        table: its table.
        row: its primary key.
        values: columns and their values, without `updated_at`.
        is_new: whether the row is made.
        arrival: what the arrivals log tells of it, if anything.
    """

    table: str
    row: int
    values: Mapping[str, object]
    is_new: bool = False
    arrival: str | None = None


@dataclass(frozen=True)
class Purchase:
    """A purchase order; times in seconds since 1970 UTC."""

    product: int
    warehouse: int
    quantity: int
    ordered_s: int
    promised_s: int
    received_s: int
    received: int
    defective: int


@dataclass(frozen=True)
class Course:
    """The changes of one run.

    Args:
        seed: chooses the changes.
        start_s: the first second that has changes, since 1970 UTC.
        scenario: says how reliable suppliers are.
    """

    seed: int
    start_s: int
    scenario: Scenario

    def changes(self, second: int) -> Iterator[Change]:
        """Yield what changes in a second, no row twice."""
        draws = Draws(self.seed, "shop", second).uniform(5, 4).tolist()
        yield from _product(*draws[0])
        yield from self._supplier(second, *draws[1])
        yield from _salesperson(*draws[2])
        for placed in range(max(self.start_s, second - LONGEST_S), second):
            purchase = _purchase(self.seed, placed, self.scenario)
            if purchase and purchase.received_s == second:
                yield _received(purchase)
        placed_now = _purchase(self.seed, second, self.scenario)
        if placed_now:
            yield _placed(placed_now)

    def _supplier(self, second: int, chance: float, which: float, change: float, _: float) -> Iterator[Change]:
        if chance * 100 >= RATING_PCT:
            return
        ratings = dimension(SUPPLIERS).of("rating")
        row = int(which * len(ratings))
        fallen = self.scenario.rating_fall * (second - self.start_s) / 60
        tenths = int(float(ratings[row]) * 10 + change * 11 - 5 - fallen * 10)
        rating = min(50, max(10, tenths))
        yield Change(SUPPLIERS, row + 1, {"rating": f"{rating // 10}.{rating % 10}"})


def _product(chance: float, which: float, price: float, cost: float) -> Iterator[Change]:
    if chance * 100 >= PRICE_PCT:
        return
    products = dimension(PRODUCTS)
    row = int(which * len(products.of("sku")))
    values = {"list_price": _around(products.of("list_price")[row], 0.85 + 0.35 * price)}
    if cost * 100 < COST_PCT:
        values["unit_cost"] = _around(products.of("unit_cost")[row], 0.9 + 0.25 * price)
    yield Change(PRODUCTS, row + 1, values)


def _around(amount: str, factor: float) -> str:
    cents = int(int(amount.replace(".", "")) * factor)
    return f"{cents // 100}.{cents % 100:02d}"


def _salesperson(chance: float, which: float, team: float, country: float) -> Iterator[Change]:
    if chance * 100 >= TEAM_PCT:
        return
    row = int(which * len(dimension(SALESPEOPLE).of("name")))
    values = {"team": TEAMS[int(team * len(TEAMS))]}
    # Half of those who change teams move to another country as well.
    if country * 2 < 1:
        values["country_code"] = COUNTRIES[int(country * 2 * len(COUNTRIES))]
    yield Change(SALESPEOPLE, row + 1, values)


@lru_cache(maxsize=4 * LONGEST_S)
def _purchase(seed: int, placed_s: int, scenario: Scenario) -> Purchase | None:
    """The purchase order placed in a second, with its fate."""
    chance, which, amount, promise, late, damaged, far, share = Draws(seed, "purchases", placed_s).uniform(8).tolist()
    if chance * 100 >= PURCHASE_PCT:
        return None
    reorder_points = dimension(PRODUCTS).of("reorder_point")
    product = int(which * len(reorder_points))
    quantity = int(int(reorder_points[product]) * (1 + amount))
    promised_s = placed_s + PROMISED_S[0] + int(promise * (PROMISED_S[1] - PROMISED_S[0]))
    is_late = late * 100 < scenario.late_purchases_pct
    received_s = promised_s + (LATE_S[0] + int(far * (LATE_S[1] - LATE_S[0])) if is_late else -int(far * EARLY_S))
    if damaged * 100 >= scenario.damaged_purchases_pct:
        return Purchase(product, product * 5 % WAREHOUSES, quantity, placed_s, promised_s, received_s, quantity, 0)
    received = quantity - int(quantity * share * 0.2)
    defective = 1 + int(received * share * 0.3)
    return Purchase(product, product * 5 % WAREHOUSES, quantity, placed_s, promised_s, received_s, received, defective)


def _placed(purchase: Purchase) -> Change:
    values = {
        "supplier_id": int(dimension(PRODUCTS).of("supplier_id")[purchase.product]),
        "product_id": purchase.product + 1,
        "warehouse_id": purchase.warehouse + 1,
        "quantity": purchase.quantity,
        "ordered_at": at(purchase.ordered_s * 1000),
        "promised_at": at(purchase.promised_s * 1000),
    }
    return Change(PURCHASE_ORDERS, _po_id(purchase), values, is_new=True)


def _received(purchase: Purchase) -> Change:
    time = at(purchase.received_s * 1000)
    values = {"received_at": time, "received_quantity": purchase.received, "defective_quantity": purchase.defective}
    arrival = (
        f"{time:%Y-%m-%dT%H:%M:%S}.000Z warehouse={purchase.warehouse + 1} po={_po_id(purchase)} "
        f"product={purchase.product + 1} received={purchase.received} of={purchase.quantity} "
        f"defective={purchase.defective}"
    )
    return Change(PURCHASE_ORDERS, _po_id(purchase), values, arrival=arrival)


def _po_id(purchase: Purchase) -> int:
    return purchase.ordered_s - int(FIRST_VERSION.timestamp())


def at(time_ms: int) -> datetime:
    """A time in milliseconds since 1970 as PostgreSQL takes it."""
    return datetime.fromtimestamp(time_ms / 1000, UTC)
