"""What must be there before what: the edges between a project's resources, across engines.

An edge leads from what is needed to what needs it: a topic to the Flink table on it, a PostgreSQL table to the JDBC
table on it, tables and views to jobs, a job that writes a topic to the jobs that read it, a topic to the ClickHouse
queue on it, a queue and a target to their materialized view, a relation to the views that read it, a topic to the
HTTP source or connector on it, a connector to the Flink tables and queues on its topics, a topic to the ksqlDB source
on it, a ksqlDB source or query to the queries that read it, a query to whatever reads the topic it writes, a table or
view to the Superset dataset on it, a dataset to its charts, a chart to its dashboards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from millstream.errors import ProjectError
from millstream.project.model import (
    Connector,
    FlinkTable,
    FlinkView,
    HttpSource,
    Job,
    Kind,
    KsqlStatement,
    Project,
    Relation,
    ResourceId,
    SupersetAsset,
    Topic,
)
from millstream.project.requirements import base, requirements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_RANK = {kind: rank for rank, kind in enumerate(Kind)}


def topics_of(table: FlinkTable) -> tuple[str, ...]:
    """Engine names of the topics a Flink table stands on."""
    listed = table.options.get("topic", "") if "kafka" in table.connector else ""
    return tuple(topic.strip() for topic in listed.split(";") if topic.strip())


def relation_of(table: FlinkTable) -> str:
    """Engine name of the database table a Flink JDBC table stands on, empty for other connectors."""
    return table.options.get("table-name", "").removeprefix("public.") if table.connector == "jdbc" else ""


def relations_of(asset: SupersetAsset, project: Project) -> Iterator[Relation]:
    """The landing a Superset dataset stands on; none for one with a query of its own, or on a table that dbt makes."""
    if asset.id.kind is Kind.SUPERSET_DATASET and "sql" not in asset.document:
        schema, name = asset.document.get("schema"), asset.document["table_name"]
        for relation in project.of(Relation):
            in_postgres = relation.id.kind is Kind.POSTGRES_TABLE
            if relation.id.engine_name == (f"{schema}.{name}" if in_postgres else name) and (
                in_postgres == _is_postgres(asset, project)
            ):
                yield relation


def _is_postgres(dataset: SupersetAsset, project: Project) -> bool:
    databases = {asset.id: asset for asset in project.of(SupersetAsset)}
    below = databases.get(dataset.needs[0])
    return below is not None and below.document["sqlalchemy_uri"].startswith("postgresql")


@dataclass(frozen=True)
class Graph:
    """Resources and their edges; `needs` maps each resource to what it needs directly."""

    needs: Mapping[ResourceId, frozenset[ResourceId]]

    @classmethod
    def of(cls, project: Project) -> Graph:
        """Draw the graph of a project; names nobody declares get no edge (a rule reports them)."""
        needs: dict[ResourceId, set[ResourceId]] = {resource.id: set() for resource in project.resources}
        for needed, by in _edges(project):
            if needed in needs:
                needs[by].add(needed)
        return cls({by: frozenset(needed) for by, needed in needs.items()})

    def order(self) -> tuple[ResourceId, ...]:
        """Every resource behind what it needs; among equals by kind, then name.

        Raises:
            ProjectError: the graph has a cycle.
        """
        cycles = self.cycles()
        if cycles:
            circle = " → ".join(str(node) for node in (*cycles[0], cycles[0][0]))
            raise ProjectError(f"resources need each other in a circle: {circle}")
        sorter = TopologicalSorter(self.needs)
        sorter.prepare()
        order: list[ResourceId] = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready(), key=_rank)
            order += ready
            sorter.done(*ready)
        return tuple(order)

    def upstream(self, resource: ResourceId) -> frozenset[ResourceId]:
        """Everything a resource needs, directly or not."""
        return _reach(resource, self.needs)

    def downstream(self, resource: ResourceId) -> frozenset[ResourceId]:
        """Everything that needs a resource, directly or not."""
        return _reach(resource, self._needed_by())

    def above(self, resources: Iterable[ResourceId], steps: int | None = None) -> frozenset[ResourceId]:
        """What some resources need, so many steps far (`None`: all the way)."""
        return _within(resources, self.needs, steps)

    def below(self, resources: Iterable[ResourceId], steps: int | None = None) -> frozenset[ResourceId]:
        """What needs some resources, so many steps far (`None`: all the way)."""
        return _within(resources, self._needed_by(), steps)

    def cycles(self) -> tuple[tuple[ResourceId, ...], ...]:
        """The shortest circle through each group of resources that need each other, in the direction of the edges."""
        forward = self._needed_by()
        found: list[tuple[ResourceId, ...]] = []
        seen: set[ResourceId] = set()
        for node in sorted(self.needs, key=_rank):
            if node not in seen and node in _reach(node, forward):
                found.append(_circle(node, forward))
                seen |= _reach(node, forward) & _reach(node, self.needs)
        return tuple(found)

    def _needed_by(self) -> dict[ResourceId, frozenset[ResourceId]]:
        by: dict[ResourceId, set[ResourceId]] = {node: set() for node in self.needs}
        for node, needed in self.needs.items():
            for other in needed:
                by[other].add(node)
        return {node: frozenset(others) for node, others in by.items()}


def _rank(node: ResourceId) -> tuple[int, str]:
    return _RANK[node.kind], node.engine_name


def _reach(start: ResourceId, edges: Mapping[ResourceId, frozenset[ResourceId]]) -> frozenset[ResourceId]:
    """All nodes behind `start`; itself only when it lies on a circle."""
    found: set[ResourceId] = set()
    open_ = [start]
    while open_:
        fresh = edges.get(open_.pop(), frozenset()) - found
        found |= fresh
        open_ += fresh
    return frozenset(found)


def _within(
    start: Iterable[ResourceId], edges: Mapping[ResourceId, frozenset[ResourceId]], steps: int | None
) -> frozenset[ResourceId]:
    found: set[ResourceId] = set()
    open_ = set(start)
    while open_ and steps != 0:
        open_ = {other for node in open_ for other in edges.get(node, ())} - found
        found |= open_
        steps = None if steps is None else steps - 1
    return frozenset(found)


def _circle(start: ResourceId, edges: Mapping[ResourceId, frozenset[ResourceId]]) -> tuple[ResourceId, ...]:
    """The shortest way from a node on a circle back to itself."""
    paths: list[tuple[ResourceId, ...]] = [(start,)]
    seen: set[ResourceId] = set()
    for path in paths:
        for after in sorted(edges[path[-1]], key=_rank):
            if after == start:
                return path
            if after not in seen:
                seen.add(after)
                paths.append((*path, after))
    return (start,)


Edge = tuple[ResourceId, ResourceId]


def _edges(project: Project) -> Iterator[Edge]:
    tables = {table.id.name: table for table in project.of(FlinkTable)}
    sources = {name: table.id for name, table in tables.items()} | {v.id.name: v.id for v in project.of(FlinkView)}
    topics = {topic.id.engine_name: topic.id for topic in project.of(Topic)}
    relations = {relation.id.engine_name: relation.id for relation in project.of(Relation)}
    connectors = {name: connector.id for connector in project.of(Connector) for name in connector.topics}
    for connector in project.of(Connector):
        yield from _to(connector.id, [topics.get(name) for name in connector.topics])
    for table in tables.values():
        needed = [of.get(name) for name in topics_of(table) for of in (topics, connectors)]
        yield from _to(table.id, [*needed, relations.get(relation_of(table)), sources.get(base(table))])
    for view in project.of(FlinkView):
        yield from _to(view.id, [sources.get(name) for name in view.reads])
    for job in project.of(Job):
        yield from _to(job.id, [sources.get(name) for name in (*job.requires, *job.reads, *job.writes)])
    yield from _between_jobs(project, tables)
    for source in project.of(HttpSource):
        yield from _to(source.id, [topics.get(name) for name in source.topics])
    for asset in project.of(SupersetAsset):
        yield from ((needed, asset.id) for needed in (*asset.needs, *(r.id for r in relations_of(asset, project))))
    for relation in project.of(Relation):
        below = (*relation.reads, relation.writes)
        yield from _to(relation.id, [of.get(name) for name in relation.topics for of in (topics, connectors)])
        yield from _to(relation.id, [relations.get(name) for name in below])
    yield from _ksql(project, topics)
    yield from _behind_ksql(project)


def _to(node: ResourceId, needed: Iterable[ResourceId | None]) -> Iterator[Edge]:
    yield from ((other, node) for other in needed if other is not None)


def _ksql(project: Project, topics: Mapping[str, ResourceId]) -> Iterator[Edge]:
    """A query needs what it reads, inserts into and writes to; a source its topic, and whatever makes that."""
    statements = project.of(KsqlStatement)
    objects = {statement.object: statement.id for statement in reversed(statements) if statement.type}
    made = {statement.topic: statement.id for statement in statements if statement.is_query and statement.type}
    made |= {name: each.id for each in project.of(Connector) if not _is_sink(each) for name in each.topics}
    for statement in statements:
        named = statement.reads if statement.type else (*statement.reads, statement.object)
        below = (topics,) if statement.is_query else (topics, made)
        yield from _to(statement.id, [objects.get(name) for name in named])
        yield from _to(statement.id, [of.get(statement.topic) for of in below])


def _behind_ksql(project: Project) -> Iterator[Edge]:
    """What reads a topic that queries of ksqlDB write comes behind these."""
    readers = [(table.id, topics_of(table)) for table in project.of(FlinkTable)]
    readers += [(relation.id, relation.topics) for relation in project.of(Relation)]
    readers += [(connector.id, connector.topics) for connector in project.of(Connector) if _is_sink(connector)]
    for query in (statement for statement in project.of(KsqlStatement) if statement.is_query):
        yield from ((query.id, reader) for reader, topics in readers if query.topic in topics)


def _is_sink(connector: Connector) -> bool:
    return "topics" in connector.config


def _between_jobs(project: Project, tables: Mapping[str, FlinkTable]) -> Iterator[Edge]:
    """A job comes behind those that write what it reads: the same table, or another one on the same topic."""
    views = {view.id.name: view for view in project.of(FlinkView)}
    writers: dict[str, list[ResourceId]] = {}
    for job in project.of(Job):
        for place in _storage(job.writes, tables):
            writers.setdefault(place, []).append(job.id)
    for reader in project.of(Job):
        for place in _storage(requirements(replace(reader, writes=()), tables, views), tables):
            yield from ((writer, reader.id) for writer in writers.get(place, ()))


def _storage(names: Iterable[str], tables: Mapping[str, FlinkTable]) -> set[str]:
    """What the tables stand on: topics, a database table, or only themselves."""
    known = [tables[name] for name in names if name in tables]
    return {
        place for table in known for place in (topics_of(table) or (relation_of(table) or f"table {table.id.name}",))
    }
