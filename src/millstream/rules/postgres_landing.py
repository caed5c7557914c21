"""What a JDBC sink writes fits the PostgreSQL table it writes into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.graph import relation_of
from millstream.project.model import FlinkTable, Job, Kind, Project, Relation
from millstream.rules.types import fits_postgres
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """LND001 to LND005: the table is declared, has the columns with fitting types, and the same primary key."""
    landings = {r.id.engine_name: r for r in project.of(Relation) if r.id.kind is Kind.POSTGRES_TABLE}
    written = {name for job in project.of(Job) for name in job.writes}
    for sink in project.of(FlinkTable):
        name = relation_of(sink)
        if name and sink.id.name in written:
            landing = landings.get(name)
            yield from _fit(sink, landing) if landing else _undeclared(sink, name, project, landings)


def _undeclared(sink: FlinkTable, name: str, project: Project, landings: dict[str, Relation]) -> Iterator[Diagnostic]:
    options = sink.content.options if sink.content else ()
    where = next((option.where for option in options if option.key == "table-name"), sink.where)
    file = name.rpartition(".")[2].removeprefix(project.namespace)
    mend = did_you_mean(name, landings, f"declare it in postgres/{file}.sql")
    if file not in project.unread("postgres"):
        yield error("LND001", f"PostgreSQL table `{name}` is not declared", where, mend)


def _fit(sink: FlinkTable, landing: Relation) -> Iterator[Diagnostic]:
    if landing.columns:
        yield from _columns(sink, landing)
        yield from _left_out(sink, landing)
        yield from _primary_key(sink, landing)


def _columns(sink: FlinkTable, landing: Relation) -> Iterator[Diagnostic]:
    target = {column.name: column for column in landing.columns}
    for column in sink.columns:
        where = column_place(sink, column.name)
        # The connector quotes no names, so PostgreSQL folds them to lower case.
        found = target.get(column.name.lower())
        if found is None:
            mend = did_you_mean(column.name, target, f"add it to {landing.path.as_posix()}")
            yield error("LND002", f"`{landing.id.name}` has no column `{column.name}`", where, mend)
        elif not fits_postgres(column.type, found.type):
            summary = f"`{column.name}` is {column.type}, which {found.type} of `{landing.id.name}` cannot hold"
            yield error("LND003", summary, where, f"change the type here or in {landing.path.as_posix()}")


def _left_out(sink: FlinkTable, landing: Relation) -> Iterator[Diagnostic]:
    written = {column.name.lower() for column in sink.columns}
    for column in landing.columns:
        if column.name not in written and not column.nullable and not column.default:
            summary = f"the sink leaves out `{column.name}` of `{landing.id.name}`, which is NOT NULL without a default"
            yield error("LND004", summary, sink.where, f"write it, or give it a default in {landing.path.as_posix()}")


def _primary_key(sink: FlinkTable, landing: Relation) -> Iterator[Diagnostic]:
    if {name.lower() for name in sink.primary_key} != set(landing.primary_key):
        have = f"({', '.join(sink.primary_key)})" if sink.primary_key else "no primary key"
        need = f"({', '.join(landing.primary_key)})" if landing.primary_key else "none"
        summary = f"the sink has {have}, but the primary key of `{landing.id.name}` is {need}"
        yield error("LND005", summary, sink.where, "declare the same one in both: the sink upserts on it")


def column_place(table: FlinkTable, name: str) -> SourceRange | None:
    """Where a Flink table declares a column."""
    columns = table.content.columns if table.content else ()
    return next((column.where for column in columns if column.name == name), table.where)
