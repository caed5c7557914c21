"""Motorways between cities, and the rounds vehicles drive on them.

A road is a chain of short straight pieces with a speed each; a round leads from a warehouse over two or three roads
and back the same way, with a stop in every city, and then begins again. Where a vehicle is follows from the time of
day alone, so that one run goes on where another ended.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from millstream.generate.fleet import CITIES, LATITUDES, LONGITUDES, VEHICLES, WAREHOUSE_CITY, WAREHOUSES
from millstream.generate.sampling import Draws

if TYPE_CHECKING:
    from millstream.generate.sampling import Floats, Ints

# Pairs of cities that a lorry drives between without a ferry.
ROADS = (
    "Rotterdam-Amsterdam Rotterdam-Brussels Amsterdam-Cologne Amsterdam-Hamburg Brussels-Cologne Brussels-Paris "
    "Hamburg-Berlin Hamburg-Copenhagen Copenhagen-Gothenburg Gothenburg-Oslo Gothenburg-Stockholm Cologne-Frankfurt "
    "Cologne-Hamburg Frankfurt-Stuttgart Frankfurt-Prague Stuttgart-Munich Stuttgart-Zürich Munich-Vienna "
    "Berlin-Prague Berlin-Warsaw Berlin-Wrocław Wrocław-Kraków Wrocław-Prague Warsaw-Wrocław Warsaw-Kraków "
    "Warsaw-Vilnius Warsaw-Kyiv Vilnius-Riga Riga-Tallinn Prague-Vienna Vienna-Bratislava Vienna-Ljubljana "
    "Bratislava-Budapest Budapest-Zagreb Budapest-Belgrade Budapest-Bucharest Belgrade-Sofia Belgrade-Zagreb "
    "Zagreb-Ljubljana Ljubljana-Milan Sofia-Bucharest Sofia-Istanbul Sofia-Athens Milan-Turin Milan-Zürich "
    "Milan-Rome Rome-Naples Turin-Lyon Lyon-Zürich Lyon-Paris Lyon-Marseille Marseille-Barcelona Barcelona-Valencia "
    "Barcelona-Madrid Valencia-Madrid Madrid-Seville Madrid-Lisbon Lisbon-Porto Lisbon-Seville Madrid-Porto"
)
PIECE_KM = 6.0
KM_PER_DEGREE = 111.2
# Sideways steps of a road, as a share of a piece's length.
WINDING = 0.5
TOWN_KMH, MOTORWAY_KMH = (30.0, 50.0), (66.0, 86.0)
TOWN_PIECES = 2
STOP_MS = (900_000, 2_400_000)
ROUND_ROADS = 3


@dataclass(frozen=True)
class Pieces:
    """Straight pieces driven one after the other; a stop is a piece that leads nowhere.

    Args:
        latitude: where each begins, in degrees.
        longitude: likewise.
        north: degrees of latitude to its end.
        east: degrees of longitude to its end.
        duration_ms: how long it takes.
        heading: direction of travel in degrees, 0 is north, 90 is east.
        speed: in tenths of km/h.
    """

    latitude: Floats
    longitude: Floats
    north: Floats
    east: Floats
    duration_ms: Ints
    heading: Ints
    speed: Ints


@dataclass(frozen=True)
class Timetable:
    """The rounds of all vehicles, one behind the other; `start` is the vehicle's number times `SPAN` plus the time."""

    pieces: Pieces
    start: Ints
    round_ms: Ints

    def piece(self, vehicle: Ints, time_ms: Ints) -> tuple[Ints, Floats]:
        """Find which piece each vehicle is on at a time, and what share of it lies behind it."""
        key = vehicle * SPAN + (time_ms + vehicle * HEAD_START_MS) % self.round_ms[vehicle]
        index = np.searchsorted(self.start, key, side="right").astype(np.int64) - 1
        return index, (key - self.start[index]) / self.pieces.duration_ms[index]


SPAN = 2**40
# Vehicles set out at different times.
HEAD_START_MS = 4_567_891


@cache
def timetable() -> Timetable:
    """Lay out every vehicle's round."""
    rounds = [_round(vehicle) for vehicle in range(VEHICLES)]
    starts = [np.cumsum(each.duration_ms) - each.duration_ms + v * SPAN for v, each in enumerate(rounds)]
    total = np.array([int(each.duration_ms.sum()) for each in rounds], dtype=np.int64)
    return Timetable(_chain(rounds), np.concatenate(starts), total)


def _round(vehicle: int) -> Pieces:
    draws = Draws(0, "rounds", vehicle)
    here, came_from, there = WAREHOUSE_CITY[vehicle % WAREHOUSES], -1, []
    for turn in draws.uniform(ROUND_ROADS).tolist():
        nearby = [city for city in _neighbours(here) if city != came_from] or [came_from]
        chosen = nearby[int(turn * len(nearby))]
        there.append((here, chosen))
        came_from, here = here, chosen
    back = [(end, start) for start, end in reversed(there)]
    stops = (STOP_MS[0] + draws.uniform(2 * ROUND_ROADS) * (STOP_MS[1] - STOP_MS[0])).astype(np.int64).tolist()
    driven = [_road(start, end) for start, end in (*there, *back)]
    return _chain([part for road, stop in zip(driven, stops, strict=True) for part in (road, _stop(road, stop))])


@cache
def _neighbours(city: int) -> tuple[int, ...]:
    pairs = [tuple(CITIES.index(name) for name in road.split("-")) for road in ROADS.split()]
    return tuple(sorted({a + b - city for a, b in pairs if city in {a, b}}))


@cache
def _road(start: int, end: int) -> Pieces:
    """The same road in both directions, driven at other speeds."""
    latitude, longitude = _points(min(start, end), max(start, end))
    if start > end:
        latitude, longitude = latitude[::-1], longitude[::-1]
    north, east = np.diff(latitude), np.diff(longitude)
    # Rounded, so that no platform's last bit of a cosine can show.
    flat = np.array([round(math.cos(math.radians(each)), 4) for each in latitude[:-1]])
    along, across = north * KM_PER_DEGREE, east * flat * KM_PER_DEGREE
    wanted = _speeds(len(north), Draws(0, "speeds", start * len(CITIES) + end))
    kilometres = np.sqrt(along * along + across * across)
    duration_ms = np.maximum(1, np.rint(kilometres / wanted * 3_600_000)).astype(np.int64)
    heading = np.rint(np.degrees(np.arctan2(across, along))).astype(np.int64) % 360
    speed = np.rint(kilometres / duration_ms * 36_000_000).astype(np.int64)
    return Pieces(latitude[:-1], longitude[:-1], north, east, duration_ms, heading, speed)


def _points(start: int, end: int) -> tuple[Floats, Floats]:
    """Corners of a road: a straight line, bent by a random walk that ends where it began."""
    north, east = LATITUDES[end] - LATITUDES[start], LONGITUDES[end] - LONGITUDES[start]
    flat = round(math.cos(math.radians((LATITUDES[start] + LATITUDES[end]) / 2)), 4)
    kilometres = math.hypot(north, east * flat) * KM_PER_DEGREE
    count = max(4, round(kilometres / PIECE_KM))
    steps = Draws(0, "roads", start * len(CITIES) + end).uniform(count) - 0.5
    walk = np.concatenate(([0.0], np.cumsum(steps)))
    share = np.arange(count + 1) / count
    bend = (walk - share * walk[-1]) * WINDING / count
    return (
        LATITUDES[start] + share * north + bend * east * flat,
        LONGITUDES[start] + share * east - bend * north / flat,
    )


def _speeds(count: int, draws: Draws) -> Floats:
    spread = draws.uniform(count)
    place = np.arange(count)
    town = (place < TOWN_PIECES) | (place >= count - TOWN_PIECES)
    slowest = np.where(town, TOWN_KMH[0], MOTORWAY_KMH[0])
    fastest = np.where(town, TOWN_KMH[1], MOTORWAY_KMH[1])
    speeds: Floats = slowest + spread * (fastest - slowest)
    return speeds


def _stop(road: Pieces, duration_ms: int) -> Pieces:
    """Stand where a road ends, headed as one arrived."""
    here = np.zeros(1)
    return Pieces(
        road.latitude[-1:] + road.north[-1:],
        road.longitude[-1:] + road.east[-1:],
        here,
        here,
        np.array([duration_ms], dtype=np.int64),
        road.heading[-1:],
        here.astype(np.int64),
    )


def _chain(parts: list[Pieces]) -> Pieces:
    names = Pieces.__dataclass_fields__
    return Pieces(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
