"""Event time stands on the order of records, and on a reader for every partition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.compiled import NOTHING
from millstream.diagnostics import Diagnostic, error, warning
from millstream.graph import topics_of
from millstream.project.model import FlinkTable, Project, Topic
from millstream.rules.durations import milliseconds
from millstream.rules.idle_timeouts import JOB, TABLE
from millstream.rules.job_settings import setting_place
from millstream.rules.uses import Use, uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from millstream.compiled import CompiledPlan, Node
    from millstream.project.model import ResourceId

PARALLELISM = "parallelism.default"
PARTITIONER = "sink.partitioner"
# Operators that hand rows on one by one, as they come.
_PASSING = {
    "table-source-scan", "calc", "correlate", "watermark-assigner", "union", "mini-batch-assigner", "sink",
    "exchange", "drop-update-before",
}  # fmt: skip
_ON_TIME = {
    "window-aggregate", "local-window-aggregate", "global-window-aggregate", "window-rank", "window-deduplicate",
    "window-join", "group-window-aggregate", "interval-join", "temporal-join", "match", "over-aggregate",
    "temporal-sort",
}  # fmt: skip


def check(project: Project, plans: Mapping[ResourceId, CompiledPlan]) -> Iterator[Diagnostic]:
    """FLK015: a job mixes up records whose reader waits for a fixed time. FLK016: more readers than partitions."""
    partitions = {topic.id.engine_name: topic.partitions for topic in project.of(Topic)}
    found = [use for use in uses(project) if "kafka" in use.table.connector]
    timed = [
        use
        for use in found
        if not use.writes and use.table.watermark and _ON_TIME & _kinds(plans.get(use.job.id, NOTHING))
    ]
    readers = {topic: use.table for use in reversed(timed) for topic in topics_of(use.table)}
    for use in found:
        reader = next((readers[topic] for topic in topics_of(use.table) if topic in readers), None)
        if use.writes and reader:
            yield from _mixed(use, reader, plans.get(use.job.id, NOTHING), found, partitions)
    for use in timed:
        yield from _too_many(use, partitions)


def _kinds(plan: Iterable[Node]) -> set[str]:
    return {operator.kind for operator in plan}


def _mixed(
    use: Use, reader: FlinkTable, plan: CompiledPlan, found: Sequence[Use], partitions: Mapping[str, int]
) -> Iterator[Diagnostic]:
    """Under a backlog partitions are read at their own pace: their records are as far apart as the backlog is long."""
    if not _passes_on(use.table, plan):
        return
    read = {topic for other in found if other.job is use.job and not other.writes for topic in topics_of(other.table)}
    inputs = sum(partitions.get(topic, 1) for topic in read)
    if inputs <= 1:
        return
    after = f"after a backlog the delay in the watermark of `{reader.id.name}` is too short, and rows are left out"
    subtasks = dict(use.job.settings).get(PARALLELISM, "")
    if use.options.get(PARTITIONER, "default") != "fixed":
        summary = f"records of {inputs} partitions are mixed in each of `{use.table.id.name}`: {after}"
        yield warning("FLK015", summary, use.place(PARTITIONER), f"write '{PARTITIONER}' = 'fixed'")
    elif len(read) > 1:
        summary = f"records of {len(read)} topics are mixed in `{use.table.id.name}`: {after}"
        yield warning("FLK015", summary, use.where, "write each topic by a job of its own, into a table of its own")
    elif subtasks.isdigit() and int(subtasks) < inputs:
        summary = f"{subtasks} subtask(s) of `{use.job.id.name}` mix the records of {inputs} partitions: {after}"
        mend = f"write SET '{PARALLELISM}' = '{inputs}'"
        yield warning("FLK015", summary, setting_place(use.job, PARALLELISM), mend)


def _passes_on(table: FlinkTable, plan: CompiledPlan) -> bool:
    """Whether rows reach the table one by one; a window or join gives them in an order of its own."""
    above = [node for node in plan if node.kind == "sink" and node.table == table.id.name]
    for node in above:
        above += [below for below in plan.inputs_of(node) if below not in above]
    return bool(above) and _kinds(above) <= _PASSING


def _too_many(use: Use, partitions: Mapping[str, int]) -> Iterator[Diagnostic]:
    """A subtask without a partition has no watermark, and the smallest one counts."""
    settings = dict(use.job.settings)
    key = "scan.parallelism" if "scan.parallelism" in use.options else PARALLELISM
    subtasks = use.options.get(key, settings.get(key, ""))
    declared = [partitions[topic] for topic in topics_of(use.table) if topic in partitions]
    idle = milliseconds(settings.get(JOB, "")) or milliseconds(use.options.get(TABLE, ""))
    if declared and subtasks.isdigit() and int(subtasks) > sum(declared) and not idle:
        where = use.place(key) if key in use.options else setting_place(use.job, key)
        summary = (
            f"{subtasks} subtasks read {sum(declared)} partition(s) of `{use.table.id.name}`: "
            "one without a partition holds event time back for ever"
        )
        yield error("FLK016", summary, where, f"write 'scan.parallelism' = '{sum(declared)}' in the table or a hint")
