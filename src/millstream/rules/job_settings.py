"""Jobs set only what belongs to one job."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.project.model import Job, Project
from millstream.sql import is_setting, setting
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph
    from millstream.sql import Option, Statement

# What a job may decide for itself (Flink docs, "Configuration" and "Table API & SQL: Configuration"). Left out on
# purpose: what millstream decides (name, parameters, checkpoint folder, restore path), what the cluster decides, and
# what would change the ids of operators (`table.plan.*`, `table.exec.uid.*`).
ALLOWED = (
    "execution.buffer-timeout.*",
    "execution.checkpointing.incremental",
    "execution.checkpointing.interval",
    "execution.checkpointing.max-concurrent-checkpoints",
    "execution.checkpointing.min-pause",
    "execution.checkpointing.timeout",
    "execution.checkpointing.tolerable-failed-checkpoints",
    "execution.checkpointing.unaligned.*",
    "parallelism.default",
    "pipeline.auto-watermark-interval",
    "pipeline.max-parallelism",
    "pipeline.object-reuse",
    "pipeline.operator-chaining.*",
    "pipeline.watermark-alignment.*",
    "restart-strategy.*",
    "state.backend.rocksdb.*",
    "state.backend.type",
    "table.exec.*",
    "table.local-time-zone",
    "table.optimizer.*",
)
REFUSED = ("table.exec.uid.*",)


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """FLK001: a `SET` of a key that is not the job's to decide."""
    for job in project.of(Job):
        for statement, pair in _settings(job):
            if not is_allowed(pair.key):
                mend = did_you_mean(pair.key, ALLOWED, "remove it; docs/diagnostics.md lists what a job may set")
                yield error("FLK001", f"`{pair.key}` is not for a job to set", statement.where, mend)


def _settings(job: Job) -> Iterator[tuple[Statement, Option]]:
    for statement in job.source.file.statements if job.source else ():
        pair = setting(statement) if is_setting(statement) else None
        if pair is not None:
            yield statement, pair


def settings_of(job: Job) -> tuple[Option, ...]:
    """The settings at the head of a job's file, with the places of their values."""
    return tuple(pair for _, pair in _settings(job))


def setting_place(job: Job, key: str) -> SourceRange | None:
    """Where a job sets a key; the job itself when it does not."""
    return next((statement.where for statement, pair in _settings(job) if pair.key == key), job.where)


def is_allowed(key: str) -> bool:
    """Whether a job may set this key."""
    return any(fnmatchcase(key, p) for p in ALLOWED) and not any(fnmatchcase(key, p) for p in REFUSED)
