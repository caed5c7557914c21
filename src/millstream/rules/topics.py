"""Topics that SQL names are declared in `kafka/topics.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.graph import topics_of
from millstream.project.model import Connector, FlinkTable, HttpSource, Project, Relation, Topic
from millstream.suggestions import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from millstream.graph import Graph
    from millstream.sql import Option


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """TOP002: a Flink table, ClickHouse queue, HTTP source or connector stands on a topic that is not declared."""
    if project.unread("kafka"):
        return
    declared = {topic.id.engine_name: topic.id.name for topic in project.of(Topic)}
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
