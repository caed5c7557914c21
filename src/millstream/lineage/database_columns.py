"""Columns of landings, of ClickHouse's queues, of captured tables and of HTTP sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from millstream.lineage import flows
from millstream.lineage.flink_columns import RECORD
from millstream.lineage.model import Field
from millstream.project.model import Connector, HttpSource, Kind, Project, Relation, Topic
from millstream.sql import CLICKHOUSE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.lineage.columns import Columns

# ClickHouse docs, "Kafka table engine", virtual columns.
VIRTUAL = {"_topic": "topic", "_partition": "partition", "_offset": "offset", "_timestamp_ms": "timestamp"}
VIRTUAL |= {"_timestamp": "timestamp", "_key": "key"}


def trace(project: Project, columns: Columns) -> None:
    """Add the columns of relations and of what fills topics from outside."""
    topics = {topic.id.engine_name: str(topic.id) for topic in project.of(Topic)}
    for relation in project.of(Relation):
        own = str(relation.id)
        columns.know(own, _nested(relation))
        for topic in (topics[name] for name in relation.topics if name in topics):
            for path in list(columns.of[own]):
                columns.flow(Field(topic, path), Field(own, path))
            for virtual, key in VIRTUAL.items():
                columns.flow(Field(topic, f"{RECORD}.{key}"), Field(own, virtual))
    for source in project.of(HttpSource):
        topic_id = topics.get(source.topics[0])
        for name in source.declaration.fields if topic_id else ():
            columns.flow(Field(str(source.id), name), Field(str(topic_id), name))


def trace_captured(project: Project, columns: Columns) -> None:
    """Add the columns of captured tables that something reads from their topics."""
    topics = {topic.id.engine_name: str(topic.id) for topic in project.of(Topic)}
    for connector in project.of(Connector):
        for topic, table in connector.tables.items():
            for path in list(columns.of.get(topics.get(topic, ""), ())):
                side, _, column = path.partition(".")
                if side in {"before", "after"} and column:
                    columns.flow(Field(flows.captured_id(connector, table), column), Field(topics[topic], path))


def forget_unread(project: Project, columns: Columns) -> None:
    """Take away the virtual columns that no view reads: every queue has them, and they would only be noise."""
    read = {before for before, _ in columns.edges}
    for queue in (str(relation.id) for relation in project.of(Relation) if relation.topics):
        unread = {Field(queue, name) for name in VIRTUAL} - read
        columns.edges.difference_update([edge for edge in columns.edges if edge[1] in unread])
        for each in unread:
            columns.of[queue].pop(each.column, None)
    linked = {end for edge in columns.edges for end in edge}
    for topic in flows.topics(project).values():
        for name in list(columns.of.get(topic, ())):
            if name.startswith(f"{RECORD}.") and Field(topic, name) not in linked:
                del columns.of[topic][name]


def _nested(relation: Relation) -> Iterator[str]:
    """Column names; in place of a named tuple its elements, as in `after.city_id`."""
    tuples = _tuples(relation) if relation.id.kind is Kind.CLICKHOUSE_TABLE else {}
    for column in relation.columns:
        inner = tuples.get(column.name, ())
        yield from (f"{column.name}.{name}" for name in inner)
        if not inner:
            yield column.name


def _tuples(relation: Relation) -> dict[str, tuple[str, ...]]:
    try:
        tree = sqlglot.parse_one(relation.statement, dialect=CLICKHOUSE)
    except SqlglotError:
        return {}  # already warned of when the tree was read
    found = {}
    for column in tree.find_all(exp.ColumnDef):
        kind = column.args.get("kind")
        if isinstance(kind, exp.DataType) and kind.is_type(exp.DataType.Type.STRUCT):
            found[column.name] = tuple(part.name for part in kind.expressions if isinstance(part, exp.ColumnDef))
    return found
