"""Tiles of the base map: land where land is, borders once, nothing else."""

from __future__ import annotations

import re

import pytest

from millstream.local.superset import basemap


def covers(longitude, latitude):
    """Whether an odd number of outlines goes around a place."""
    across, down = basemap.project(longitude, latitude)
    inside = False
    for ring in basemap.rings():
        for (x1, y1), (x2, y2) in zip(ring.points, ring.points[1:], strict=False):
            if (y1 > down) != (y2 > down) and across < (x2 - x1) * (down - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


@pytest.mark.parametrize(
    ("place", "land"),
    [
        *(((13.4, 52.5), True), ((-43.3, -22.8), True), ((-30, 40), False), ((0, 0), False)),
        # On either side of the date line, and as far north as it is crossed elsewhere.
        *(((178, 66.5), True), ((-175, 66.5), True), ((-8, 67), False), ((-100, -16.8), False)),
        ((20, -82), True),
    ],
)
def test_land_is_where_land_is(place, land):
    assert covers(*place) is land


def test_corners_of_the_world_lie_in_the_corners_of_the_square():
    assert basemap.project(-180, 85.0511) == pytest.approx((0, 0), abs=1e-5)
    assert basemap.project(180, -85.0511) == pytest.approx((1, 1), abs=1e-5)


def test_tile_is_svg_that_names_nobody():
    drawn = basemap.tile(3, 4, 2)
    assert drawn.startswith("<svg ")
    assert drawn.count("<path") > 5
    assert re.findall(r"(?:href|url|https?://)[^\"]*", drawn) == ["http://www.w3.org/2000/svg"]


def test_open_sea_is_empty():
    assert "<path" not in basemap.tile(6, 15, 30)


@pytest.mark.parametrize("place", [(0, 1, 0), (2, 0, 4), (-1, 0, 0), (13, 0, 0)])
def test_no_tile_beyond_the_world(place):
    with pytest.raises(ValueError, match="no tile"):
        basemap.tile(*place)
