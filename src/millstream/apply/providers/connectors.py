"""Kafka Connect: connectors are checked by it before anything is changed, owned by name, seen running at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.apply.providers.provider import Provider
from millstream.diagnostics import error
from millstream.engines.control import Owned
from millstream.errors import ProjectError
from millstream.plan import Action
from millstream.project.model import Connector, Kind, ResourceId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from millstream.apply.providers.provider import Steps
    from millstream.engines.connect import Connect
    from millstream.engines.control import Ownership
    from millstream.observation import Observation
    from millstream.plan import Change
    from millstream.project.model import Project

CODE = "CON100"


@dataclass(frozen=True)
class Connectors(Provider):
    """The connectors of a project.

    Args:
        connect: the cluster of workers.
        ownership: which of its connectors are whose.
        project: what is declared.
        target: its name.
    """

    kinds = frozenset({Kind.CONNECTOR})
    connect: Connect
    ownership: Ownership
    project: Project
    target: str

    def observe(self) -> Mapping[ResourceId, Observation]:
        """Compare each connector's settings and state with its file."""
        return self.connect.observe(self.project.of(Connector))

    def undeclared(self) -> Sequence[ResourceId]:
        """The connectors that this project created and declares no longer."""
        owned = [o.name for o in self.ownership.all(self.project.name) if o.engine == self._engine]
        kept = {connector.id.engine_name for connector in self.project.of(Connector)}
        namespace = self.project.namespace
        return [
            ResourceId(Kind.CONNECTOR, name.removeprefix(namespace), namespace) for name in owned if name not in kept
        ]

    def check(self, changes: Sequence[Change]) -> None:
        """Have Connect and the connectors' own plugins judge every setting.

        Raises:
            ProjectError: with one diagnostic for each refusal, placed at its key.
        """
        found = [
            error(CODE, f"`{refusal.key}`: {refusal.message}", connector.places.get(refusal.key, connector.where))
            for connector in self._declared(changes)
            for refusal in self.connect.validate(connector)
        ]
        if found:
            raise ProjectError(f"Kafka Connect refuses {len(found)} setting(s); nothing was changed", found)

    def carry_out(self, changes: Sequence[Change], steps: Steps) -> None:
        """Create, update and delete connectors."""
        declared = {connector.id: connector for connector in self.project.of(Connector)}
        for change in changes:
            with steps.take(str(change.resource), change.action):
                if change.action is Action.DELETE:
                    self._delete(change.resource.engine_name)
                else:
                    self._make(declared[change.resource], change.action)

    def settle(self, changes: Sequence[Change], tell: Callable[[str, str], None]) -> None:
        """See them run; at the end, for a source that is away keeps no job from starting."""
        for connector in self._declared(changes):
            tell(str(connector.id), f"see it {connector.state}")
            self.connect.settle(connector)

    def _make(self, connector: Connector, action: Action) -> None:
        name = connector.id.engine_name
        self.ownership.claim(Owned(self._engine, name, self.project.name, str(connector.id)))
        (self.connect.create if action is Action.CREATE else self.connect.update)(connector)

    def _delete(self, name: str) -> None:
        self.connect.delete(name)
        self.ownership.release(self._engine, name)

    def _declared(self, changes: Iterable[Change]) -> list[Connector]:
        changed = {change.resource for change in changes}
        return [connector for connector in self.project.of(Connector) if connector.id in changed]

    @property
    def _engine(self) -> str:
        """Two targets may share a control database and still have a Connect cluster each."""
        return f"connect of {self.target}"
