"""Options that let rows disappear without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, warning
from millstream.project.model import FlinkTable, Job, Project
from millstream.rules.job_settings import settings_of
from millstream.rules.uses import uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph
    from millstream.sql import Option

_LOSING = {
    ("sink.delivery-guarantee", "none"): ("rows are lost when a job fails", "write at-least-once or exactly-once"),
    ("scan.startup.mode", "latest-offset"): (
        "what is in the topic when the job first starts is skipped",
        "write earliest-offset",
    ),
    ("properties.auto.offset.reset", "latest"): (
        "what is in the topic when a group has no offset is skipped",
        "write earliest",
    ),
    ("table.exec.sink.not-null-enforcer", "drop"): (
        "rows with a null in a NOT NULL column are dropped",
        "filter them where they can be seen, into a dead letter topic",
    ),
}
_IGNORED = ".ignore-parse-errors"


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """FLK013: parse errors are ignored, a start skips rows, a sink guarantees nothing."""
    options = [o for table in project.of(FlinkTable) if table.content for o in table.content.options]
    options += [option for use in uses(project) for option in use.hints]
    options += [option for job in project.of(Job) for option in settings_of(job)]
    yield from dict.fromkeys(found for option in options for found in _losing(option))


def _losing(option: Option) -> Iterator[Diagnostic]:
    value = option.value.lower()
    loss, mend = _LOSING.get((option.key, value), ("", ""))
    if option.key.endswith(_IGNORED) and value == "true":
        loss = "a record that does not parse is dropped, or its fields become null"
        mend = "read format raw, and send what cannot be read to a dead letter topic"
    if loss:
        yield warning("FLK013", f"`{option.key}` = `{option.value}`: {loss}", option.where, mend)
