"""The shop's first rows, the same for every seed: real cities, and a company that might be.

One CSV file a table, row 0 of each being its heartbeat. The coordinates and populations of cities are rounded from
public gazetteers; everything else is invented.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

DIMENSIONS = ("cities", "suppliers", "products", "customers", "salespeople", "warehouses")
TABLES = (*DIMENSIONS, "purchase_orders")
# Older than any event, so that the first rows hold for all of them.
FIRST_VERSION = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Dimension:
    """A table of the shop and the rows it starts with, as text.

    Args:
        name: the table's name.
        columns: the columns' names, the primary key first, without `updated_at`.
        rows: one text a column, in order of ids from 0.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def key(self) -> str:
        """The primary key's column."""
        return self.columns[0]

    def of(self, column: str) -> tuple[str, ...]:
        """A column's texts without the heartbeat's: position `i` belongs to id `i + 1`."""
        place = self.columns.index(column)
        return tuple(row[place] for row in self.rows[1:])


@cache
def dimension(name: str) -> Dimension:
    """Read one of `DIMENSIONS` from the package."""
    text = files(__package__).joinpath("rows", f"{name}.csv").read_text(encoding="utf-8")
    header, *rows = csv.reader(text.splitlines())
    return Dimension(name, tuple(header), tuple(map(tuple, rows)))
