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

    from millstream.project.model import SupersetAsset
    from millstream.project.superset_fields import Field

CODE = "SUP006"


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
    entries = dashboard.document.get("metadata", {}).get("native_filter_configuration", [])
    shown = [*charts_in(dashboard.document.get("position", []))]
    for index, entry in enumerate(entries):
        for number, name in enumerate(entry.get("scope", {}).get("excluded", [])):
            if name not in shown:
                keys = ("metadata", "native_filter_configuration", index, "scope", "excluded", number)
                where = dashboard.file.where(*keys) if dashboard.file else dashboard.where
                mend = did_you_mean(str(name), shown, "remove it")
                yield error(
                    "SUP003", f"chart `{name}`, which the filter leaves out, is not on the dashboard", where, mend
                )
        for number, target in enumerate(entry.get("targets", [])):
            wanted = ResourceId(Kind.SUPERSET_DATASET, target.get("dataset", ""), dashboard.id.namespace)
            name = target.get("column", {}).get("name", "")
            dataset = declared.get(wanted)
            if dataset is not None and name not in (known := _names(dataset, "columns", "column_name")):
                keys = ("metadata", "native_filter_configuration", index, "targets", number, "column", "name")
                where = dashboard.file.where(*keys) if dashboard.file else dashboard.where
                summary = f"dataset `{dataset.id.name}` has no column `{name}`"
                yield error(CODE, summary, where, did_you_mean(name, known, f"it has: {', '.join(known)}"))


def _names(dataset: SupersetAsset, list_: str, key: str) -> list[str]:
    return [entry[key] for entry in dataset.document.get(list_, [])]


def _missing(chart: SupersetAsset, dataset: SupersetAsset, field: Field, what: str, known: list[str]) -> Diagnostic:
    where = chart.file.where("params", *field.keys) if chart.file else chart.where
    mend = did_you_mean(field.name, known, f"it has: {', '.join(known) or 'none'}")
    return error(CODE, f"dataset `{dataset.id.name}` has no {what} `{field.name}`", where, mend)
