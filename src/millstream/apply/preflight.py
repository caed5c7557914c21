"""Ask Flink's own planner about the jobs of a plan before anything is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Severity
from millstream.errors import ProjectError
from millstream.flinkplan.jobs import look

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from millstream.compiled import CompiledPlan
    from millstream.flinkplan.client import Planner
    from millstream.project.model import Job, Project, ResourceId


def compiled(
    project: Project, jobs: Iterable[Job], planner: Planner, variables: Mapping[str, str]
) -> Mapping[ResourceId, CompiledPlan]:
    """Compile every job, and refuse the lot when one cannot be planned, or its plan would give wrong results.

    Raises:
        ProjectError: with one diagnostic for each finding, placed in the user's file.
    """
    found = look(project, jobs, planner, variables)
    if errors := [diagnostic for diagnostic in found.diagnostics if diagnostic.severity is Severity.ERROR]:
        raise ProjectError(f"Flink's planner refuses {len(errors)} statement(s); nothing was changed", errors)
    return found.plans
