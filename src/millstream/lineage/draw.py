"""Puts the picture together: resources first, then their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.lineage import database_columns, flink_columns, query_columns, superset_columns
from millstream.lineage.columns import Columns
from millstream.lineage.resources import join
from millstream.project.model import KsqlStatement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.compiled import CompiledPlan
    from millstream.lineage.model import Lineage
    from millstream.project.dags import Dag
    from millstream.project.dbt_models import DbtModels
    from millstream.project.model import Project, ResourceId

KSQL = "columns are not followed through ksqlDB"


def draw(
    project: Project,
    dbt: DbtModels,
    dags: Sequence[Dag],
    plans: Mapping[ResourceId, CompiledPlan] | None = None,
) -> Lineage:
    """The lineage of a project.

    Args:
        project: the tree as read.
        dbt: dbt's models.
        dags: Airflow's DAGs.
        plans: the compiled plans of its jobs; without them nothing is known of what jobs make their columns from.
    """
    columns = Columns()
    flink_columns.trace(project, plans, columns)
    database_columns.trace(project, columns)
    database_columns.trace_captured(project, columns)
    flink_columns.trace_bytes(project, columns)
    query_columns.trace(project, dbt, columns)
    database_columns.forget_unread(project, columns)
    superset_columns.trace(project, dbt, columns)
    columns.unknown.update((str(statement.id), KSQL) for statement in project.of(KsqlStatement))
    return columns.onto(join(project, dbt, dags))
