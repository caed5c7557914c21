"""Exactly-once sinks of Kafka: their transactions belong to one job, are committed, and live long enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, error
from millstream.rules.durations import milliseconds
from millstream.rules.job_settings import setting_place
from millstream.rules.uses import Use, uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph
    from millstream.project.model import Project

PREFIX = "sink.transactional-id-prefix"
TIMEOUT = "properties.transaction.timeout.ms"
INTERVAL = "execution.checkpointing.interval"
CHECKPOINT_TIMEOUT = "execution.checkpointing.timeout"
_HOUR = 3_600_000
# What jobs are submitted with, see `flinkplan`; Flink's own default time-out of a checkpoint.
_INTERVAL = 2_000
_CHECKPOINT = 600_000


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """KAF001 to KAF003, for every exactly-once sink of every job."""
    sinks = [use for use in uses(project) if _is_exactly_once(use)]
    yield from _shared(sinks)
    for use in sinks:
        yield from _never_committed(use)
        yield from _too_short(use)


def _is_exactly_once(use: Use) -> bool:
    guarantee = use.options.get("sink.delivery-guarantee", "")
    return use.writes and "kafka" in use.table.connector and guarantee.lower() == "exactly-once"


def _shared(sinks: list[Use]) -> Iterator[Diagnostic]:
    """Whoever opens a transaction under a used id fences the other one off (Kafka, `initTransactions`)."""
    first: dict[str, Use] = {}
    for use in sinks:
        prefix = use.options.get(PREFIX, "")
        other = first.setdefault(prefix, use)
        if prefix and other is not use:
            summary = f"jobs `{other.job.id.name}` and `{use.job.id.name}` write with one transactional prefix"
            if other.job is use.job:
                summary = f"two sinks of job `{use.job.id.name}` write with one transactional prefix"
            own = f"{use.job.id.name}-{use.table.id.name}"
            mend = f"give each its own: /*+ OPTIONS('{PREFIX}' = '${{NS:-}}{own}') */"
            yield error("KAF001", f"{summary}: they abort each other's transactions", use.where, mend)


def _never_committed(use: Use) -> Iterator[Diagnostic]:
    written = dict(use.job.settings).get(INTERVAL, "")
    if written and not milliseconds(written):
        summary = f"`{use.table.id.name}` is written exactly once, which needs checkpoints: nothing is ever committed"
        yield error("KAF002", summary, setting_place(use.job, INTERVAL), "set an interval such as '2 s', or remove it")


def _too_short(use: Use) -> Iterator[Diagnostic]:
    """A transaction stays open from one checkpoint to the end of the next (Flink docs, "Kafka Connector").

    Without the option the connector asks for an hour.
    """
    settings = dict(use.job.settings)
    lives = milliseconds(use.options.get(TIMEOUT, "")) or _HOUR
    interval = milliseconds(settings.get(INTERVAL, "")) or _INTERVAL
    lasts = milliseconds(settings.get(CHECKPOINT_TIMEOUT, "")) or _CHECKPOINT
    if lives < interval + lasts:
        summary = (
            f"the broker aborts a transaction after {lives / 1000:g} s, but checkpoints of `{use.job.id.name}` may be "
            f"{(interval + lasts) / 1000:g} s apart: rows are lost"
        )
        mend = f"write '{TIMEOUT}' = '86400000', which outlives a night; the broker must allow it"
        yield error("KAF003", summary, use.place(TIMEOUT), mend)
