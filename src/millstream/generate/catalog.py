"""The shop's dimensions: how many of each, how popular, at what list price. The same for every seed.

Ids run from 1; position `i` of a sequence here belongs to id `i + 1`. Id 0 is left to heartbeat rows.
"""

from __future__ import annotations

import numpy as np

from millstream.generate.sampling import Floats, Ints, cumulate, zipf
from millstream.generate.shop.rows import dimension

CITIES = 60
CUSTOMERS = 1_000
SALESPEOPLE = 40
PRODUCTS = 200

# Cities are numbered by population.
CITY_POPULARITY: Floats = cumulate(zipf(CITIES, offset=1.5))
SALESPERSON_POPULARITY: Floats = cumulate(zipf(SALESPEOPLE, offset=10))


def _shuffled(count: int, step: int) -> list[int]:
    """A fixed permutation; `step` shares no factor with `count`."""
    return [(index * step + 1) % count for index in range(count)]


def _product_popularity() -> Floats:
    by_rank = zipf(PRODUCTS, offset=4)
    return cumulate([by_rank[rank] for rank in _shuffled(PRODUCTS, 73)])


def _home_cities() -> Ints:
    quantiles = (np.array(_shuffled(CUSTOMERS, 389)) + 0.5) / CUSTOMERS
    return np.searchsorted(CITY_POPULARITY, quantiles, side="right").astype(np.int64)


def _list_prices() -> tuple[int, ...]:
    return tuple(int(text.replace(".", "")) for text in dimension("products").of("list_price"))


PRODUCT_POPULARITY: Floats = _product_popularity()
LIST_PRICE_CENTS: tuple[int, ...] = _list_prices()

CATEGORIES: tuple[str, ...] = dimension("products").of("category")

# The city each customer lives in, and the customers sorted by it with the first position and number of each city.
HOME_CITY: Ints = _home_cities()
_BY_CITY: Ints = np.argsort(HOME_CITY, kind="stable").astype(np.int64)
_RESIDENTS: Ints = np.bincount(HOME_CITY, minlength=CITIES).astype(np.int64)
_FIRST_RESIDENT: Ints = np.cumsum(_RESIDENTS) - _RESIDENTS


def residents(cities: Ints, uniform: Floats) -> Ints:
    """Pick one customer of each given city, by a number in [0, 1) for each."""
    within = (uniform * _RESIDENTS[cities]).astype(np.int64)
    chosen: Ints = _BY_CITY[_FIRST_RESIDENT[cities] + within]
    return chosen
