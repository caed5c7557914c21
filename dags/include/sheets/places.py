"""What a feature of `geo.json` must be: a place of the company with its shape."""

from __future__ import annotations

import json
import re
from typing import Any

from include.sheets.layout import Column, Layout, Unfit

KINDS = ("country", "warehouse", "road")
LONGEST_NAME = 200
MOST_EAST, MOST_NORTH = 180, 90
NOWHERE = "has no coordinates that are longitude and latitude"


def name(text: str) -> str:
    """A name, which may not be missing."""
    if not text.strip():
        raise Unfit("is missing")
    if len(text) > LONGEST_NAME:
        raise Unfit(f"is longer than {LONGEST_NAME} characters")
    return text


def kind(text: str) -> str:
    """What the place is."""
    if text not in KINDS:
        raise Unfit(f"is none of {', '.join(KINDS)}")
    return text


def country(text: str) -> str | None:
    """Two capital letters (ISO 3166 alpha-2); none when empty."""
    if text and not re.fullmatch(r"[A-Z]{2}", text):
        raise Unfit("is no country code of two capital letters")
    return text or None


def shape(text: str) -> str:
    """A point or a line on this earth (RFC 7946, 3.1.2 and 3.1.4), without anything else that came with it."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    match found:
        case {"type": "Point", "coordinates": position} if _is_position(position):
            pass
        case {"type": "LineString", "coordinates": [_, _, *_] as line} if all(map(_is_position, line)):
            pass
        case {"type": "Point" | "LineString"}:
            raise Unfit(NOWHERE)
        case _:
            raise Unfit("is neither a Point nor a LineString")
    return json.dumps({"type": found["type"], "coordinates": found["coordinates"]})


def _is_position(found: Any) -> bool:
    match found:
        case [int() | float() as east, int() | float() as north]:
            return abs(east) <= MOST_EAST and abs(north) <= MOST_NORTH
    return False


PLACES = Layout(
    "places",
    (
        Column("kind", "text", kind),
        Column("id", "text", name),
        Column("name", "text", name),
        Column("country_code", "text", country),
        Column("geometry", "jsonb", shape),
    ),
    key=("kind", "id"),
)
