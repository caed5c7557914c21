"""Names that live in engines begin with the namespace, so that several targets can share engines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.project.model import FlinkTable, KsqlStatement, Project, Relation
from millstream.sql import created, folded
from millstream.sql.ksql import TOPIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph
    from millstream.sql import Name, Option, SqlText

CODE = "NSP001"
# Options whose value is a name in an engine, and what separates several of them.
_FLINK = {
    "topic": ";",
    "table-name": "",
    "sink.transactional-id-prefix": "",
    "properties.group.id": "",
    "properties.transactional.id": "",
}
_CLICKHOUSE = {"kafka_topic_list": ",", "kafka_group_name": ""}
_KSQL = {TOPIC: ""}


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """NSP001: a topic, table, stream, consumer group or transactional prefix without `${NS:-}` in front."""
    for table in project.of(FlinkTable):
        if table.source and table.content:
            yield from _options(table.source.file, table.content.options, _FLINK)
    declared = {relation.id.name for relation in project.of(Relation)}
    for relation in project.of(Relation):
        yield from _relation(relation, declared)
    objects = {statement.object for statement in project.of(KsqlStatement) if statement.type}
    for statement in project.of(KsqlStatement):
        yield from _ksql(statement, objects)


def _ksql(statement: KsqlStatement, objects: set[str]) -> Iterator[Diagnostic]:
    content = statement.content
    for name in (content.name, *content.reads):
        if not name.namespaced and (name is content.name or folded(name) in objects):
            yield _missing(name.authored, name.where)
    if statement.source:
        yield from _options(statement.source.file, content.properties, _KSQL)


def _relation(relation: Relation, declared: set[str]) -> Iterator[Diagnostic]:
    header = created(relation.source) if relation.source else None
    if relation.source is None or header is None:
        return
    content = relation.content
    used: tuple[Name, ...] = (*content.reads, *([content.writes] if content.writes else [])) if content else ()
    for name in (header.name, *(n for n in used if n.authored in declared)):
        if not name.namespaced:
            yield _missing(name.authored, name.where)
    if content:
        yield from _options(relation.source.file, content.settings, _CLICKHOUSE)


def _options(file: SqlText, options: tuple[Option, ...], keys: dict[str, str]) -> Iterator[Diagnostic]:
    for option in options:
        if option.key in keys:
            for start, name in _items(file, option, keys[option.key]):
                if not file.namespaced(start):
                    yield _missing(name, option.where)


def _items(file: SqlText, option: Option, separator: str) -> Iterator[tuple[int, str]]:
    """Yield each name in an option's value and where its last part begins."""
    text = file.substituted.text[option.start : option.end]
    pattern = rf"[^{separator}\s]+" if separator else r".+"
    for match in re.finditer(pattern, text):
        # A schema stands in front of the namespace; topics and groups may have dots of their own.
        behind = match[0].rfind(".") + 1 if option.key == "table-name" else 0
        yield option.start + match.start() + behind, match[0]


def _missing(name: str, where: SourceRange) -> Diagnostic:
    schema, dot, last = name.rpartition(".")
    return error(CODE, f"`{name}` has no namespace in front", where, f"write {schema}{dot}${{NS:-}}{last}")
