"""A chart and a dashboard's filter name only columns and metrics that their dataset has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from millstream.diagnostics import Diagnostic, error
from millstream.project.model import Kind, ResourceId
from millstream.project.superset_fields import columns, filtered, metrics
from millstream.project.superset_layout import charts_in
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.diagnostics import SourceRange
    from millstream.project.model import SupersetAsset
    from millstream.project.superset_fields import Field
    from millstream.yamlfile import Key

CODE = "SUP006"
FILTERS = "native_filter_configuration"


def check_chart(chart: SupersetAsset, dataset: SupersetAsset) -> Iterator[Diagnostic]:
    """SUP006 for a chart's form."""
    params: Mapping[str, Any] = chart.document.get("params", {})
    known = _names(dataset, "columns", "column_name")
    saved = _names(dataset, "metrics", "metric_name")
    for field in (*columns(params), *filtered(params)):
        if field.name and field.name not in known:
            yield _missing(chart, dataset, field, "column", known)
    for field in metrics(params):
        is_saved = not isinstance(field.value, dict)
        if field.name and field.name not in (saved if is_saved else known):
            yield _missing(chart, dataset, field, *(("metric", saved) if is_saved else ("column", known)))


def check_filters(dashboard: SupersetAsset, declared: Mapping[ResourceId, SupersetAsset]) -> Iterator[Diagnostic]:
    """SUP006 for a dashboard's filters, and SUP003 for the charts that they leave out."""
    for index, entry in enumerate(dashboard.document.get("metadata", {}).get(FILTERS, [])):
        yield from _left_out(dashboard, index, entry)
        for number, target in enumerate(entry.get("targets", [])):
            wanted = ResourceId(Kind.SUPERSET_DATASET, target.get("dataset", ""), dashboard.id.namespace)
            name = target.get("column", {}).get("name", "")
            dataset = declared.get(wanted)
            if dataset is not None and name not in (known := _names(dataset, "columns", "column_name")):
                where = _place(dashboard, "metadata", FILTERS, index, "targets", number, "column", "name")
                summary = f"dataset `{dataset.id.name}` has no column `{name}`"
                yield error(CODE, summary, where, did_you_mean(name, known, f"it has: {', '.join(known)}"))


def _left_out(dashboard: SupersetAsset, index: int, entry: Mapping[str, Any]) -> Iterator[Diagnostic]:
    shown = [*charts_in(dashboard.document.get("position", []))]
    for number, name in enumerate(entry.get("scope", {}).get("excluded", [])):
        if name not in shown:
            where = _place(dashboard, "metadata", FILTERS, index, "scope", "excluded", number)
            summary = f"chart `{name}`, which the filter leaves out, is not on the dashboard"
            yield error("SUP003", summary, where, did_you_mean(str(name), shown, "remove it"))


def _place(asset: SupersetAsset, *keys: Key) -> SourceRange | None:
    return asset.file.where(*keys) if asset.file else asset.where


def _names(dataset: SupersetAsset, list_: str, key: str) -> list[str]:
    return [entry[key] for entry in dataset.document.get(list_, [])]


def _missing(chart: SupersetAsset, dataset: SupersetAsset, field: Field, what: str, known: list[str]) -> Diagnostic:
    where = _place(chart, "params", *field.keys)
    mend = did_you_mean(field.name, known, f"it has: {', '.join(known) or 'none'}")
    return error(CODE, f"dataset `{dataset.id.name}` has no {what} `{field.name}`", where, mend)
