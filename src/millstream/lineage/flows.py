"""Edges between the resources of the tree, in the direction of the data.

`millstream.graph` knows what must be there before what; here a job stands before the table it writes. A Flink table
that is only written stands before its topic or database table. One that is read as well stands behind it, and its
writers lead to the topic itself: so whatever else writes that topic reaches the table's readers too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.graph import relation_of, topics_of
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
    SupersetAsset,
    Topic,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.lineage.model import Edge


def edges(project: Project) -> Iterator[Edge]:
    """Every edge of the tree's own resources, but those of Superset's datasets to what they stand on."""
    yield from captures(project)
    for source in project.of(HttpSource):
        yield from ((str(source.id), topic) for topic in _topics(project, source.topics))
    yield from _flink(project)
    yield from _ksql(project)
    yield from _databases(project)
    for asset in project.of(SupersetAsset):
        yield from ((str(needed), str(asset.id)) for needed in asset.needs)


def captures(project: Project) -> Iterator[Edge]:
    """Captured tables to their connector, the connector to its topics, or the topics to a sink."""
    for connector in project.of(Connector):
        topics = _topics(project, connector.topics)
        if "topics" in connector.config:
            yield from ((topic, str(connector.id)) for topic in topics)
        else:
            yield from ((str(connector.id), topic) for topic in topics)
            yield from ((captured_id(connector, table), str(connector.id)) for table in connector.tables.values())


def captured_id(connector: Connector, table: str) -> str:
    """Node of a table that a connector captures."""
    return f"captured_table.{connector.id.engine_name}.{table}"


def storage(project: Project, table: FlinkTable) -> tuple[str, ...]:
    """What a Flink table stands on: topics or a database table, as far as the tree declares them."""
    relation = relation_of(table)
    found = [str(r.id) for r in project.of(Relation) if relation and r.id.engine_name == relation]
    return (*_topics(project, topics_of(table)), *found)


def placed(project: Project) -> dict[str, tuple[str, ...]]:
    """Where what a job writes into each table goes: the table itself, or what a table stands on that is read too."""
    read = {name for view in project.of(FlinkView) for name in view.reads}
    read |= {name for job in project.of(Job) for name in job.reads}
    tables = project.of(FlinkTable)
    return {t.id.name: (t.id.name in read and storage(project, t)) or (str(t.id),) for t in tables}


def _flink(project: Project) -> Iterator[Edge]:
    sources = {t.id.name: str(t.id) for t in (*project.of(FlinkTable), *project.of(FlinkView))}
    places = placed(project)
    written = {name for job in project.of(Job) for name in job.writes}
    for table in project.of(FlinkTable):
        only_written = table.id.name in written and places[table.id.name] == (str(table.id),)
        for below in storage(project, table):
            yield (str(table.id), below) if only_written else (below, str(table.id))
    readers: tuple[FlinkView | Job, ...] = (*project.of(FlinkView), *project.of(Job))
    for reader in readers:
        yield from ((sources[name], str(reader.id)) for name in reader.reads if name in sources)
    for job in project.of(Job):
        yield from ((str(job.id), place) for name in job.writes for place in places.get(name, ()))


def _ksql(project: Project) -> Iterator[Edge]:
    """A source stands behind its topic, a query before the one it writes; what reads its rows stands behind that."""
    statements = project.of(KsqlStatement)
    places = {s.object: _topics(project, (s.topic,)) if s.is_query else (str(s.id),) for s in statements if s.type}
    for statement in statements:
        own = str(statement.id)
        yield from ((place, own) for name in statement.reads for place in places.get(name, ()))
        for topic in _topics(project, (statement.topic,)):
            yield (own, topic) if statement.is_query else (topic, own)


def _databases(project: Project) -> Iterator[Edge]:
    relations = {r.id.engine_name: str(r.id) for r in project.of(Relation)}
    for relation in project.of(Relation):
        own = str(relation.id)
        yield from ((topic, own) for topic in _topics(project, relation.topics))
        yield from ((relations[name], own) for name in relation.reads if name in relations)
        if relation.writes in relations:
            yield own, relations[relation.writes]


def _topics(project: Project, names: tuple[str, ...]) -> tuple[str, ...]:
    known = topics(project)
    return tuple(known[name] for name in names if name in known)


def topics(project: Project) -> dict[str, str]:
    """Nodes of the topics that are declared or that a query of ksqlDB creates, by their names in the engine."""
    made = (query.topic for query in project.of(KsqlStatement) if query.is_query and query.topic)
    known = {name: f"{Kind.TOPIC}.{name}" for name in made}
    return known | {topic.id.engine_name: str(topic.id) for topic in project.of(Topic)}
