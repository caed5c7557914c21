"""Which files there are to load, and of what kind each is."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from include.connections import warehouse
from include.sheets.layout import CALENDAR, PRICES
from include.sheets.loading import load, make_tables
from include.sheets.places import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from include.sheets.layout import Layout

FOLDER = Path(os.environ.get("MILLSTREAM_PROJECT", Path(__file__).parents[2])) / "data"
KINDS = {"price_sheets/*.csv": PRICES, "calendar.csv": CALENDAR, "geo.json": PLACES}


def waiting(folder: Path = FOLDER) -> Iterator[tuple[str, Path, Layout]]:
    """Each file with its name in the tables and its layout, in order of their names."""
    for pattern, layout in KINDS.items():
        for path in sorted(folder.glob(pattern)):
            yield path.relative_to(folder).as_posix(), path, layout


def load_all(folder: Path = FOLDER) -> list[dict[str, object]]:
    """Load what has changed, a transaction a file, and tell what became of each."""
    with warehouse() as connection:
        connection.autocommit = True
        make_tables(connection)
        return [asdict(load(connection, path, name, layout)) for name, path, layout in waiting(folder)]
