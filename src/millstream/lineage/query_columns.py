"""Columns of everything that is a query: ClickHouse's views, dbt's models, Superset's datasets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from millstream.lineage import queries
from millstream.lineage.model import Field
from millstream.lineage.resources import dataset_dialect
from millstream.lineage.tables import Tables, model_id, source_id
from millstream.project.model import Kind, Project, Relation, SupersetAsset
from millstream.sql import CLICKHOUSE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from millstream.lineage.columns import Columns
    from millstream.project.dbt_models import DbtModels
    from millstream.project.dbt_values import DbtModel

_VIEWS = {Kind.CLICKHOUSE_VIEW, Kind.CLICKHOUSE_MATERIALIZED_VIEW}


@dataclass(frozen=True)
class Query:
    """A query and the node it makes the columns of.

    Args:
        node: the node.
        text: its SQL; empty when it is not known.
        dialect: of the SQL.
        table: which node a schema and a name in it mean.
        note: why there is no SQL.
    """

    node: str
    text: str
    dialect: str
    table: Callable[[str, str], str | None]
    note: str = ""


@dataclass(frozen=True)
class _Pending:
    """Queries whose turn has not come; one comes behind those it reads."""

    queries: dict[str, Query]
    columns: Columns
    started: set[str] = field(default_factory=set)

    def trace(self, node: str) -> None:
        query = self.queries.get(node)
        if query is None or node in self.started:
            return
        self.started.add(node)
        if not query.text:
            self.columns.unknown[node] = query.note
            return

        def table(schema: str, name: str) -> str | None:
            found = query.table(schema, name)
            if found:
                self.trace(found)
            return found

        try:
            made = queries.origins(query.text, query.dialect, table, self.columns.of)
        except queries.UnknownColumns as unknown:
            self.columns.unknown[node] = str(unknown)
            return
        self.columns.know(node, made)
        for name, found in made.items():
            for origin in found:
                self.columns.flow(Field(*origin), Field(node, name))


def trace(project: Project, dbt: DbtModels, columns: Columns) -> None:
    """Add what queries make, each behind what it reads."""
    tables = Tables.of(project, dbt)
    found = (*_views(project, tables), *_models(project, dbt, tables), *_datasets(project, tables))
    pending = _Pending({query.node: query for query in found}, columns)
    for node in list(pending.queries):
        pending.trace(node)
    for relation in project.of(Relation):
        if relation.writes:
            _fill(relation, tables, columns)


def _fill(feed: Relation, tables: Tables, columns: Columns) -> None:
    """A materialized view's columns go into those of the same name."""
    target = tables.landings.get((CLICKHOUSE, feed.writes))
    for name in list(columns.of.get(str(feed.id), ())) if target else ():
        columns.flow(Field(str(feed.id), name), Field(str(target), name))


def _views(project: Project, tables: Tables) -> Iterator[Query]:
    for relation in project.of(Relation):
        if relation.id.kind in _VIEWS:
            yield Query(str(relation.id), relation.statement, CLICKHOUSE, _named(tables, CLICKHOUSE))


def _models(project: Project, dbt: DbtModels, tables: Tables) -> Iterator[Query]:
    for model in dbt.models.values():
        own = model_id(model.name, project.namespace)
        yield Query(own, model.query, tables.dialect(model, dbt), _read(model, project, tables).get, model.note)


def _read(model: DbtModel, project: Project, tables: Tables) -> _Reads:
    found = {}
    for read in model.reads:
        if read.is_source:
            found[read.schema, read.table] = tables.landing(read, model.adapter) or source_id(read)
        else:
            found[read.schema, read.table] = model_id(read.name, project.namespace)
    return _Reads(found)


@dataclass(frozen=True)
class _Reads:
    nodes: Mapping[tuple[str, str], str]

    def get(self, schema: str, name: str) -> str | None:
        return self.nodes.get((schema, name))


def _datasets(project: Project, tables: Tables) -> Iterator[Query]:
    for dataset in project.of(SupersetAsset):
        if dataset.id.kind is Kind.SUPERSET_DATASET and "sql" in dataset.document:
            dialect = dataset_dialect(dataset, project)
            yield Query(str(dataset.id), dataset.document["sql"], dialect, _named(tables, dialect))


def _named(tables: Tables, dialect: str) -> Callable[[str, str], str | None]:
    return lambda schema, name: tables.node(dialect, schema, name)
