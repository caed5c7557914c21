"""HTTP sources: their declarations live in the control database, where the sources process reads them each second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from millstream.apply.providers.provider import Provider
from millstream.engines.control import AppliedSource
from millstream.observation import ABSENT, Observation
from millstream.plan import Action
from millstream.project.http_source import HttpDeclaration
from millstream.project.model import HttpSource, Kind, ResourceId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.apply.providers.provider import Steps
    from millstream.engines.control import Sources
    from millstream.plan import Change
    from millstream.project.model import Project


@dataclass(frozen=True)
class HttpSources(Provider):
    """The HTTP sources of a project.

    Args:
        sources: those that were applied.
        project: what is declared.
        target: its name.
    """

    kinds = frozenset({Kind.HTTP_SOURCE})
    sources: Sources
    project: Project
    target: str

    def observe(self) -> Mapping[ResourceId, Observation]:
        """Compare every declared source with the one that was applied."""
        applied = {source.resource: source for source in self._applied()}
        return {source.id: _compare(source, applied.get(str(source.id))) for source in self.project.of(HttpSource)}

    def undeclared(self) -> Sequence[ResourceId]:
        """The sources that were applied and are declared no longer."""
        kept = {str(source.id) for source in self.project.of(HttpSource)}
        return [
            ResourceId(Kind.HTTP_SOURCE, source.name, source.namespace)
            for source in self._applied()
            if source.resource not in kept
        ]

    def carry_out(self, changes: Sequence[Change], steps: Steps) -> None:
        """Make declarations those that run, or let them run no longer."""
        for change in changes:
            with steps.take(str(change.resource), change.action):
                if change.action is Action.DELETE:
                    self.sources.drop(self.project.name, self.target, str(change.resource))
                else:
                    self._apply(change.resource)

    def _apply(self, resource: ResourceId) -> None:
        declared = next(source.declaration for source in self.project.of(HttpSource) if source.id == resource)
        content = declared.model_dump(mode="json")
        place = (self.project.name, self.target, str(resource))
        self.sources.apply(AppliedSource(*place, resource.name, resource.namespace, content))

    def _applied(self) -> Sequence[AppliedSource]:
        return self.sources.current(self.project.name, self.target)


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
