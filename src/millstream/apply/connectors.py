"""Connectors in an apply: checked by Connect before anything is changed, owned by name, seen running at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import error
from millstream.engines.control import Owned
from millstream.errors import ProjectError
from millstream.plan import Action
from millstream.project.model import Connector, Kind, ResourceId

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from millstream.apply.target import Engines
    from millstream.engines.connect import Connect
    from millstream.plan import Change
    from millstream.project.model import Project

CODE = "CON100"


def declared(project: Project, changes: Iterable[Change]) -> list[Connector]:
    """The connectors that a plan creates or updates."""
    changed = {change.resource for change in changes}
    return [connector for connector in project.of(Connector) if connector.id in changed]


def check(connectors: Iterable[Connector], connect: Connect) -> None:
    """Have Connect and the connectors' own plugins judge every setting.

    Raises:
        ProjectError: with one diagnostic for each refusal, placed at its key.
    """
    found = [
        error(CODE, f"`{refusal.key}`: {refusal.message}", connector.places.get(refusal.key, connector.where))
        for connector in connectors
        for refusal in connect.validate(connector)
    ]
    if found:
        raise ProjectError(f"Kafka Connect refuses {len(found)} setting(s); nothing was changed", found)


def undeclared(project: Project, target: str, engines: Engines) -> tuple[ResourceId, ...]:
    """The connectors that this project created on a target and declares no longer."""
    owned = [o.name for o in engines.control.ownership.all(project.name) if o.engine == _engine(target)]
    kept = {connector.id.engine_name for connector in project.of(Connector)}
    return tuple(
        ResourceId(Kind.CONNECTOR, name.removeprefix(project.namespace), project.namespace)
        for name in owned
        if name not in kept
    )


def carry_out(change: Change, connectors: Sequence[Connector], project: Project, target: str, engines: Engines) -> None:
    """Create, update or delete one connector."""
    name, engine = change.resource.engine_name, _engine(target)
    if change.action is Action.DELETE:
        engines.connect.delete(name)
        engines.control.ownership.release(engine, name)
        return
    connector = next(connector for connector in connectors if connector.id == change.resource)
    engines.control.ownership.claim(Owned(engine, name, project.name, str(change.resource)))
    if change.action is Action.CREATE:
        engines.connect.create(connector)
    else:
        engines.connect.update(connector)


def _engine(target: str) -> str:
    """Two targets may share a control database and still have a Connect cluster each."""
    return f"connect of {target}"
