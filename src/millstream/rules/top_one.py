"""A Top-1 that Flink believes never to change its mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.compiled import NOTHING
from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.project.model import FlinkView, Job, Project
from millstream.sql.tokens import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.compiled import CompiledPlan, Node
    from millstream.project.model import ResourceId
    from millstream.sql import Statement

_MINI_BATCH = "table.exec.mini-batch.enabled"


def check(project: Project, plans: Mapping[ResourceId, CompiledPlan]) -> Iterator[Diagnostic]:
    """FLK012: a Top-1 whose corrections are lost.

    Since 2.1 Flink plans a `ROW_NUMBER() … = 1` over rows that are never taken back as insert-only, unless its only
    order column is descending or mini-batches are on (`RankUtil.isDeduplication` and
    `FlinkChangelogModeInferenceProgram`). That holds only by a time attribute, where another operator is planned.
    """
    for job in project.of(Job):
        if dict(job.settings).get(_MINI_BATCH, "").lower() == "true":
            continue
        for operator in plans.get(job.id, NOTHING):
            if _never_corrects(operator):
                keys = [operator.fields[index] for index in operator.content["partition"].get("fields", ())]
                by = f" by {', '.join(keys)}" if keys else ""
                summary = f"Flink takes this Top-1{by} for one that never changes: what it takes back is lost"
                mend = f"order by one column, descending (negate it), or set '{_MINI_BATCH}' = 'true'"
                yield error("FLK012", summary, _place(project, job, keys), mend)


def _never_corrects(operator: Node) -> bool:
    content = operator.content
    if operator.kind != "rank" or content.get("outputRowNumber") or content.get("rankType") != "ROW_NUMBER":
        return False
    first = content["rankRange"].get("start") == 1 and content["rankRange"].get("end") == 1
    # Flink chooses this strategy for an input without updates.
    grows = content["rankStrategy"].get("type") == "AppendFast"
    order = content["orderBy"].get("fields", ())
    last_wins = len(order) == 1 and not order[0].get("isAscending")
    return first and grows and not last_wins


def _place(project: Project, job: Job, keys: Sequence[str]) -> SourceRange | None:
    """Where the ranking is written: in the job or in a view it reaches, told apart by its keys."""
    views = [view for view in project.of(FlinkView) if view.id.name in job.requires]
    found = [place for r in (job, *views) if r.source is not None for place in _rankings(r.source)]
    same = [where for where, partition in found if partition == [key.upper() for key in keys]]
    return next(iter(same or [where for where, _ in found]), job.where)


def _rankings(statement: Statement) -> Iterator[tuple[SourceRange, list[str]]]:
    """Each `ROW_NUMBER() OVER (PARTITION BY …)`, with the last words of its partition columns."""
    words = [word(token) or token.text.upper() for token in statement.tokens]
    for index, token in enumerate(statement.tokens):
        if words[index] == "ROW_NUMBER":
            behind = words[index : index + 64]
            start = behind.index("BY") + 1 if "PARTITION" in behind else 0
            end = behind.index("ORDER") if "ORDER" in behind else start
            names = "".join(behind[start:end]).split(",")
            yield (
                statement.file.where(token.start, token.end + 1),
                [name.rpartition(".")[2] for name in names if name],
            )
