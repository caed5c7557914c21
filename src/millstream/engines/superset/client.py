"""Assets of one Superset."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from millstream.engines.superset import live
from millstream.engines.superset.bundle import pack, path
from millstream.engines.superset.differences import differences
from millstream.engines.superset.query import query
from millstream.engines.superset.rest import Rest, reason
from millstream.errors import EngineError
from millstream.observation import ABSENT, Observation
from millstream.project.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

    from millstream.engines.superset.live import LiveAsset
    from millstream.project.model import ResourceId, SupersetAsset

PATHS = {
    Kind.SUPERSET_DATABASE: "database",
    Kind.SUPERSET_DATASET: "dataset",
    Kind.SUPERSET_CHART: "chart",
    Kind.SUPERSET_DASHBOARD: "dashboard",
}
# Superset lists at most this many at once (`FAB_API_MAX_PAGE_SIZE`).
PAGE = 100
# Charts that are asked for data together; the embedded Superset has eight threads.
AT_ONCE = 4


class Superset:
    """Client of one Superset, as one of its administrators.

    Args:
        url: `http://user:password@host:port`.
        transport: what carries the requests, for tests.
    """

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._rest = Rest(url, transport=transport)

    @property
    def address(self) -> str:
        """Where it is, without who asks."""
        return self._rest.address

    def close(self) -> None:
        """Close the connections."""
        self._rest.close()

    def assets(self, names: Mapping[str, str]) -> Mapping[str, LiveAsset]:
        """Everything Superset has, by id; `names` are those of declared assets by id."""
        answer = self._rest.send("GET", "/assets/export/")
        if answer.is_error:
            raise EngineError(f"Superset exports nothing: {reason(answer)}")
        return live.read(answer.content, names)

    def observe(self, resources: Sequence[SupersetAsset]) -> Mapping[ResourceId, Observation]:
        """Compare every declared asset with the live one."""
        if not resources:
            return {}
        found = self.assets({asset.uuid: asset.id.name for asset in resources})
        return {asset.id: _compare(asset, found.get(asset.uuid)) for asset in resources}

    def write(self, changed: Sequence[SupersetAsset], declared: Sequence[SupersetAsset]) -> None:
        """Create or update assets, all or none.

        Args:
            changed: what to write.
            declared: every asset; what the changed ones name, Superset has or gets with them.
        """
        passwords = {path(asset): asset.password for asset in changed if asset.password}
        archive = pack(changed, {asset.id: asset for asset in declared})
        self._rest.ask(
            "POST",
            "/assets/import/",
            files={"bundle": ("assets.zip", archive, "application/zip")},
            data={"passwords": json.dumps(passwords), "sparse": "true"},
        )

    def delete(self, kind: Kind, uuid: str) -> None:
        """Delete an asset; one that is gone already is well.

        Raises:
            EngineError: something that is not the project's stands on it.
        """
        number = self._numbers(kind).get(uuid)
        if number is not None:
            self._rest.ask("DELETE", f"/{PATHS[kind]}/{number}")

    def probe(self, charts: Sequence[SupersetAsset], declared: Sequence[SupersetAsset]) -> Mapping[ResourceId, str]:
        """Ask for each chart's data, as its dashboards do.

        Args:
            charts: what to ask for.
            declared: every asset, their datasets among them.

        Returns:
            What went wrong, by chart.
        """
        numbers = self._numbers(Kind.SUPERSET_DATASET) if charts else {}
        datasets = {asset.id: numbers.get(asset.uuid, 0) for asset in declared}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            troubles = list(pool.map(lambda chart: self._probe(chart, datasets[chart.needs[0]]), charts))
        return {chart.id: trouble for chart, trouble in zip(charts, troubles, strict=True) if trouble}

    def _probe(self, chart: SupersetAsset, dataset: int) -> str:
        asked = {
            "datasource": {"id": dataset, "type": "table"},
            "queries": [query(chart.document.get("params", {}))],
            "force": True,
        }
        answer = self._rest.send("POST", "/chart/data", json=asked)
        if answer.is_error:
            return reason(answer)
        return next((str(r["error"]) for r in answer.json()["result"] if r.get("error")), "")

    def _numbers(self, kind: Kind) -> dict[str, int]:
        """Superset's own numbers of all assets of a kind, by id."""
        found: dict[str, int] = {}
        page: list[dict[str, Any]] = [{}]
        while page:
            asked = f"(columns:!(id,uuid),page:{len(found) // PAGE},page_size:{PAGE})"
            page = self._rest.ask("GET", f"/{PATHS[kind]}/", params={"q": asked})["result"]
            found |= {entry["uuid"]: entry["id"] for entry in page}
            if len(page) < PAGE:
                break
        return found


def _compare(declared: SupersetAsset, found: LiveAsset | None) -> Observation:
    if found is None:
        return ABSENT
    return Observation(exists=True, differences=differences(declared.document, found.document))
