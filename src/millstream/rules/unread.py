"""Declared, and read by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, warning
from millstream.graph import topics_of
from millstream.project.connectors import CLASS
from millstream.project.model import Connector, FlinkTable, FlinkView, Job, KsqlStatement, Project, Relation, Topic
from millstream.rules.uses import uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph

_SINK = "sink"
_FOLDERS = ("flink_sql", "clickhouse", "kafka", "ksql")


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:
    """USE001: a Flink table or view in no job. USE002: a topic that nobody reads.

    Who reads landing tables and views is not known here, so nothing is said of them. Nor of anything while a file
    cannot be read or a name leads nowhere: the missing reader may be there.
    """
    if any(map(project.unread, _FOLDERS)) or _is_open(project, graph):
        return
    used = {name for job in project.of(Job) for name in job.requires}
    for resource in (*project.of(FlinkTable), *project.of(FlinkView)):
        if resource.id.name not in used:
            kind = "view" if isinstance(resource, FlinkView) else "table"
            summary = f"no job uses {kind} `{resource.id.name}`"
            yield warning("USE001", summary, resource.where, "delete the file, or use it in a job")
    yield from _topics(project)


def _is_open(project: Project, graph: Graph) -> bool:
    """Whether somebody reads or writes what nobody declares, or a circle has no beginning."""
    declared = {r.id.name for r in (*project.of(FlinkTable), *project.of(FlinkView))}
    named = {name for job in project.of(Job) for name in (*job.reads, *job.writes)}
    named |= {name for view in project.of(FlinkView) for name in view.reads}
    ksql = project.of(KsqlStatement)
    declared |= {statement.object for statement in ksql if statement.type}
    named |= {name for statement in ksql for name in (*statement.reads, statement.object)}
    topics = {topic.id.engine_name for topic in project.of(Topic)}
    topics |= {statement.topic for statement in ksql if statement.is_query}
    used = {topic for table in project.of(FlinkTable) for topic in topics_of(table)}
    used |= {topic for queue in project.of(Relation) for topic in queue.topics}
    used |= {statement.topic for statement in ksql}
    return not (named <= declared and used <= topics) or bool(graph.cycles())


def _topics(project: Project) -> Iterator[Diagnostic]:
    read = {topic for use in uses(project) if not use.writes for topic in topics_of(use.table)}
    read |= {topic for queue in project.of(Relation) for topic in queue.topics}
    read |= {topic for c in project.of(Connector) if _SINK in c.config.get(CLASS, "").lower() for topic in c.topics}
    read |= _in_ksql(project)
    for topic in project.of(Topic):
        if topic.id.engine_name not in read:
            yield warning("USE002", f"nobody reads topic `{topic.id.name}`", topic.where, "delete it, or read it")


def _in_ksql(project: Project) -> set[str]:
    """Topics of the objects that queries read, and of sources that no query writes: there people may read."""
    statements = project.of(KsqlStatement)
    written = {statement.object for statement in statements if statement.is_query}
    read = {name for statement in statements for name in statement.reads}
    return {s.topic for s in statements if s.object in read or s.object not in written}
