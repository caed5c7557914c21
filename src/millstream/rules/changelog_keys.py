"""The key of a sink is the key by which the query's changes are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.compiled import NOTHING
from millstream.diagnostics import Diagnostic, warning
from millstream.graph import topics_of
from millstream.project.model import FlinkTable, Job, Project, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.compiled import CompiledPlan, Node
    from millstream.project.model import ResourceId

_INSERTS = ["INSERT"]


def check(project: Project, plans: Mapping[ResourceId, CompiledPlan]) -> Iterator[Diagnostic]:
    """LND021: another message key than the changes have. LND022: another primary key."""
    tables = {table.id.name: table for table in project.of(FlinkTable)}
    topics = {topic.id.engine_name: topic.partitions for topic in project.of(Topic)}
    for job in project.of(Job):
        for operator in plans.get(job.id, NOTHING):
            table = tables.get(operator.table or "")
            if operator.kind == "sink" and table and operator.content.get("inputChangelogMode") != _INSERTS:
                partitions = max((topics.get(name, 0) for name in topics_of(table)), default=0)
                yield from _keys(table, job, operator, partitions)


def _keys(table: FlinkTable, job: Job, sink: Node, partitions: int) -> Iterator[Diagnostic]:
    changed_by = [table.columns[i].name for i in sink.content.get("inputUpsertKey") or () if i < len(table.columns)]
    message_key = [name for name in table.options.get("key.fields", "").split(";") if name]
    told_apart = f"({', '.join(changed_by)})" if changed_by else "no key that Flink can see"
    if sink.content.get("requireUpsertMaterialize"):
        summary = (
            f"`{table.id.name}` has primary key ({', '.join(table.primary_key)}), but the rows of this job have "
            f"{told_apart}: Flink keeps them all to tell which one stays"
        )
        yield warning("LND022", summary, job.where, "declare the rows' own key, or group by the table's")
    elif table.connector == "kafka" and changed_by and not _stay_together(table, message_key, changed_by, partitions):
        keyed = f"is keyed by ({', '.join(message_key)})" if message_key else "has no `key.fields`"
        summary = (
            f"`{table.id.name}` {keyed}, but its rows change by {told_apart}: "
            "changes of one row may get into different partitions and overtake each other"
        )
        where = next((o.where for o in table.content.options if o.key == "key.fields"), None) if table.content else None
        yield warning("LND021", summary, where or table.where, "key it by columns of the rows' own key")


def _stay_together(table: FlinkTable, message_key: list[str], changed_by: list[str], partitions: int) -> bool:
    """Whether all changes of a row go to one partition; of a topic nobody declares, that is not known to be wrong."""
    if partitions <= 1 or table.options.get("sink.partitioner") == "fixed":
        return True
    return bool(message_key) and set(message_key) <= set(changed_by)
