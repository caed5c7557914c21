"""Columns of Superset's datasets, and what each chart shows of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from millstream.lineage.model import Field
from millstream.lineage.resources import dataset_dialect
from millstream.lineage.tables import Tables
from millstream.project import superset_fields
from millstream.project.model import Kind, Project, SupersetAsset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.lineage.columns import Columns
    from millstream.project.dbt_models import DbtModels


def trace(project: Project, dbt: DbtModels, columns: Columns) -> None:
    """Add what datasets take from their tables, their metrics, and what charts take from datasets."""
    tables = Tables.of(project, dbt)
    assets = {asset.id: asset for asset in project.of(SupersetAsset)}
    for asset in assets.values():
        if asset.id.kind is Kind.SUPERSET_DATASET:
            _dataset(asset, project, tables, columns)
    for asset in assets.values():
        if asset.id.kind is Kind.SUPERSET_CHART:
            for name in dict.fromkeys(_shown(asset.document.get("params", {}))):
                dataset = str(asset.needs[0])
                if name in columns.of.get(dataset, ()):
                    columns.flow(Field(dataset, name), Field(str(asset.id), name))


def _dataset(dataset: SupersetAsset, project: Project, tables: Tables, columns: Columns) -> None:
    own, document = str(dataset.id), dataset.document
    dialect = dataset_dialect(dataset, project)
    if "sql" not in document:
        below = tables.node(dialect, document.get("schema") or "", document["table_name"])
        for name in columns.of.get(below or "", ()):
            columns.flow(Field(str(below), name), Field(own, name))
    for entry in (*document.get("columns", []), *document.get("metrics", [])):
        name, expression = entry.get("column_name") or entry["metric_name"], entry.get("expression")
        columns.know(own, [name])
        for column in _named(expression, dialect) if expression else ():
            if column != name and column in columns.of[own]:
                columns.flow(Field(own, column), Field(own, name))


def _shown(params: Mapping[str, object]) -> Iterator[str]:
    """Names of columns and saved metrics that a chart's form has."""
    yield from (found.name for found in superset_fields.columns(params) if found.name)
    yield from (found.name for found in superset_fields.metrics(params) if found.name)


def _named(expression: str, dialect: str) -> Iterator[str]:
    try:
        tree = sqlglot.parse_one(expression, dialect=dialect or None)
    except SqlglotError:
        return  # an expression of the engine's own: the metric is there, its columns are not known
    yield from (column.name for column in tree.find_all(exp.Column))
