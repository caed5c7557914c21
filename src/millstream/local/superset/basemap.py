"""Land and borders as SVG tiles of the Web Mercator scheme (OGC "Two Dimensional Tile Matrix Set", WebMercatorQuad).

The outlines are Natural Earth's 1:50m countries in TopoJSON (the TopoJSON Format Specification): neighbours share
their borders, so each is decoded once.
"""

from __future__ import annotations

import gzip
import json
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

SIZE = 256
MAX_ZOOM = 12
# Beyond this latitude the projection leaves its square.
LAST_LATITUDE = 85.0511
# Points nearer than this, in pixels, become one.
APART = 1.5
# Lines reach this far over a tile's edge, so that no seam shows.
MARGIN = 2.0
STYLE = "path{fill:#fafaf7;stroke:#b9c2cc;stroke-width:.7;stroke-linejoin:round}"
SEA = "#dfe8ee"
# No border has a step as wide as half the world, but where it crosses the date line.
HALF = 0.5

Point = tuple[float, float]


@dataclass(frozen=True)
class Ring:
    """A closed outline and its bounds."""

    points: tuple[Point, ...]
    west: float
    north: float
    east: float
    south: float


@lru_cache(maxsize=2048)
def tile(zoom: int, x: int, y: int) -> str:
    """Draw one tile.

    Raises:
        ValueError: there is no such tile.
    """
    if not (0 <= zoom <= MAX_ZOOM and 0 <= x < 2**zoom and 0 <= y < 2**zoom):
        raise ValueError(f"no tile {zoom}/{x}/{y}")
    left, top = x * SIZE, y * SIZE
    near = [
        ring
        for ring in thinned(zoom)
        if ring.west < left + SIZE + MARGIN
        and ring.east > left - MARGIN
        and ring.north < top + SIZE + MARGIN
        and ring.south > top - MARGIN
    ]
    paths = "".join(f'<path d="{_path(ring, left, top)}"/>' for ring in near)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIZE} {SIZE}">'
        f'<style>{STYLE}</style><rect width="{SIZE}" height="{SIZE}" fill="{SEA}"/>{paths}</svg>'
    )


@cache
def thinned(zoom: int) -> tuple[Ring, ...]:
    """The outlines in pixels of a zoom, without points nobody could tell apart, and without what is but a dot."""
    scale = SIZE * 2**zoom
    found = (_ring(_apart([(x * scale, y * scale) for x, y in ring.points])) for ring in rings())
    return tuple(ring for ring in found if len(ring.points) > 2)  # noqa: PLR2004 - a triangle is the least


def _apart(points: list[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in points:
        if not kept or abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= APART:
            kept.append(point)
    return kept


@cache
def rings() -> tuple[Ring, ...]:
    """Every outline of every country, on the world's square: 0 to 1 from the upper left."""
    packed = Path(__file__).with_name("countries-50m.json.gz").read_bytes()
    topology = json.loads(gzip.decompress(packed))
    arcs = [_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    found: list[Ring] = []
    for country in topology["objects"]["countries"]["geometries"]:
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        outlines = (_laid_flat(_joined(indices, arcs)) for polygon in polygons for indices in polygon)
        found += [ring for outline in outlines for ring in _in_the_square(outline)]
    return tuple(found)


def _arc(deltas: list[list[int]], transform: dict[str, Any]) -> list[Point]:
    (across, down), (west, south) = transform["scale"], transform["translate"]
    points: list[Point] = []
    x = y = 0
    for step_x, step_y in deltas:
        x, y = x + step_x, y + step_y
        points.append(project(x * across + west, y * down + south))
    return points


def project(longitude: float, latitude: float) -> Point:
    """Where a place lies on the world's square, 0 to 1 from the upper left."""
    bounded = math.radians(max(-LAST_LATITUDE, min(LAST_LATITUDE, latitude)))
    return (longitude + 180) / 360, (1 - math.asinh(math.tan(bounded)) / math.pi) / 2


def _joined(indices: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Join arcs; a negative index means the arc's complement, backwards."""
    points: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def _laid_flat(points: list[Point]) -> list[Point]:
    """An outline that crosses the date line, going on beyond the square's edge instead of back across the world.

    One that goes around the world, Antarctica's, is closed along the square's lower edge.
    """
    flat, turns = points[:1], 0
    for (before, _), (x, y) in pairwise(points):
        turns += (before - x > HALF) - (x - before > HALF)
        flat.append((x + turns, y))
    return [*flat, (flat[-1][0], 1.0), (flat[0][0], 1.0)] if turns else flat


def _in_the_square(points: list[Point]) -> list[Ring]:
    """An outline wherever a part of it lies in the square: beyond one edge comes the other."""
    shifted = (_ring([(x + shift, y) for x, y in points]) for shift in (-1, 0, 1))
    return [ring for ring in shifted if ring.east > 0 and ring.west < 1]


def _ring(points: list[Point]) -> Ring:
    across, down = [x for x, _ in points], [y for _, y in points]
    return Ring(tuple(points), min(across), min(down), max(across), max(down))


def _path(ring: Ring, left: float, top: float) -> str:
    """An outline in a tile's own pixels."""
    return "M" + "L".join(f"{_near(x - left):g} {_near(y - top):g}" for x, y in ring.points) + "Z"


def _near(pixels: float) -> float:
    """Pull far-away points close: they shape nothing that is seen, and long numbers would fill the tile."""
    return round(max(-SIZE * 4.0, min(SIZE * 5.0, pixels)), 1)
