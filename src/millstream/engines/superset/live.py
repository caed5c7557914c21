"""Superset's export as documents like the declared ones: names for ids, nothing at its default, nothing derived."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from millstream.engines.superset.bundle import FILTER
from millstream.engines.superset.layout import nest
from millstream.project.model import Kind
from millstream.project.superset import FILES
from millstream.project.superset_files import Column, Metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from millstream.yamlfile import Strict

_KINDS = {folder: kind for kind, (folder, _) in FILES.items()}
_TITLES = {
    Kind.SUPERSET_DATABASE: "database_name",
    Kind.SUPERSET_DATASET: "table_name",
    Kind.SUPERSET_CHART: "slice_name",
    Kind.SUPERSET_DASHBOARD: "dashboard_title",
}
_EMPTY: tuple[object, ...] = (None, "", {}, [])
# What the browser writes beside the form's fields, or what other keys tell.
_CHART_DERIVED = {
    *("viz_type", "datasource", "slice_id", "url_params", "dashboards", "dashboardId", "extra_form_data"),
    *("annotation_layers", "result_format", "result_type", "force", "time_range_endpoints"),
}
_DASHBOARD_DERIVED = {
    *("chart_configuration", "global_chart_configuration", "shared_label_colors", "map_label_colors"),
    *("color_scheme_domain", "default_filters", "filter_scopes", "positions", "chart_customization_config"),
    *("timed_refresh_immune_slices", "expanded_slices", "color_namespace", "import_time"),
    *("remote_id", "show_native_filters", "native_filter_migration"),
}
_FILTER_DERIVED = {"chartsInScope", "tabsInScope"}


@dataclass(frozen=True)
class LiveAsset:
    """An asset as Superset has it; `needs` are the ids of those it names."""

    kind: Kind
    uuid: str
    name: str
    document: Mapping[str, Any]
    needs: tuple[str, ...] = ()


def read(archive: bytes, names: Mapping[str, str]) -> dict[str, LiveAsset]:
    """Read an export.

    Args:
        archive: as `/assets/export/` gives it.
        names: of the assets that are declared, by id; others are named after their titles.

    Returns:
        Assets by id.
    """
    raw = {str(document["uuid"]): (kind, document) for kind, document in _documents(archive)}
    all_names = {**_given_names(raw, names), **names}
    return {uuid: _asset(kind, document, all_names) for uuid, (kind, document) in raw.items()}


def _documents(archive: bytes) -> Iterable[tuple[Kind, dict[str, Any]]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        for entry in packed.namelist():
            folder = entry.split("/")[1] if "/" in entry else ""
            if folder in _KINDS and entry.endswith(".yaml"):
                yield _KINDS[folder], yaml.safe_load(packed.read(entry))


def _given_names(raw: Mapping[str, tuple[Kind, Mapping[str, Any]]], names: Mapping[str, str]) -> dict[str, str]:
    """Names for what nobody declares: from the title, with a number when two would be the same."""
    taken = {(raw[uuid][0], name) for uuid, name in names.items() if uuid in raw}
    given: dict[str, str] = {}
    for uuid, (kind, document) in raw.items():
        if uuid in names:
            continue
        base = slug(str(document[_TITLES[kind]]))
        if kind is Kind.SUPERSET_DATASET:
            database = str(document.get("database_uuid"))
            base = f"{names.get(database) or given.get(database, 'unknown')}.{base}"
        free = (name for number in range(1, len(raw) + 2) if (name := base if number == 1 else f"{base}_{number}"))
        given[uuid] = next(name for name in free if (kind, name) not in taken)
        taken.add((kind, given[uuid]))
    return given


def slug(title: str) -> str:
    """A name made of a title: lower-case letters, digits and `_`, beginning with a letter."""
    found = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_") or "unnamed"
    return found if found[0].isalpha() else f"a_{found}"


def _asset(kind: Kind, raw: dict[str, Any], names: Mapping[str, str]) -> LiveAsset:
    uuid = str(raw["uuid"])
    document, needs = dict(raw), []
    if kind is Kind.SUPERSET_DATABASE:
        document["extra"] = {key: value for key, value in (raw.get("extra") or {}).items() if value not in _EMPTY}
    elif kind is Kind.SUPERSET_DATASET:
        needs = [str(raw.get("database_uuid"))]
        document["columns"] = [_without_defaults(Column, entry) for entry in raw.get("columns") or []]
        document["metrics"] = [_without_defaults(Metric, entry) for entry in raw.get("metrics") or []]
    elif kind is Kind.SUPERSET_CHART:
        needs = [str(raw.get("dataset_uuid"))]
        document["dataset"] = names.get(needs[0], "unknown")
        document["params"] = _params(raw.get("params") or {})
    else:
        parts = [p["meta"] for p in raw["position"].values() if isinstance(p, dict) and p["type"] == "CHART"]
        charts = {meta.get("chartId"): names.get(str(meta.get("uuid")), "unknown") for meta in parts}
        document["metadata"], targets = _metadata(raw.get("metadata") or {}, names, charts)
        needs = [*(str(meta.get("uuid")) for meta in parts), *targets]
        document["position"] = nest(raw["position"], lambda meta: names.get(str(meta.get("uuid")), "unknown"))
    document.pop("uuid")
    return LiveAsset(kind, uuid, names[uuid], _without_defaults(FILES[kind][1], document), tuple(needs))


def _without_defaults(model: type[Strict], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that files may have, as far as they say something."""
    legal = {field.alias or name for name, field in model.model_fields.items()}
    said = {key: value for key, value in raw.items() if key in legal and value not in _EMPTY}
    return model.model_validate(said).model_dump(by_alias=True, exclude_defaults=True)


def _params(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key not in _CHART_DERIVED and value is not None}


def _metadata(
    raw: Mapping[str, Any], names: Mapping[str, str], charts: Mapping[Any, str]
) -> tuple[dict[str, Any], list[str]]:
    """A dashboard's settings, and the ids of the datasets its filters read."""
    found = {key: value for key, value in raw.items() if key not in _DASHBOARD_DERIVED and value not in _EMPTY}
    targets: list[str] = []
    filters = [_filter(entry, names, charts, targets) for entry in raw.get("native_filter_configuration") or []]
    if filters:
        found["native_filter_configuration"] = filters
    return found, targets


def _filter(
    raw: Mapping[str, Any], names: Mapping[str, str], charts: Mapping[Any, str], targets: list[str]
) -> dict[str, Any]:
    entry = {key: value for key, value in raw.items() if key not in _FILTER_DERIVED and value is not None}
    named = []
    for given in entry.get("targets", []):
        target = {key: value for key, value in given.items() if key != "datasetUuid"}
        if uuid := given.get("datasetUuid"):
            targets.append(str(uuid))
            target = {"dataset": names.get(str(uuid), "unknown"), **target}
        named.append(target)
    entry["targets"] = named
    if excluded := entry.get("scope", {}).get("excluded"):
        entry["scope"] = {**entry["scope"], "excluded": [charts[number] for number in excluded if number in charts]}
    return {key: value for key, value in entry.items() if FILTER.get(key) != value}
