"""Captured tables against what reads them: what a schema change at the source breaks, and what it does not.

Debezium and Flink go on in each of these cases; nothing is stopped here, only told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, warning
from millstream.graph import relation_of, topics_of
from millstream.plan.captured_types import holds
from millstream.project.model import Connector, FlinkTable, Job, Kind, Relation
from millstream.sql.create import row_fields
from millstream.sql.relations import tuple_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.graph import Graph
    from millstream.project.model import Project, ResourceId


def compare(
    project: Project, graph: Graph, connector: Connector, live: Mapping[str, Mapping[str, str]]
) -> tuple[Diagnostic, ...]:
    """Compare a connector's source tables with the Flink tables and ClickHouse queues on their topics.

    Args:
        project: what is declared.
        graph: its edges; tells what lies downstream.
        connector: a Debezium connector.
        live: columns and PostgreSQL types of its source tables, as they are now; a missing table has none.

    Returns:
        Warnings: CDC001 a column or table is gone, CDC002 a type is too wide for its reader, CDC003 nobody reads a
        column.
    """
    found: list[Diagnostic] = []
    for topic, source in connector.tables.items():
        if not live.get(source):
            mend = f"make the table, or correct the list; {_told(project, graph, connector.id)}"
            where = connector.places.get("table.include.list", connector.where)
            found.append(warning("CDC001", f"table `{source}` is not in the source", where, mend))
            continue
        readers = [*_readers(project, topic)]
        for reader in readers:
            told = _told(project, graph, reader.table.id)
            found += _columns(reader, source, live[source], told)
        found += _unread(readers, source, live[source])
    return tuple(found)


@dataclass(frozen=True)
class _Reader:
    """What reads a topic: its columns, and their types where they can be compared."""

    table: FlinkTable | Relation
    columns: Mapping[str, str]

    def place(self, name: str) -> SourceRange | None:
        content = self.table.content if isinstance(self.table, FlinkTable) else None
        columns = content.columns if content else ()
        return next((c.where for c in columns if c.name == name), self.table.where)


def _readers(project: Project, topic: str) -> Iterator[_Reader]:
    for table in project.of(FlinkTable):
        if topic in topics_of(table):
            columns = {column.name: column.type for column in table.columns}
            # An envelope read as plain JSON holds the source's columns in `after`.
            yield _Reader(table, dict(row_fields(columns.get("after", ""))) or columns)
    for queue in project.of(Relation):
        after = next((column.type for column in queue.columns if column.name == "after"), "")
        if topic in queue.topics and after:
            yield _Reader(queue, {name: "" for name, _ in tuple_fields(after)})


def _columns(reader: _Reader, source: str, live: Mapping[str, str], told: str) -> Iterator[Diagnostic]:
    for name, declared in reader.columns.items():
        where, kind = reader.place(name), live.get(name)
        if kind is None:
            summary = f"column `{name}` of `{source}` is gone; new rows have none, and {reader.table.id} reads it"
            yield warning("CDC001", summary, where, f"remove it here and from what reads it; {told}")
        elif declared and not holds(declared, kind):
            summary = f"column `{name}` of `{source}` is {kind} now, which {declared} of {reader.table.id} cannot hold"
            yield warning("CDC002", summary, where, f"widen it here and in the results; {told}")


def _unread(readers: Sequence[_Reader], source: str, live: Mapping[str, str]) -> Iterator[Diagnostic]:
    """What nobody reads breaks nothing; a topic that nobody reads at all is not worth a word."""
    known = {name for reader in readers for name in reader.columns}
    for name, kind in live.items():
        if readers and name not in known:
            summary = f"column `{name}` ({kind}) of `{source}` is read by nobody; nothing breaks"
            first = readers[0].table
            yield warning("CDC003", summary, first.where, f"add it to {first.id} when it is wanted")


def _told(project: Project, graph: Graph, resource: ResourceId) -> str:
    """The jobs behind a resource, and the results they write."""
    below = graph.downstream(resource)
    jobs = [job for job in project.of(Job) if job.id in below]
    results = sorted({*_written(project, jobs), *_fed(project, graph, below)})
    if not jobs and not results:
        return "nothing is built on it"
    named = [f"jobs {', '.join(sorted(job.id.engine_name for job in jobs))}"] if jobs else []
    named += [f"results {', '.join(results)}"] if results else []
    return f"on it stand {'; '.join(named)}"


def _written(project: Project, jobs: Sequence[Job]) -> Iterator[str]:
    tables = {table.id.name: table for table in project.of(FlinkTable)}
    for table in (tables[name] for job in jobs for name in job.writes if name in tables):
        yield from (relation_of(table),) if relation_of(table) else topics_of(table) or (table.id.engine_name,)


def _fed(project: Project, graph: Graph, below: frozenset[ResourceId]) -> Iterator[str]:
    """The ClickHouse views on what materialized views fill."""
    targets = {view.writes for view in project.of(Relation) if view.id in below and view.writes}
    for target in project.of(Relation):
        if target.id.engine_name in targets:
            behind = graph.downstream(target.id)
            yield from (view.engine_name for view in behind if view.kind is Kind.CLICKHOUSE_VIEW)
