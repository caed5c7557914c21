"""A dimension that counts as idle lets event time pass it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, warning
from millstream.project.model import FlinkView, Job, Project
from millstream.rules.durations import milliseconds
from millstream.rules.job_settings import setting_place
from millstream.rules.uses import uses
from millstream.sql import table_name
from millstream.sql.hints import name_before
from millstream.sql.names import name_at
from millstream.sql.tokens import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.graph import Graph
    from millstream.sql import Statement

TABLE = "scan.watermark.idle-timeout"
JOB = "table.exec.source.idle-timeout"
_MEND = "remove it, and let a heartbeat row in the dimension move its watermark"


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """FLK014: an idle time-out on the versioned table of a temporal join.

    While a change of the table is under way for longer than the time-out, rows join what it was before, silently.
    """
    views = {view.id.name: view for view in project.of(FlinkView)}
    versioned = {job.id: _versioned(job, views) for job in project.of(Job)}
    for use in uses(project):
        # Without a watermark the join is a lookup, which asks for the present.
        if use.table.id.name in versioned[use.job.id] and use.table.watermark:
            if milliseconds(use.options.get(TABLE, "")):
                summary = f"`{use.table.id.name}` is idle after a time: rows then join what it was before a late change"
                yield warning("FLK014", summary, use.place(TABLE), _MEND)
            if milliseconds(dict(use.job.settings).get(JOB, "")):
                summary = f"`{use.table.id.name}` is joined as of a time and may count as idle: rows then join old ones"
                yield warning("FLK014", summary, setting_place(use.job, JOB), _MEND)


def _versioned(job: Job, views: Mapping[str, FlinkView]) -> set[str]:
    """Names of the tables and views joined `FOR SYSTEM_TIME AS OF`, and of what such views read."""
    statements = [s for s in (job.source, *(views[n].source for n in job.requires if n in views)) if s]
    found = [name for statement in statements for name in _joined(statement)]
    for name in found:
        found += [below for below in views[name].reads if below not in found] if name in views else []
    return set(found)


def _joined(statement: Statement) -> Iterator[str]:
    tokens = statement.tokens
    for index in range(1, len(tokens) - 1):
        if word(tokens[index]) == "FOR" and word(tokens[index + 1]) == "SYSTEM_TIME":
            name = name_at(statement.file, tokens, name_before(tokens, index))
            if name:
                yield table_name(name[0])
