"""Which columns and metrics of its dataset a chart's form names (`superset-ui`, controls of the chart plugins).

A text names a column or a saved metric; a mapping is an ad-hoc one, made of a column and an aggregate or of SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.yamlfile import Key

COLUMNS = ("groupby", "columns", "all_columns", "series_columns", "groupbyColumns", "groupbyRows", "x_axis", "entity")
COLUMNS_ALONE = ("granularity_sqla", "series", "dimension", "latitude", "longitude", "source", "target", "y_axis")
METRICS = ("metrics", "metric", "percent_metrics", "metrics_b", "secondary_metric", "timeseries_limit_metric")
METRICS_ALONE = ("series_limit_metric", "x", "y", "size")
# Fields of a place on a map.
SPATIAL = ("latCol", "lonCol", "lonlatCol", "geohashCol")


@dataclass(frozen=True)
class Field:
    """A column or metric that a form names.

    Args:
        keys: the way to it in the form.
        name: what it names; empty for an ad-hoc one of SQL.
        value: as the form has it.
    """

    keys: tuple[Key, ...]
    name: str
    value: Any


def columns(params: Mapping[str, Any]) -> Iterator[Field]:
    """The columns that a form shows or groups by."""
    if params.get("query_mode") == "raw":
        listed: tuple[str, ...] = ("all_columns",)
    else:
        listed = tuple(key for key in (*COLUMNS, *COLUMNS_ALONE) if key != "all_columns")
    for key in listed:
        yield from _fields(params, key)
    for key, value in params.items():
        if isinstance(value, dict) and "latCol" in value:
            yield from (Field((key, part), value[part], value[part]) for part in SPATIAL if part in value)


def metrics(params: Mapping[str, Any]) -> Iterator[Field]:
    """The metrics that a form shows or orders by."""
    if params.get("query_mode") == "raw":
        return
    for key in (*METRICS, *METRICS_ALONE):
        yield from (field for field in _fields(params, key) if not isinstance(field.value, bool | int | float))
    radius = params.get("point_radius_fixed")
    if isinstance(radius, dict) and radius.get("type") == "metric":
        yield _field(("point_radius_fixed", "value"), radius.get("value"))


def filtered(params: Mapping[str, Any]) -> Iterator[Field]:
    """The columns that a form's filters look at."""
    for index, entry in enumerate(params.get("adhoc_filters") or []):
        if entry.get("expressionType") == "SIMPLE":
            yield Field(("adhoc_filters", index, "subject"), str(entry.get("subject")), entry)


def _fields(params: Mapping[str, Any], key: str) -> Iterator[Field]:
    value = params.get(key)
    if isinstance(value, list):
        yield from (_field((key, index), entry) for index, entry in enumerate(value))
    elif value not in {None, ""} if not isinstance(value, dict) else value:
        yield _field((key,), value)


def _field(keys: tuple[Key, ...], value: Any) -> Field:
    if not isinstance(value, dict):
        return Field(keys, str(value), value)
    column = value.get("column")
    return Field(keys, str(column["column_name"]) if isinstance(column, dict) else "", value)
