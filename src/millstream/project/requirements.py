"""What a Flink statement needs to exist: tables, the tables they are `LIKE`, and views below views."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from millstream.sql import table_name
from millstream.sql.tokens import word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.project.model import FlinkTable, FlinkView, Job


def base(table: FlinkTable) -> str:
    """The table this one is `LIKE`, empty when there is none."""
    return table_name(table.content.like) if table.content and table.content.like else ""


def inherit(tables: Mapping[str, FlinkTable]) -> dict[str, FlinkTable]:
    """Give each table what it takes from the one it is `LIKE` (one level deep after the other)."""
    done: dict[str, FlinkTable] = {}

    def finish(name: str, open_: tuple[str, ...]) -> FlinkTable:
        if name not in done:
            parent = base(tables[name])
            known = parent in tables and parent not in (*open_, name)
            done[name] = _merge(finish(parent, (*open_, name)), tables[name]) if known else tables[name]
        return done[name]

    for name in tables:
        finish(name, ())
    return done


def _merge(parent: FlinkTable, table: FlinkTable) -> FlinkTable:
    """Flink docs, "CREATE TABLE … LIKE": everything is included, own options win, unless EXCLUDING is said."""
    words = {word(token) for token in table.source.tokens} if table.source else set()
    if "EXCLUDING" in words:
        return table
    columns = (*parent.columns, *table.columns)
    options = {**parent.options, **table.options}
    return replace(table, columns=columns, options=options, primary_key=table.primary_key or parent.primary_key)


def requirements(job: Job, tables: Mapping[str, FlinkTable], views: Mapping[str, FlinkView]) -> tuple[str, ...]:
    """Name every table and view a job reaches, in an order in which they can be created; unknown ones are left out."""
    order: dict[str, None] = {}

    def visit(name: str, open_: frozenset[str]) -> None:
        if name in order or name in open_ or not (name in tables or name in views):
            return
        below = views[name].reads if name in views else (base(tables[name]),)
        for other in below:
            visit(other, open_ | {name})
        order[name] = None

    for name in (*job.reads, *job.writes):
        visit(name, frozenset())
    return tuple(order)
