"""What a file's columns are: names, types, and how the text of a field becomes a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_INTEGER = 2**31 - 1
YEARS = range(2000, 2101)
# What spreadsheets run as a formula when a file is opened (OWASP, "CSV Injection").
FORMULA = re.compile(r"^\s*[=+@\t\r]|^\s*-(?!\d+(\.\d+)?$)")


class Unfit(Exception):  # noqa: N818 - says what a field is, not that the program failed
    """A field that cannot be a value of its column; the message completes "<column> …"."""


@dataclass(frozen=True)
class Column:
    """One column: its name in file and table, its type in PostgreSQL, and its reader."""

    name: str
    sql_type: str
    parse: Callable[[str], object]


@dataclass(frozen=True)
class Layout:
    """One kind of file.

    Args:
        table: the table it fills, in schema `reference`.
        columns: in the order of the file.
        key: columns that no two lines of a file may share.
    """

    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names the first line must have."""
        return tuple(column.name for column in self.columns)


def integer(text: str) -> int:
    """A whole number above 0."""
    if not re.fullmatch(r"[0-9]{1,10}", text) or not 0 < int(text) <= LARGEST_INTEGER:
        raise Unfit("is no whole number above 0")
    return int(text)


def price(text: str) -> Decimal:
    """An amount above 0 with at most two decimals."""
    if re.fullmatch(r"-[0-9]+(\.[0-9]+)?", text):
        raise Unfit("is negative")
    if not re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,2})?", text):
        raise Unfit("is no amount with at most two decimals")
    if not Decimal(text):
        raise Unfit("is 0")
    return Decimal(text)


def code(text: str) -> str:
    """A short code of capital letters, digits and hyphens."""
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9-]{0,31}", text):
        raise Unfit("is no code of capital letters, digits and hyphens")
    return text


def day(text: str) -> date:
    """A date as 2026-01-31."""
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise Unfit(f"is no date like {YEARS.start}-01-31")
    return found


def truth(text: str) -> bool:
    """`true` or `false`."""
    if text not in {"true", "false"}:
        raise Unfit("is neither true nor false")
    return text == "true"


def words(text: str) -> str | None:
    """Any text; none when empty."""
    return text or None


PRICES = Layout(
    "price_sheets",
    (
        Column("supplier_id", "integer", integer),
        Column("sku", "text", code),
        Column("unit_cost", "numeric(12, 2)", price),
        Column("valid_from", "date", day),
    ),
    key=("supplier_id", "sku", "valid_from"),
)

CALENDAR = Layout(
    "calendar",
    (
        Column("date", "date", day),
        Column("year", "integer", integer),
        Column("quarter", "integer", integer),
        Column("month", "integer", integer),
        Column("week", "integer", integer),
        Column("weekday", "integer", integer),
        Column("is_weekend", "boolean", truth),
        Column("is_black_friday", "boolean", truth),
        Column("holiday", "text", words),
    ),
    key=("date",),
)
