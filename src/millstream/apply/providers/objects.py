"""Topics, tables and views: created by their engine one by one, and never dropped, since they hold somebody's data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from millstream.apply.providers.provider import Provider
from millstream.plan import Action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.apply.providers.provider import Steps
    from millstream.engines.clickhouse import ClickHouse
    from millstream.engines.protocol import Engine
    from millstream.observation import Observation
    from millstream.plan import Change
    from millstream.project.model import Kind, Project, Resource, ResourceId


@dataclass(frozen=True)
class Objects(Provider):
    """What one engine holds of a project.

    Args:
        engine: Kafka or a database.
        project: what is declared.
        kinds: what the engine holds.
    """

    engine: Engine[Any]
    project: Project
    kinds: frozenset[Kind]

    def observe(self) -> Mapping[ResourceId, Observation]:
        """Compare each object with its declaration."""
        return self.engine.observe(list(self._declared().values()))

    def carry_out(self, changes: Sequence[Change], steps: Steps) -> None:
        """Create what is not there."""
        declared = self._declared()
        for change in changes:
            with steps.take(str(change.resource), change.action):
                self._make(change, declared[change.resource])

    def _make(self, change: Change, resource: Resource) -> None:  # noqa: ARG002 - a view may have to be made again
        self.engine.create(resource)

    def _declared(self) -> dict[ResourceId, Resource]:
        return {resource.id: resource for resource in self.project.resources if resource.id.kind in self.kinds}


@dataclass(frozen=True)
class Relations(Objects):
    """Tables and views of ClickHouse: what holds no rows is made again in place."""

    engine: ClickHouse

    def _make(self, change: Change, resource: Any) -> None:
        (self.engine.replace if change.action is Action.REPLACE else self.engine.create)(resource)
