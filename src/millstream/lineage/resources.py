"""Nodes and edges of whole resources: the tree's, dbt's, Superset's and Airflow's, joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from millstream.lineage import flows
from millstream.lineage.model import Lineage, Node
from millstream.lineage.tables import ADAPTERS, Tables, model_id, source_id
from millstream.project.model import Connector, Kind, Project, SupersetAsset
from millstream.sql import CLICKHOUSE, POSTGRES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from millstream.lineage.model import Edge
    from millstream.project.dags import Build, Dag
    from millstream.project.dbt_models import DbtModels

_ENGINES = {
    Kind.TOPIC: "kafka",
    Kind.CONNECTOR: "connect",
    Kind.HTTP_SOURCE: "http",
    Kind.FLINK_TABLE: "flink",
    Kind.FLINK_VIEW: "flink",
    Kind.JOB: "flink",
    Kind.KSQL_SOURCE: "ksqldb",
    Kind.KSQL_QUERY: "ksqldb",
    Kind.POSTGRES_TABLE: "postgres",
    Kind.CLICKHOUSE_TABLE: "clickhouse",
    Kind.CLICKHOUSE_VIEW: "clickhouse",
    Kind.CLICKHOUSE_MATERIALIZED_VIEW: "clickhouse",
    Kind.SUPERSET_DATABASE: "superset",
    Kind.SUPERSET_DATASET: "superset",
    Kind.SUPERSET_CHART: "superset",
    Kind.SUPERSET_DASHBOARD: "superset",
}


def join(project: Project, dbt: DbtModels, dags: Sequence[Dag]) -> Lineage:
    """Every resource and every edge between two of them; names that nobody declares get none."""
    given = (*_made(project), *_own(project), *_captured(project), *_dbt_nodes(project, dbt), *_dags(dags))
    nodes = {node.id: node for node in given}
    found = (*flows.edges(project), *_dbt_edges(project, dbt), *_datasets(project, dbt), *_airflow(project, dbt, dags))
    notes = [*dbt.notes]
    notes += [f"airflow: dag.{dag.name}: {text}" for dag in dags for text in dag.unread]
    edges = frozenset((a, b) for a, b in found if a != b and a in nodes and b in nodes)
    return Lineage(nodes, edges, notes=tuple(notes))


def _own(project: Project) -> Iterator[Node]:
    for resource in project.resources:
        name = resource.id
        path = resource.path.as_posix()
        yield Node(str(name), name.kind.value, name.engine_name, _ENGINES[name.kind], path)


def _made(project: Project) -> Iterator[Node]:
    """Topics that queries of ksqlDB create; one that is declared as well has its file."""
    for name, topic in flows.topics(project).items():
        yield Node(topic, Kind.TOPIC.value, name, "kafka")


def _captured(project: Project) -> Iterator[Node]:
    for connector in project.of(Connector):
        for table in connector.tables.values():
            own = flows.captured_id(connector, table)
            yield Node(own, "captured_table", own.partition(".")[2], "postgres")


def _dbt_nodes(project: Project, dbt: DbtModels) -> Iterator[Node]:
    tables = Tables.of(project, dbt)
    for model in dbt.models.values():
        yield Node(
            model_id(model.name, project.namespace), "dbt_model", project.namespace + model.name, "dbt", model.path
        )
        for read in model.reads:
            if read.is_source and tables.landing(read, model.adapter) is None:
                yield Node(source_id(read), "dbt_source", read.name, "dbt")


def _dbt_edges(project: Project, dbt: DbtModels) -> Iterator[Edge]:
    tables = Tables.of(project, dbt)
    for model in dbt.models.values():
        own = model_id(model.name, project.namespace)
        for read in model.reads:
            if read.is_source:
                yield tables.landing(read, model.adapter) or source_id(read), own
            else:
                yield model_id(read.name, project.namespace), own


def _datasets(project: Project, dbt: DbtModels) -> Iterator[Edge]:
    """What each of Superset's datasets stands on: its table, or the tables of its query."""
    tables = Tables.of(project, dbt)
    for dataset in project.of(SupersetAsset):
        if dataset.id.kind is Kind.SUPERSET_DATASET:
            yield from ((node, str(dataset.id)) for node in stands_on(dataset, project, tables))


def stands_on(dataset: SupersetAsset, project: Project, tables: Tables) -> Iterator[str]:
    """Nodes of the tables and models that a dataset reads, as far as they are declared."""
    dialect = dataset_dialect(dataset, project)
    for schema, name in _named(dataset, dialect):
        node = tables.node(dialect, schema, name)
        if node:
            yield node


def dataset_dialect(dataset: SupersetAsset, project: Project) -> str:
    """Dialect of the database a dataset stands on, empty for one that is neither PostgreSQL nor ClickHouse."""
    databases = {asset.id: asset for asset in project.of(SupersetAsset)}
    below = databases.get(dataset.needs[0])
    scheme = str(below.document["sqlalchemy_uri"]) if below else ""
    return POSTGRES if scheme.startswith("postgresql") else CLICKHOUSE if scheme.startswith("clickhouse") else ""


def _named(dataset: SupersetAsset, dialect: str) -> Iterator[tuple[str, str]]:
    if "sql" not in dataset.document:
        yield str(dataset.document.get("schema") or ""), str(dataset.document["table_name"])
        return
    try:
        query = sqlglot.parse_one(dataset.document["sql"], dialect=dialect or None)
    except SqlglotError:
        return  # a query with Jinja, or of the engine's own: only the engine can tell
    hidden = {cte.alias for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if table.db or table.name not in hidden:
            yield table.db, table.name


def _dags(dags: Sequence[Dag]) -> Iterator[Node]:
    yield from (Node(f"dag.{dag.name}", "dag", dag.name, "airflow", dag.path) for dag in dags)


def _airflow(project: Project, dbt: DbtModels, dags: Sequence[Dag]) -> Iterator[Edge]:
    """A DAG to the models it builds, and to the DAGs that wait for what it announces."""
    for dag in dags:
        own = f"dag.{dag.name}"
        for build in dag.builds:
            yield from ((own, model_id(name, project.namespace)) for name in _built(build, project, dbt))
        yield from ((own, f"dag.{other.name}") for other in dags if set(dag.gives) & set(other.awaits))


def _built(build: Build, project: Project, dbt: DbtModels) -> Iterator[str]:
    tables = Tables.of(project, dbt)
    dialect = ADAPTERS.get(dbt.profiles.get(build.profile, ""))
    for model in dbt.models.values():
        if (model.name in build.select) if build.select else (dialect and tables.dialect(model, dbt) == dialect):
            yield model.name
