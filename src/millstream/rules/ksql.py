"""Statements of ksqlDB name only streams and tables that `ksql/` declares, each of them once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, error
from millstream.project.model import KsqlStatement, Project
from millstream.sql import folded
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.graph import Graph
    from millstream.sql import Name


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """KSQ002: named, and nobody declares it. KSQ003: inserted into, and it is a table. KSQ004: declared twice."""
    objects: dict[str, KsqlStatement] = {}
    for statement in project.of(KsqlStatement):
        first = objects.setdefault(statement.object, statement) if statement.type else statement
        if first is not statement:
            name = statement.content.name
            summary = f"`{name.authored}` is declared in {first.where} already"
            yield error("KSQ004", summary, name.where, "delete or rename one of the two")
    unread = {stem.upper() for stem in project.unread("ksql")}
    for statement in project.of(KsqlStatement):
        for name in statement.content.reads:
            yield from _unknown(name, objects, "reads", unread)
        if not statement.type:
            yield from _target(statement.content.name, objects, unread)


def _unknown(name: Name, objects: Mapping[str, KsqlStatement], verb: str, unread: set[str]) -> Iterator[Diagnostic]:
    if folded(name) not in objects and name.authored.upper() not in unread:
        known = [statement.id.name for statement in objects.values()]
        mend = did_you_mean(name.authored, known, f"declare it in ksql/sources/{name.last}.sql")
        yield error("KSQ002", f"it {verb} `{name.authored}`, which nobody declares", name.where, mend)


def _target(name: Name, objects: Mapping[str, KsqlStatement], unread: set[str]) -> Iterator[Diagnostic]:
    found = objects.get(folded(name))
    if found is None:
        yield from _unknown(name, objects, "inserts into", unread)
    elif found.type == "TABLE":
        mend = "insert into a stream, or let one query make the whole table"
        yield error("KSQ003", f"`{name.authored}` is a table", name.where, mend)
