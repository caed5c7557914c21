"""What kind of day the company has: everything a scenario changes, as data."""

from __future__ import annotations

from dataclasses import dataclass

from millstream.errors import UsageError
from millstream.suggestions import did_you_mean


@dataclass(frozen=True)
class Scenario:
    """One kind of day. The default of every field is a calm one.

    Args:
        name: what `--scenario` calls it.
        busy_cities: ids of cities that sell `city_boost` times as much as they usually do.
        city_boost: see there; 1 is no boost.
        wanted: categories of products that sell `category_boost` times as much as they usually do.
        category_boost: see there; 1 is no boost.
        discounts: weights of a discount of 0, 5, 10 and 20 percent.
        rush: exponent with which stock movements crowd on popular products.
        sale_size: the largest quantity of one sale in stock movements.
        restocked_pct: chance that a stock movement of a product that runs low is a receipt, in percent.
        warm_vehicles: how many of the 40 cold vehicles become too warm in each cycle.
        late_purchases_pct: share of purchase orders that arrive after their promise, in percent.
        damaged_purchases_pct: share of purchase orders with defective goods, in percent.
        rating_fall: by how much suppliers' ratings fall in a minute.
    """

    name: str
    busy_cities: tuple[int, ...] = ()
    city_boost: float = 1.0
    wanted: tuple[str, ...] = ()
    category_boost: float = 1.0
    discounts: tuple[int, ...] = (80, 8, 8, 4)
    rush: int = 2
    sale_size: int = 6
    restocked_pct: float = 40.0
    warm_vehicles: int = 2
    late_purchases_pct: float = 20.0
    damaged_purchases_pct: float = 12.0
    rating_fall: float = 0.0


CALM = Scenario("calm")
SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        CALM,
        Scenario(
            "black-friday",
            busy_cities=(6, 11, 14, 18, 26),
            city_boost=6.0,
            wanted=("electronics", "toys", "clothing"),
            category_boost=5.0,
            discounts=(10, 15, 30, 45),
            rush=4,
            sale_size=15,
            restocked_pct=4.0,
        ),
        Scenario("cold-chain-failure", warm_vehicles=20),
        Scenario(
            "supplier-crisis",
            restocked_pct=8.0,
            late_purchases_pct=75.0,
            damaged_purchases_pct=45.0,
            rating_fall=0.8,
        ),
    )
}


def named(name: str) -> Scenario:
    """Find a scenario by its name.

    Raises:
        UsageError: there is none of that name.
    """
    try:
        return SCENARIOS[name]
    except KeyError:
        mend = did_you_mean(name, SCENARIOS, f"choose one of {', '.join(SCENARIOS)}")
        raise UsageError(f"there is no scenario `{name}`", mend=mend) from None
