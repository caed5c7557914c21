"""dbt: it builds its tables and views itself, and a plan tells what became of them since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.apply.providers.provider import Provider
from millstream.observation import Observation
from millstream.project import dbt_manifest, dbt_models
from millstream.project.model import Kind, ResourceId

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.apply.providers.provider import Steps
    from millstream.engines.clickhouse import ClickHouse
    from millstream.engines.postgres import Postgres
    from millstream.plan import Change
    from millstream.project.dbt_values import DbtRelation
    from millstream.project.model import Project


def relations(project: Project) -> Mapping[ResourceId, DbtRelation]:
    """The tables and views of every model that dbt has parsed; none before it ever ran."""
    found = dbt_manifest.relations(project.root / dbt_models.FOLDER)
    return {ResourceId(Kind.DBT_MODEL, relation.name, project.namespace): relation for relation in found}


@dataclass(frozen=True)
class DbtModels(Provider):
    """The models of a project's dbt, in both databases."""

    kinds = frozenset({Kind.DBT_MODEL})
    postgres: Postgres
    clickhouse: ClickHouse
    models: Mapping[ResourceId, DbtRelation]

    def observe(self) -> Mapping[ResourceId, Observation]:
        """Compare what dbt makes with what both databases have."""
        found: dict[ResourceId, Observation] = {}
        for adapter, engine in (("postgres", self.postgres), ("clickhouse", self.clickhouse)):
            own = {model: relation for model, relation in self.models.items() if relation.adapter == adapter}
            live = engine.columns(sorted({relation.schema for relation in own.values()})) if own else {}
            found |= {model: _compare(relation, live) for model, relation in own.items()}
        return found

    def carry_out(self, changes: Sequence[Change], steps: Steps) -> None:
        """Nothing: `millstream dbt build` makes what is missing."""


def _compare(relation: DbtRelation, live: Mapping[tuple[str, str], frozenset[str]]) -> Observation:
    columns = live.get((relation.schema, relation.table))
    if columns is None:
        return Observation(exists=False, differences=(f"was dropped; {_mend(relation)}",))
    return Observation(exists=True, differences=tuple(_missing(relation, columns)))


def _missing(relation: DbtRelation, columns: frozenset[str]) -> Iterator[str]:
    for column in relation.columns:
        if column not in columns:
            yield f"has no column {column}; {_mend(relation)}"


def _mend(relation: DbtRelation) -> str:
    profile = f" --profile {relation.profile}" if relation.profile else ""
    return f"`millstream dbt build -s {relation.name}{profile}` makes it again"
