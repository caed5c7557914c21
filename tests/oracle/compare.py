"""Row-for-row comparison of two tables as multisets, with a report a person can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

    from oracle.tables import Table

_SHOWN = 5


@dataclass(frozen=True)
class Differences:
    """How the found rows differ from the expected ones; false when they do not.

    Args:
        where: the compared table, for example `postgres.dead_letters`.
        missing: how many expected rows were not found.
        unexpected: how many found rows were not expected; a doubled row counts once.
        first: sentences about the first differing keys.
    """

    where: str
    missing: int
    unexpected: int
    first: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.missing + self.unexpected > 0

    def __str__(self) -> str:
        if not self:
            return f"{self.where}: equal"
        lines = [f"{self.where}: {self.missing} rows missing, {self.unexpected} unexpected", *self.first]
        return "\n  ".join(lines)


def compare(connection: duckdb.DuckDBPyConnection, table: Table, schema: str) -> Differences:
    """Compare `table.expected` with `<schema>.<table>`, every column of `table`, every row as often as it occurs."""
    expected, found = table.expected, f"{schema}.{table.name}"
    missing = _surplus(connection, table, expected, found)
    unexpected = _surplus(connection, table, found, expected)
    keys = sorted({*missing, *unexpected}, key=repr)[:_SHOWN]
    return Differences(
        found,
        sum(map(len, missing.values())),
        sum(map(len, unexpected.values())),
        tuple(_describe(table, key, missing.get(key, []), unexpected.get(key, [])) for key in keys),
    )


_Rows = list[tuple[Any, ...]]


def _surplus(
    connection: duckdb.DuckDBPyConnection, table: Table, left: str, right: str
) -> dict[tuple[Any, ...], _Rows]:
    """Rows of `left` that `right` has not, or not as often, by key."""
    columns = ", ".join(f'"{column}"' for column in table.columns)
    rows = connection.execute(f"SELECT {columns} FROM {left} EXCEPT ALL SELECT {columns} FROM {right}").fetchall()
    positions = [list(table.columns).index(column) for column in table.key]
    by_key: dict[tuple[Any, ...], _Rows] = {}
    for row in rows:
        by_key.setdefault(tuple(row[position] for position in positions), []).append(row)
    return by_key


def _describe(table: Table, key: tuple[Any, ...], missing: _Rows, unexpected: _Rows) -> str:
    label = ", ".join(f"{column} {_short(value)}" for column, value in zip(table.key, key, strict=True))
    if len(missing) == 1 and len(unexpected) == 1:
        return f"{label}: {_changes(table, missing[0], unexpected[0])}"
    if not missing:
        return f"{label}: {len(unexpected)} unexpected, such as {_whole(table, unexpected[0])}"
    if not unexpected:
        return f"{label}: {len(missing)} missing, such as {_whole(table, missing[0])}"
    return f"{label}: {len(missing)} missing, {len(unexpected)} unexpected"


def _changes(table: Table, expected: tuple[Any, ...], found: tuple[Any, ...]) -> str:
    return "; ".join(
        f"{column} is {_short(b)}, expected {_short(a)}"
        for column, a, b in zip(table.columns, expected, found, strict=True)
        if a != b
    )


def _whole(table: Table, row: tuple[Any, ...]) -> str:
    return ", ".join(f"{column}={_short(value)}" for column, value in zip(table.columns, row, strict=True))


def _short(value: Any) -> str:
    text = "NULL" if value is None else repr(value) if isinstance(value, bytes) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
