"""The topic `inventory_changes`: goods come in and go out, some products run low and recover.

Stock never becomes negative, neither as counted from all records nor from those that are neither bad nor late: what
goes out is taken off at once, what comes in counts only when its record is sure to be counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.generate import catalog
from millstream.generate.event import EventTopic, iso, iso_all
from millstream.generate.faults import (
    NOT_A_TEXT,
    NOT_A_TIME,
    NOT_AN_ID,
    NOT_WHOLE,
    UNKNOWN_ENUM,
    both,
    edited,
    evenly,
    in_future,
    missing,
    not_json,
    setting,
    unknown,
    wrong,
)
from millstream.generate.fleet import WAREHOUSES
from millstream.generate.shop.rows import dimension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.generate.event import Block, Fault, Writer
    from millstream.generate.plan import StreamPlan
    from millstream.generate.scenario import Scenario

SALE, RECEIPT, RETURN, ADJUSTMENT, LOSS = "sale", "receipt", "return", "adjustment", "loss"
FIELDS = ("change_id", "warehouse_id", "product_id", "delta", "reason", "changed_at")

REORDER_POINTS: tuple[int, ...] = tuple(map(int, dimension("products").of("reorder_point")))
# Until every place has stock, this share of the records is a first receipt.
FIRST_RECEIPT_SHARE = 0.35
# Below this share of its reorder point a product is restocked, sooner or later.
LOW_SHARE = 0.9
# Cumulated shares of what happens otherwise.
SALES, RETURNS, ADJUSTMENTS = 0.84, 0.90, 0.96


def _places() -> list[tuple[int, int]]:
    """Warehouse and product, popular products first; each product is kept in two or three warehouses."""
    popularity = catalog.PRODUCT_POPULARITY.tolist()
    weights = [here - before for before, here in zip([0.0, *popularity], popularity, strict=False)]
    by_popularity = sorted(range(catalog.PRODUCTS), key=lambda product: -weights[product])
    return [
        ((product * 5 + turn * 3) % WAREHOUSES, product)
        for turn in range(3)
        for product in by_popularity
        if turn < 2 + product % 2
    ]


class _Stock:
    """What is in the warehouses, as far as it is sure to be there."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._places = _places()
        self._levels = [0] * len(self._places)
        self._opened = 0

    def move(self, draws: list[float], *, counts: bool) -> tuple[int, int, int, str]:
        """Make the next movement.

        Args:
            draws: five numbers in [0, 1).
            counts: whether its record will be neither bad nor late.

        Returns:
            Warehouse, product, difference and reason.
        """
        first = self._opened < len(self._places) and (not self._opened or draws[0] < FIRST_RECEIPT_SHARE)
        place = self._open() if first else self._crowded(draws[1])
        reorder_point = REORDER_POINTS[self._places[place][1]]
        if first:
            delta, reason = int(reorder_point * (0.9 + 2.6 * draws[2])), RECEIPT
        else:
            delta, reason = self._change(self._levels[place], reorder_point, draws)
        if counts or delta < 0:
            self._levels[place] += delta
        return *self._places[place], delta, reason

    def _open(self) -> int:
        self._opened += 1
        return self._opened - 1

    def _crowded(self, uniform: float) -> int:
        """Pick a place that has stock, the popular ones in front more often; powers by multiplication are exact."""
        share = uniform
        for _ in range(self._scenario.rush - 1):
            share *= uniform
        return int(share * self._opened)

    def _change(self, level: int, reorder_point: int, draws: list[float]) -> tuple[int, str]:
        _, _, how_much, what, restocked = draws
        if level < LOW_SHARE * reorder_point and restocked * 100 < self._scenario.restocked_pct:
            return int(reorder_point * (1.5 + 2 * how_much)), RECEIPT
        if what < SALES and level:
            return -min(level, 1 + int(how_much * self._scenario.sale_size)), SALE
        if SALES <= what < RETURNS:
            return 1 + int(how_much * 2), RETURN
        if what < ADJUSTMENTS or not level:
            # Counting an empty shelf again confirms that it is empty: an adjustment by nothing.
            return max(int(how_much * 7) - 3, -level) if level else 0, ADJUSTMENT
        return -min(level, 1 + int(how_much * 3)), LOSS


def _writer(plan: StreamPlan) -> Writer:
    stock = _Stock(plan.scenario)

    def write(block: Block) -> Iterator[tuple[str, str]]:
        draws = block.draws.uniform(block.size, 5).tolist()
        counts = (~(block.bad | block.late)).tolist()
        for position, changed_at in enumerate(iso_all(block.event_ms)):
            warehouse, product, delta, reason = stock.move(draws[position], counts=counts[position])
            change_id = f"{block.run}-i{block.first + position}"
            yield str(product + 1), _value(change_id, warehouse + 1, product + 1, delta, reason, changed_at)

    return write


def _value(  # noqa: PLR0913, PLR0917 - one argument a field
    change_id: str, warehouse: int, product: int, delta: int, reason: str, changed_at: str
) -> str:
    return (
        f'{{"change_id":"{change_id}","warehouse_id":"{warehouse}","product_id":"{product}",'
        f'"delta":{delta},"reason":"{reason}","changed_at":"{changed_at}Z"}}'
    )


def _closing(partition: int, time_ms: int) -> tuple[str, str]:
    return "0", _value(f"close-{partition}", 0, 0, 0, ADJUSTMENT, iso(time_ms).removesuffix("Z"))


def _faults() -> Iterator[Fault]:
    yield from not_json()
    yield from missing(FIELDS)
    yield from wrong(
        {
            "change_id": NOT_A_TEXT,
            "warehouse_id": NOT_AN_ID,
            "product_id": NOT_AN_ID,
            "delta": (*NOT_WHOLE, 3_000_000_000),
            "reason": NOT_A_TEXT,
            "changed_at": NOT_A_TIME,
        }
    )
    yield from unknown("reason", ("theft", "", "SALE", "sale ", "receipts"))
    two = both(setting("reason", "theft"), setting("changed_at", "2999-01-01T00:00:00.000Z"))
    yield edited(UNKNOWN_ENUM, "reason theft and changed_at in the future", two)
    yield from in_future("changed_at")


INVENTORY_CHANGES = EventTopic("inventory_changes", 20, _writer, _closing, evenly(_faults()))
