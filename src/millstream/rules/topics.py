"""Topics that SQL names are declared in `kafka/topics.yml`, or made by a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.graph import topics_of
from millstream.project.model import Connector, FlinkTable, HttpSource, KsqlStatement, Project, Relation, Topic
from millstream.sql.ksql import TOPIC
from millstream.suggestions import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from millstream.graph import Graph
    from millstream.sql import Option


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """TOP002: a Flink table, ClickHouse queue, HTTP source, connector or ksqlDB source on an undeclared topic.

    A topic that a query of ksqlDB creates needs no declaration.
    """
    if project.unread("kafka") or project.unread("ksql/queries"):
        return
    created = (query.topic for query in project.of(KsqlStatement) if query.is_query and query.type)
    declared = {name: name.removeprefix(project.namespace) for name in created}
    declared |= {topic.id.engine_name: topic.id.name for topic in project.of(Topic)}
    for table in project.of(FlinkTable):
        options = table.content.options if table.content else ()
        where = _place(options, "topic") or table.where
        yield from _undeclared(topics_of(table), project, declared, where)
    for relation in project.of(Relation):
        settings = relation.content.settings if relation.content else ()
        where = _place(settings, "kafka_topic_list") or relation.where
        yield from _undeclared(relation.topics, project, declared, where)
    for source in project.of(HttpSource):
        yield from _undeclared(source.topics, project, declared, source.file.where("topic"))
    for connector in project.of(Connector):
        named = (connector.places.get(key) for key in ("table.include.list", "topic", "topics"))
        where = next(filter(None, named), connector.where)
        yield from _undeclared(connector.topics, project, declared, where)
    for statement in project.of(KsqlStatement):
        if not statement.is_query and statement.topic:
            where = _place(statement.content.properties, TOPIC) or statement.where
            yield from _undeclared((statement.topic,), project, declared, where)


def _place(options: Iterable[Option], key: str) -> SourceRange | None:
    return next((option.where for option in options if option.key == key), None)


def _undeclared(
    names: Iterable[str], project: Project, declared: Mapping[str, str], where: SourceRange | None
) -> Iterator[Diagnostic]:
    for name in names:
        if name not in declared:
            match = closest(name, declared)
            authored = name.removeprefix(project.namespace)
            mend = f"did you mean `{declared[match]}`?" if match else "declare it in kafka/topics.yml"
            yield error("TOP002", f"topic `{authored}` is not declared", where, mend)
