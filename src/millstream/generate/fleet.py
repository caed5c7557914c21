"""Warehouses and vehicles: which warehouse serves a city, where each vehicle lives, what it carries.

Warehouses, cities and vehicles count from 0 here; ids are one more.
"""

from __future__ import annotations

from millstream.generate.shop.rows import dimension

VEHICLES = 120
# Every third vehicle carries cold cargo: ids 3, 6, 9, …
COLD_EVERY = 3
COLD_VEHICLES = VEHICLES // COLD_EVERY

CITIES: tuple[str, ...] = dimension("cities").of("name")
LATITUDES: tuple[float, ...] = tuple(map(float, dimension("cities").of("latitude")))
LONGITUDES: tuple[float, ...] = tuple(map(float, dimension("cities").of("longitude")))
# The city each warehouse stands in. Vehicle `v` lives at warehouse `v % WAREHOUSES`.
WAREHOUSE_CITY: tuple[int, ...] = tuple(int(text) - 1 for text in dimension("warehouses").of("city_id"))
WAREHOUSES = len(WAREHOUSE_CITY)


def _nearest(city: int) -> int:
    """The warehouse with the least squared difference of degrees: good enough to share out the work."""

    def distance(warehouse: int) -> float:
        there = WAREHOUSE_CITY[warehouse]
        return (LATITUDES[city] - LATITUDES[there]) ** 2 + (LONGITUDES[city] - LONGITUDES[there]) ** 2

    return min(range(WAREHOUSES), key=distance)


NEAREST_WAREHOUSE: tuple[int, ...] = tuple(map(_nearest, range(len(CITIES))))
