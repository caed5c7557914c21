"""A consumer group has one reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, error, warning
from millstream.project.model import Project, Relation
from millstream.rules.uses import Use, uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph
    from millstream.sql import Option

GROUP = "properties.group.id"
_STARTS = "scan.startup.mode"
# More names than that help nobody.
_NAMED = 4


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """KAF004: several jobs commit offsets under one group. KAF005: ClickHouse queues divide a group's partitions."""
    yield from _of_jobs(project)
    yield from _of_queues(project)


def _of_jobs(project: Project) -> Iterator[Diagnostic]:
    """Flink assigns partitions itself, so nothing is lost: but what is committed, and started from, is anybody's."""
    groups: dict[str, list[Use]] = {}
    for use in uses(project):
        if not use.writes and use.options.get(GROUP):
            groups.setdefault(use.options[GROUP], []).append(use)
    for group, members in groups.items():
        jobs = sorted({use.job.id.name for use in members})
        if len(jobs) > 1:
            # Without the option Flink starts from the group's offsets.
            start = any(use.options.get(_STARTS, "group-offsets") == "group-offsets" for use in members)
            does = (
                "start from each other's offsets" if start else "overwrite each other's offsets, so lag means nothing"
            )
            listed = ", ".join(jobs[:_NAMED]) + (f" and {len(jobs) - _NAMED} more" if len(jobs) > _NAMED else "")
            summary = f"jobs {listed} share consumer group `{group}`: they {does}"
            yield warning("KAF004", summary, members[0].place(GROUP), f"give each a `{GROUP}` of its own, by a hint")


def _of_queues(project: Project) -> Iterator[Diagnostic]:
    first: dict[tuple[str, str], tuple[Relation, Option]] = {}
    for queue in project.of(Relation):
        group = (
            next((s for s in queue.content.settings if s.key == "kafka_group_name"), None) if queue.content else None
        )
        for topic in queue.topics if group else ():
            if group is None:
                continue
            other, _ = first.setdefault((group.value, topic), (queue, group))
            if other is not queue:
                summary = f"`{queue.id.name}` and `{other.id.name}` share consumer group `{group.value}`"
                mend = "give each queue a group of its own"
                yield error("KAF005", f"{summary}: each gets only some of the rows", group.where, mend)
