"""The files of `superset/`: Superset's own keys (its export format, version 1.0.0), with names in place of ids.

A key at its default is left out, so a file says only what somebody decided. Ids follow from names; `uuid` stands only
in a file that was brought back from the browser, where Superset had chosen it.
"""

# ruff: noqa: RUF012 - pydantic copies a default for each value

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from millstream.project.superset_layout import checked
from millstream.yamlfile import Strict

Position = Annotated[list[dict[str, Any]], AfterValidator(checked)]


class AssetFile(Strict):
    """What all four kinds share."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    uuid: str = Field(default="", pattern=r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$")


class DatabaseFile(AssetFile):
    """A connection; nothing may be written through it unless the file says so."""

    database_name: str
    sqlalchemy_uri: str
    cache_timeout: int | None = None
    expose_in_sqllab: bool = True
    allow_run_async: bool = False
    allow_ctas: bool = False
    allow_cvas: bool = False
    allow_dml: bool = False
    allow_file_upload: bool = False
    impersonate_user: bool = False
    extra: dict[str, Any] = {}


class Column(Strict):
    """A column of a dataset; with `expression` one that Superset computes."""

    column_name: str
    type: str | None = None
    verbose_name: str | None = None
    description: str | None = None
    expression: str | None = None
    is_dttm: bool = False
    is_active: bool = True
    groupby: bool = True
    filterable: bool = True
    python_date_format: str | None = None
    advanced_data_type: str | None = None
    extra: dict[str, Any] = {}


class Metric(Strict):
    """A named aggregate of a dataset; with `kpi` one that dbt's project defines, see `kpis`."""

    kpi: str | None = None
    metric_name: str = ""
    expression: str = ""
    verbose_name: str | None = None
    description: str | None = None
    d3format: str | None = None
    currency: dict[str, str] | None = None
    metric_type: str | None = None
    warning_text: str | None = None
    extra: dict[str, Any] = {}

    @model_validator(mode="after")
    def _is_defined_once(self) -> Metric:
        if (self.kpi is None) != bool(self.metric_name and self.expression):
            raise ValueError("it needs `metric_name` and `expression`, or the name of a `kpi` instead")
        return self


class DatasetFile(AssetFile):
    """A table or, with `sql`, a query of the database that its folder names."""

    table_name: str
    schema_: str | None = Field(default=None, alias="schema")
    description: str | None = None
    sql: str | None = None
    main_dttm_col: str | None = None
    cache_timeout: int | None = None
    offset: int = 0
    fetch_values_predicate: str | None = None
    filter_select_enabled: bool = True
    normalize_columns: bool = False
    always_filter_main_dttm: bool = False
    template_params: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    columns: list[Column] = Field(min_length=1)
    metrics: list[Metric] = []


class ChartFile(AssetFile):
    """A chart over the dataset `database.dataset`; `params` are its form's fields."""

    slice_name: str
    dataset: str
    viz_type: str
    description: str | None = None
    certified_by: str | None = None
    certification_details: str | None = None
    cache_timeout: int | None = None
    params: dict[str, Any] = {}


class DashboardFile(AssetFile):
    """A dashboard; see `superset_layout` for its `position`."""

    dashboard_title: str
    slug: str | None = None
    description: str | None = None
    css: str | None = None
    certified_by: str | None = None
    certification_details: str | None = None
    published: bool = True
    metadata: dict[str, Any] = {}
    position: Position = []
