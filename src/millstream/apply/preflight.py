"""Ask Flink's own planner about the jobs of a plan before anything is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Severity
from millstream.errors import ProjectError
from millstream.flinkplan.jobs import diagnose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from millstream.flinkplan.client import Planner
    from millstream.project.model import Job, Project


def check(project: Project, jobs: Iterable[Job], planner: Planner, variables: Mapping[str, str]) -> None:
    """Plan every job, and refuse the lot when one cannot be planned, or its plan would give wrong results.

    Raises:
        ProjectError: with one diagnostic for each finding, placed in the user's file.
    """
    found = [d for d in diagnose(project, jobs, planner, variables) if d.severity is Severity.ERROR]
    if found:
        raise ProjectError(f"Flink's planner refuses {len(found)} statement(s); nothing was changed", found)
