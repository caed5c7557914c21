"""Superset's assets in an apply: written all at once, owned by id, their charts asked for data at the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from millstream.diagnostics import error
from millstream.engines.control import Owned
from millstream.errors import ProjectError
from millstream.plan import Action
from millstream.project.model import Kind, ResourceId, SupersetAsset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from millstream.apply.target import Engines
    from millstream.engines.control import Lock
    from millstream.observation import Observation
    from millstream.plan import Change
    from millstream.project.model import Project

CODE = "SUP100"
NOT_OWNED = "was not made by an apply; it becomes the project's"
# What stands on others goes first.
KINDS = (Kind.SUPERSET_DASHBOARD, Kind.SUPERSET_CHART, Kind.SUPERSET_DATASET, Kind.SUPERSET_DATABASE)
# PostgreSQL's and ClickHouse's words for a table that is not there.
_NO_TABLE = ("does not exist", "UNKNOWN_TABLE", "Unknown table")


def observe(project: Project, target: str, engines: Engines) -> Mapping[ResourceId, Observation]:
    """Compare every asset with the live one.

    One that nobody owns, such as a chart made in the browser and brought back into a file, is still to be taken over.
    """
    seen = engines.superset.observe(project.of(SupersetAsset))
    if not seen:
        return {}
    owned = {o.name for o in engines.control.ownership.all(project.name) if o.engine == _engine(target)}
    unowned = {asset.id for asset in project.of(SupersetAsset) if asset.uuid not in owned and seen[asset.id].exists}
    return {
        identity: replace(found, differences=(*found.differences, NOT_OWNED)) if identity in unowned else found
        for identity, found in seen.items()
    }


def undeclared(project: Project, target: str, engines: Engines) -> tuple[ResourceId, ...]:
    """The assets that this project made on a target and declares no longer, those that stand on others first."""
    kept = {asset.id for asset in project.of(SupersetAsset)}
    owned = [o.resource for o in engines.control.ownership.all(project.name) if o.engine == _engine(target)]
    found = [identity for text in owned if (identity := _identity(text, project)) not in kept]
    return tuple(sorted(found, key=lambda identity: (KINDS.index(identity.kind), identity.name)))


def _identity(text: str, project: Project) -> ResourceId:
    kind, _, name = text.partition(".")
    return ResourceId(Kind(kind), name.removeprefix(project.namespace), project.namespace)


@dataclass(frozen=True)
class Showing:
    """Superset's part of one apply."""

    project: Project
    target: str
    engines: Engines
    lock: Lock
    apply_id: str
    on_step: Callable[[str, str], None]

    def carry_out(self, changes: Sequence[Change]) -> None:
        """Create and update assets, delete what is declared no longer, and see every chart give data.

        Raises:
            ProjectError: a chart gives an error; everything was written.
            EngineError: Superset refuses; nothing was written.
        """
        if not changes:
            return
        self._write({change.resource: change for change in changes if change.action is not Action.DELETE})
        for step, change in enumerate(c for c in changes if c.action is Action.DELETE):
            self.lock.recheck()
            self.on_step(str(change.resource), change.action)
            with self.engines.control.journal.step(self.apply_id, step, str(change.resource), change.action):
                self._delete(change.resource)
        self._probe()

    def _write(self, changes: Mapping[ResourceId, Change]) -> None:
        declared = self.project.of(SupersetAsset)
        assets = [asset for asset in declared if asset.id in changes]
        if not assets:
            return
        self.lock.recheck()
        for asset in assets:
            change = changes[asset.id]
            self.on_step(str(asset.id), change.action)
            for reason in change.reasons if change.action is Action.UPDATE else ():
                self.on_step(reason, "  overwrite")
            owned = Owned(_engine(self.target), asset.uuid, self.project.name, str(asset.id))
            self.engines.control.ownership.claim(owned)
        # One import is one transaction of Superset's, and so one step.
        with self.engines.control.journal.step(self.apply_id, 0, f"{len(assets)} assets of superset", "import"):
            self.engines.superset.write(assets, declared)

    def _delete(self, resource: ResourceId) -> None:
        for owned in self.engines.control.ownership.all(self.project.name):
            if owned.engine == _engine(self.target) and owned.resource == str(resource):
                self.engines.superset.delete(resource.kind, owned.name)
                self.engines.control.ownership.release(owned.engine, owned.name)

    def _probe(self) -> None:
        """An import is no proof: Superset takes charts that can only show an error."""
        declared = self.project.of(SupersetAsset)
        charts = {asset.id: asset for asset in declared if asset.id.kind is Kind.SUPERSET_CHART}
        self.on_step(f"{len(charts)} chart(s)", "ask for data")
        found = []
        for identity, trouble in self.engines.superset.probe(tuple(charts.values()), declared).items():
            if any(word in trouble for word in _NO_TABLE) and _stands_on_mart(charts[identity], self.project):
                self.on_step(str(identity), "waits for dbt")
            else:
                found.append(error(CODE, f"it shows an error: {trouble}", charts[identity].where))
        if found:
            raise ProjectError(f"{len(found)} chart(s) show an error; everything was written", found)


def _stands_on_mart(chart: SupersetAsset, project: Project) -> bool:
    marts = {f"{project.namespace}{mart.name}" for mart in project.marts}
    dataset = next(asset for asset in project.of(SupersetAsset) if asset.id in chart.needs)
    written = str(dataset.document.get("sql", ""))
    return dataset.document["table_name"] in marts or any(mart in written for mart in marts)


def _engine(target: str) -> str:
    """Two targets may share a control database and still have a Superset each."""
    return f"superset of {target}"
