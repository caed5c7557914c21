"""Statements name only tables and views that the project declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, error
from millstream.project.model import FlinkTable, FlinkView, Job, Project
from millstream.sql import Name, references, table_name
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from millstream.graph import Graph


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """FLK002: read or written, and nobody declares it. FLK003: written, and it is a view."""
    tables = {table.id.name for table in project.of(FlinkTable)}
    views = {view.id.name for view in project.of(FlinkView)}
    unread = project.unread("flink_sql")
    for resource in (*project.of(FlinkTable), *project.of(FlinkView), *project.of(Job)):
        if isinstance(resource, FlinkTable):
            yield from _unknown(_like(resource), tables, "is LIKE", unread)
        elif resource.source is not None:
            found = references(resource.source)
            yield from _unknown(found.reads, tables | views, "reads", unread)
            yield from _unknown((n for n in found.writes if table_name(n) not in views), tables, "writes", unread)
            yield from _views(found.writes, views)


def _like(table: FlinkTable) -> tuple[Name, ...]:
    return (table.content.like,) if table.content and table.content.like else ()


def _unknown(names: Iterable[Name], known: set[str], verb: str, unread: frozenset[str]) -> Iterator[Diagnostic]:
    for name in names:
        unqualified = table_name(name)
        if unqualified not in known and unqualified not in unread:
            mend = did_you_mean(unqualified, known, f"declare it in flink_sql/tables/{name.last}.sql")
            yield error("FLK002", f"it {verb} `{unqualified}`, which nobody declares", name.where, mend)


def _views(names: Iterable[Name], views: set[str]) -> Iterator[Diagnostic]:
    for name in names:
        if table_name(name) in views:
            yield error("FLK003", f"`{table_name(name)}` is a view", name.where, "write into a table")
