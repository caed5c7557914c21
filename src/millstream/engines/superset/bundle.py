"""Declared assets as an archive that Superset imports (`superset/commands/importers/v1/assets.py`)."""

from __future__ import annotations

import io
import zipfile
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import yaml

from millstream.engines.superset.layout import flatten
from millstream.project.model import Kind, ResourceId
from millstream.project.superset import FILES
from millstream.project.superset_layout import charts_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.project.model import SupersetAsset

VERSION = "1.0.0"
ROOT = "assets"
# What a filter is unless its file says otherwise; Superset's own form writes all of it out.
FILTER = {
    "type": "NATIVE_FILTER",
    "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
    "cascadeParentIds": [],
    "controlValues": {"enableEmptyFilter": False},
    "defaultDataMask": {"extraFormData": {}, "filterState": {}},
    "targets": [{}],
    "description": "",
}


def pack(changed: Sequence[SupersetAsset], known: Mapping[ResourceId, SupersetAsset]) -> bytes:
    """Pack assets; what they name may be among `known` alone, since Superset has it.

    Args:
        changed: what to write.
        known: every declared asset.
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"{ROOT}/metadata.yaml", _yaml({"version": VERSION, "type": "assets"}))
        for asset in changed:
            packed.writestr(f"{ROOT}/{path(asset)}", _yaml(document(asset, known)))
    return archive.getvalue()


def path(asset: SupersetAsset) -> str:
    """Where an asset stands in the archive."""
    return f"{FILES[asset.id.kind][0]}/{asset.id.name.replace('.', '/')}.yaml"


def document(asset: SupersetAsset, known: Mapping[ResourceId, SupersetAsset]) -> dict[str, Any]:
    """Superset's form of an asset: every key, for it keeps what an import does not name, and ids for names."""
    model = FILES[asset.id.kind][1]
    full = deepcopy(model.model_validate(asset.document).model_dump(by_alias=True))
    full |= {"uuid": asset.uuid, "version": VERSION}
    if asset.id.kind is Kind.SUPERSET_DATASET:
        full["database_uuid"] = known[asset.needs[0]].uuid
        # A word of our files alone.
        full["metrics"] = [{key: value for key, value in m.items() if key != "kpi"} for m in full["metrics"]]
    elif asset.id.kind is Kind.SUPERSET_CHART:
        full["dataset_uuid"] = known[asset.needs[0]].uuid
        full["params"] = {"viz_type": full["viz_type"], **full["params"]}
        # Made by the browser from an earlier form; it would outlive the form that is imported.
        full["query_context"] = None
        del full["dataset"]
    elif asset.id.kind is Kind.SUPERSET_DASHBOARD:
        # Any numbers do: Superset puts its own in their place.
        charts = {name: number for number, name in enumerate(dict.fromkeys(charts_in(full["position"])), start=1)}
        full["metadata"] = _metadata(full["metadata"], asset.id.namespace, known, charts)
        full["position"] = _position(full, asset.id.namespace, known, charts)
    return full


def _metadata(
    written: dict[str, Any],
    namespace: str,
    known: Mapping[ResourceId, SupersetAsset],
    charts: Mapping[str, int],
) -> dict[str, Any]:
    def target(given: Mapping[str, Any]) -> dict[str, Any]:
        if "dataset" not in given:
            return dict(given)
        dataset = ResourceId(Kind.SUPERSET_DATASET, given["dataset"], namespace)
        rest = {key: value for key, value in given.items() if key != "dataset"}
        return {**rest, "datasetUuid": known[dataset].uuid}

    filters = [{**deepcopy(FILTER), **entry} for entry in written.get("native_filter_configuration", [])]
    for entry in filters:
        entry["targets"] = [target(given) for given in entry["targets"]]
        excluded = [charts[name] for name in entry["scope"].get("excluded", []) if name in charts]
        entry["scope"] = {**entry["scope"], "excluded": excluded}
    return {**written, "native_filter_configuration": filters}


def _position(
    full: Mapping[str, Any],
    namespace: str,
    known: Mapping[ResourceId, SupersetAsset],
    charts: Mapping[str, int],
) -> dict[str, Any]:
    def chart(name: str) -> dict[str, Any]:
        asset = known[ResourceId(Kind.SUPERSET_CHART, name, namespace)]
        return {"chartId": charts[name], "uuid": asset.uuid, "sliceName": asset.document["slice_name"]}

    return flatten(full["position"], full["dashboard_title"], chart)


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True)
