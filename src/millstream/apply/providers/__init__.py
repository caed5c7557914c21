"""What a plan asks of every engine, and does there: one protocol, spoken by all of them.

provider     the protocol, and how steps are taken
objects      Kafka, PostgreSQL, ClickHouse, ksqlDB: topics, tables, views and statements
http_sources what the sources process is to poll
connectors   Kafka Connect
jobs         Flink
dbt          what dbt makes, looked at only
superset     dashboards and what they stand on
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.apply.providers.connectors import Connectors
from millstream.apply.providers.dbt import DbtModels
from millstream.apply.providers.http_sources import HttpSources
from millstream.apply.providers.jobs import Jobs
from millstream.apply.providers.objects import Objects, Relations
from millstream.apply.providers.provider import Provider, Steps
from millstream.apply.providers.superset import Dashboards
from millstream.project.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.apply.target import ApplyTarget, Engines
    from millstream.observation import Observation
    from millstream.project.dbt_values import DbtRelation
    from millstream.project.model import Project, ResourceId

__all__ = ["Jobs", "Provider", "Providers", "Steps"]

_POSTGRES = frozenset({Kind.POSTGRES_TABLE})
_CLICKHOUSE = frozenset({Kind.CLICKHOUSE_TABLE, Kind.CLICKHOUSE_VIEW, Kind.CLICKHOUSE_MATERIALIZED_VIEW})
_KSQLDB = frozenset({Kind.KSQL_SOURCE, Kind.KSQL_QUERY})
# Engines that a target may do without, by something they hold.
_OPTIONAL = {Kind.KSQL_QUERY: "ksqldb.url", Kind.SUPERSET_DASHBOARD: "superset.url"}


@dataclass(frozen=True)
class Providers:
    """Those of one target but Flink's: `upstream` of its jobs and `downstream`, in an order in which to change them."""

    upstream: tuple[Provider, ...]
    downstream: tuple[Provider, ...]

    @classmethod
    def of(
        cls, project: Project, target: ApplyTarget, engines: Engines, models: Mapping[ResourceId, DbtRelation]
    ) -> Providers:
        """Those that a project needs.

        Args:
            project: what is declared.
            target: where.
            engines: their clients.
            models: what dbt makes.
        """
        ownership = engines.control.ownership
        upstream = (
            Objects(engines.kafka, project, frozenset({Kind.TOPIC})),
            Objects(engines.postgres, project, _POSTGRES),
            Relations(engines.clickhouse, project, _CLICKHOUSE),
            HttpSources(engines.control.sources, project, target.name),
            Connectors(engines.connect, ownership, project, target.name),
            Objects(engines.ksqldb, project, _KSQLDB),
        )
        downstream = (
            DbtModels(engines.postgres, engines.clickhouse, models),
            Dashboards(engines.superset, ownership, project, target.name),
        )
        # What a target does not have is not asked, not even to forget anything.
        absent = {kind for kind, url in _OPTIONAL.items() if url not in target.addresses}
        there = (tuple(part for part in parts if not part.kinds & absent) for parts in (upstream, downstream))
        return cls(*there)

    def observe(self) -> dict[ResourceId, Observation]:
        """Every declared object as it is; all are asked at once.

        Raises:
            EngineError: one of them is unreachable.
        """
        with ThreadPoolExecutor() as pool:
            found = list(pool.map(lambda provider: provider.observe(), self.all))
        return {resource: seen for part in found for resource, seen in part.items()}

    def undeclared(self) -> tuple[ResourceId, ...]:
        """What the project made and declares no longer; what stands on others goes first.

        Raises:
            EngineError: one of them is unreachable.
        """
        return tuple(resource for provider in self.all for resource in provider.undeclared())

    @property
    def all(self) -> tuple[Provider, ...]:
        """Both."""
        return (*self.upstream, *self.downstream)
