"""What apply works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from millstream.engines.clickhouse import ClickHouse
from millstream.engines.connect import Connect
from millstream.engines.control import Control
from millstream.engines.flink import Flink
from millstream.engines.kafka import Kafka
from millstream.engines.ksqldb import KsqlDb
from millstream.engines.postgres import Postgres
from millstream.engines.superset import Superset

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from millstream.flinkplan.client import Planner


@dataclass(frozen=True)
class ApplyTarget:
    """The engines of one target, and what jobs are submitted with.

    Args:
        name: the target's name in `millstream.yml`.
        addresses: `kafka.bootstrap`, `flink.rest`, `postgres.url`, `clickhouse.url`, `control.url`; `connect.url` for a
            project with connectors, `superset.url` for one with dashboards, `ksqldb.url` for one with its queries.
        variables: values of `${VAR}`, secrets among them.
        stable: variables that the platform may renumber; fingerprints take them by name.
        key: of the fingerprints' keyed hashes.
        versions: of Flink and of every JAR a job runs with.
        planner: Flink's, not started yet; it has the connectors of the cluster.
        checkpoints: folder of all checkpoints.
    """

    name: str
    addresses: Mapping[str, str] = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)
    stable: frozenset[str]
    key: bytes = field(repr=False)
    versions: Mapping[str, str]
    planner: Planner
    checkpoints: Path


class Engines:
    """One client for each engine; connections are made when they are used."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self.kafka = Kafka(addresses["kafka.bootstrap"])
        self.postgres = Postgres(addresses["postgres.url"])
        self.clickhouse = ClickHouse(addresses["clickhouse.url"])
        # While it starts two dozen jobs, a JobManager on two cores may keep a question waiting.
        self.flink = Flink(addresses["flink.rest"], timeout=60)
        self.control = Control(addresses["control.url"])
        self.connect = Connect(addresses.get("connect.url", ""))
        self.superset = Superset(addresses.get("superset.url", ""))
        self.ksqldb = KsqlDb(addresses.get("ksqldb.url", ""))

    def close(self) -> None:
        """Close the connections."""
        self.flink.close()
        self.control.close()
        self.connect.close()
        self.superset.close()
        self.ksqldb.close()
