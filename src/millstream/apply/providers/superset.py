"""Superset: assets are written all at once, owned by id, and their charts asked for data at the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from millstream.apply.providers.provider import Provider
from millstream.diagnostics import error
from millstream.engines.control import Owned
from millstream.errors import ProjectError
from millstream.plan import Action
from millstream.project.model import Kind, ResourceId, SupersetAsset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from millstream.apply.providers.provider import Steps
    from millstream.engines.control import Ownership
    from millstream.engines.superset import Superset
    from millstream.observation import Observation
    from millstream.plan import Change
    from millstream.project.model import Project

CODE = "SUP100"
NOT_OWNED = "was not made by an apply; it becomes the project's"
# What stands on others goes first.
ORDER = (Kind.SUPERSET_DASHBOARD, Kind.SUPERSET_CHART, Kind.SUPERSET_DATASET, Kind.SUPERSET_DATABASE)
# PostgreSQL's and ClickHouse's words for a table that is not there.
_NO_TABLE = ("does not exist", "UNKNOWN_TABLE", "Unknown table")


@dataclass(frozen=True)
class Dashboards(Provider):
    """The dashboards of a project, and what they stand on.

    Args:
        superset: where they are shown.
        ownership: which of its assets are whose.
        project: what is declared.
        target: its name.
    """

    kinds = frozenset(ORDER)
    superset: Superset
    ownership: Ownership
    project: Project
    target: str

    def observe(self) -> Mapping[ResourceId, Observation]:
        """Compare every asset with the live one.

        One that nobody owns, such as a chart made in the browser and brought back into a file, is still to be taken
        over.
        """
        seen = self.superset.observe(self._assets)
        if not seen:
            return {}
        owned = {found.name for found in self._owned()}
        unowned = {asset.id for asset in self._assets if asset.uuid not in owned and seen[asset.id].exists}
        return {
            identity: replace(found, differences=(*found.differences, NOT_OWNED)) if identity in unowned else found
            for identity, found in seen.items()
        }

    def undeclared(self) -> Sequence[ResourceId]:
        """The assets that this project made and declares no longer, those that stand on others first."""
        kept = {asset.id for asset in self._assets}
        found = [identity for owned in self._owned() if (identity := self._identity(owned.resource)) not in kept]
        return sorted(found, key=lambda identity: (ORDER.index(identity.kind), identity.name))

    def carry_out(self, changes: Sequence[Change], steps: Steps) -> None:
        """Create and update assets, all or none of them, and delete what is declared no longer."""
        self._write({change.resource: change for change in changes if change.action is not Action.DELETE}, steps)
        for change in changes:
            if change.action is Action.DELETE:
                with steps.take(str(change.resource), change.action):
                    self._delete(change.resource)

    def settle(self, changes: Sequence[Change], tell: Callable[[str, str], None]) -> None:
        """Ask every chart for its data: Superset takes charts that can only show an error."""
        if not changes:
            return
        charts = {asset.id: asset for asset in self._assets if asset.id.kind is Kind.SUPERSET_CHART}
        tell(f"{len(charts)} chart(s)", "ask for data")
        found = []
        for identity, trouble in self.superset.probe(tuple(charts.values()), self._assets).items():
            if any(word in trouble for word in _NO_TABLE) and self._stands_on_mart(charts[identity]):
                tell(str(identity), "waits for dbt")
            else:
                found.append(error(CODE, f"it shows an error: {trouble}", charts[identity].where))
        if found:
            raise ProjectError(f"{len(found)} chart(s) show an error; everything was written", found)

    def _write(self, changes: Mapping[ResourceId, Change], steps: Steps) -> None:
        assets = [asset for asset in self._assets if asset.id in changes]
        if not assets:
            return
        for asset in assets:
            change = changes[asset.id]
            steps.tell(str(asset.id), change.action)
            for reason in change.reasons if change.action is Action.UPDATE else ():
                steps.tell(reason, "  overwrite")
        # One import is one transaction of Superset's, and so one step.
        with steps.take(f"{len(assets)} assets of superset", "import"):
            for asset in assets:
                self.ownership.claim(Owned(self._engine, asset.uuid, self.project.name, str(asset.id)))
            self.superset.write(assets, self._assets)

    def _delete(self, resource: ResourceId) -> None:
        for owned in self._owned():
            if owned.resource == str(resource):
                self.superset.delete(resource.kind, owned.name)
                self.ownership.release(owned.engine, owned.name)

    def _stands_on_mart(self, chart: SupersetAsset) -> bool:
        marts = {f"{self.project.namespace}{mart.name}" for mart in self.project.marts}
        dataset = next(asset for asset in self._assets if asset.id in chart.needs)
        written = str(dataset.document.get("sql", ""))
        return dataset.document["table_name"] in marts or any(mart in written for mart in marts)

    def _identity(self, text: str) -> ResourceId:
        kind, _, name = text.partition(".")
        return ResourceId(Kind(kind), name.removeprefix(self.project.namespace), self.project.namespace)

    def _owned(self) -> list[Owned]:
        return [owned for owned in self.ownership.all(self.project.name) if owned.engine == self._engine]

    @property
    def _assets(self) -> Sequence[SupersetAsset]:
        return self.project.of(SupersetAsset)

    @property
    def _engine(self) -> str:
        """Two targets may share a control database and still have a Superset each."""
        return f"superset of {self.target}"
