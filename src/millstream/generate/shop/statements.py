"""Changes of the shop as SQL. Each is guarded by `updated_at`, so that doing it again does nothing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from psycopg import sql

from millstream.errors import EngineError
from millstream.generate.shop.course import at
from millstream.generate.shop.rows import DIMENSIONS, dimension

if TYPE_CHECKING:
    from psycopg import Connection

    from millstream.generate.shop.course import Change


def carry_out(shop: Connection[Any], change: Change, time_ms: int) -> None:
    """Make or change one row, unless that was done before."""
    time = at(time_ms)
    columns = tuple(change.values)
    key = "po_id" if change.table not in DIMENSIONS else dimension(change.table).key
    if change.is_new:
        shop.execute(_insert(change.table, (key, *columns)), (change.row, *change.values.values(), time))
    else:
        shop.execute(_update(change.table, key, columns), (*change.values.values(), time, change.row, time))


def beat(shop: Connection[Any], time_ms: int) -> None:
    """Move every heartbeat to a time."""
    time = at(time_ms)
    for name in DIMENSIONS:
        shop.execute(_update(name, dimension(name).key, ()), (time, 0, time))


def require_heartbeats(shop: Connection[Any]) -> None:
    """See that the shop was seeded.

    Raises:
        EngineError: a heartbeat is missing.
    """
    for name in DIMENSIONS:
        query = sql.SQL("SELECT 1 FROM {} WHERE {} = 0").format(
            sql.Identifier(name), sql.Identifier(dimension(name).key)
        )
        if shop.execute(query).fetchone() is None:
            raise EngineError(f"the shop's table {name} has no heartbeat row", mend="add it with `millstream seed`")


@cache
def _update(table: str, key: str, columns: tuple[str, ...]) -> sql.Composed:
    assigned = (sql.SQL("{} = %s").format(sql.Identifier(column)) for column in (*columns, "updated_at"))
    return sql.SQL("UPDATE {} SET {} WHERE {} = %s AND updated_at < %s").format(
        sql.Identifier(table), sql.SQL(", ").join(assigned), sql.Identifier(key)
    )


@cache
def _insert(table: str, columns: tuple[str, ...]) -> sql.Composed:
    names = [sql.Identifier(column) for column in (*columns, "updated_at")]
    return sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
        sql.Identifier(table), sql.SQL(", ").join(names), sql.SQL(", ").join([sql.Placeholder()] * len(names))
    )
