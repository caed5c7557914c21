"""HTTP sources in an apply: their declarations live in the control database, where the sources process reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from millstream.engines.control import AppliedSource
from millstream.observation import ABSENT, Observation
from millstream.plan import Action
from millstream.project.http_source import HttpDeclaration
from millstream.project.model import HttpSource, Kind, ResourceId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.engines.control import Control
    from millstream.plan import Change
    from millstream.project.model import Project


def observe(project: Project, target: str, control: Control) -> Mapping[ResourceId, Observation]:
    """Compare every declared source with the one that was applied.

    Raises:
        EngineError: the control database is away.
    """
    applied = {source.resource: source for source in control.sources.current(project.name, target)}
    return {source.id: _compare(source, applied.get(str(source.id))) for source in project.of(HttpSource)}


def _compare(source: HttpSource, applied: AppliedSource | None) -> Observation:
    if applied is None:
        return ABSENT
    try:
        running = HttpDeclaration.model_validate(applied.declaration)
    except ValidationError:
        return Observation(exists=True, differences=("was applied by another version of millstream",))
    keys = HttpDeclaration.model_fields
    differing = [key for key in keys if getattr(running, key) != getattr(source.declaration, key)]
    return Observation(exists=True, differences=tuple(f"`{key}` changed" for key in differing))


def undeclared(project: Project, target: str, control: Control) -> tuple[ResourceId, ...]:
    """The sources that were applied and are declared no longer."""
    kept = {str(source.id) for source in project.of(HttpSource)}
    return tuple(
        ResourceId(Kind.HTTP_SOURCE, source.name, source.namespace)
        for source in control.sources.current(project.name, target)
        if source.resource not in kept
    )


def carry_out(change: Change, project: Project, target: str, control: Control) -> None:
    """Make a declaration the one that runs, or let it run no longer; the sources process looks every second."""
    name = str(change.resource)
    if change.action is Action.DELETE:
        control.sources.drop(project.name, target, name)
        return
    declared = next(source.declaration for source in project.of(HttpSource) if source.id == change.resource)
    content = declared.model_dump(mode="json")
    control.sources.apply(
        AppliedSource(project.name, target, name, change.resource.name, change.resource.namespace, content)
    )
