"""One run of a tree's jobs over a fixed set of records, to its natural end.

Sources are bounded at the offsets they find, so each job finishes by itself: what it wrote is complete, and a
difference from the expectation is a wrong answer, never an answer that has not come yet. Every run has a namespace
of its own, so many share one platform; topics that one run has filled can be copied for the next.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

import confluent_kafka as ck
import httpx

from millstream.engines.kafka import Kafka
from millstream.engines.postgres import Postgres
from millstream.flinkplan import Checkpointing, JobSource, Planner, Statement, SubmitFailed, SubmitRequest
from millstream.project import load
from millstream.project.model import FlinkTable, FlinkView, Job, Kind, Project, Relation, Topic
from oracle.kafka import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from oracle.samples import Sample

_BOUND = "'scan.bounded.mode' = 'latest-offset',\n  "
_KAFKA = "'connector' = 'kafka'"
_DEADLINE = 120.0


@dataclass(frozen=True)
class Engines:
    """Where the jobs run.

    Args:
        variables: values of the SQL tree's variables, `FLINK_REST` and `POSTGRES_URL` among them.
        checkpoints: URI of a folder the cluster may write to.
    """

    planner: Planner
    variables: Mapping[str, str]
    checkpoints: str

    @property
    def bootstrap(self) -> str:
        """The broker's address."""
        return self.variables["KAFKA_BOOTSTRAP"]


@dataclass(frozen=True)
class Run:
    """The jobs of one tree that run in one namespace."""

    engines: Engines
    project: Project
    jobs: tuple[Job, ...]

    @classmethod
    def of(cls, engines: Engines, root: Path, namespace: str, jobs: Sequence[str], topics: Iterable[str] = ()) -> Run:
        """Read the tree below `root` and make what `jobs` need, and `topics` beside.

        Raises:
            RuntimeError: the tree has errors.
        """
        project = load(root, name="bounded", namespace=namespace, variables=engines.variables)
        if project.diagnostics:
            raise RuntimeError("\n".join(map(str, project.diagnostics)))
        by_name = {job.id.name: job for job in project.of(Job)}
        run = cls(engines, project, tuple(by_name[name] for name in jobs))
        run._create({*run.topics(), *topics})
        return run

    def tables(self) -> tuple[FlinkTable, ...]:
        """Flink tables the jobs read or write."""
        needed = {name for job in self.jobs for name in (*job.requires, *job.writes)}
        return tuple(table for table in self.project.of(FlinkTable) if table.id.name in needed)

    def topics(self) -> frozenset[str]:
        """Names of the topics the jobs read or write, without namespace."""
        names = (table.options.get("topic", "") for table in self.tables())
        return frozenset(name.removeprefix(self.project.namespace) for name in names if name)

    def sinks(self) -> Iterable[FlinkTable]:
        """The tables the jobs write."""
        written = {name for job in self.jobs for name in job.writes}
        return (table for table in self.tables() if table.id.name in written)

    def send(self, records: Iterable[Sample]) -> None:
        """Send records in their order, each to its own topic and partition with its own record time."""
        self._produce((r.topic, r.partition, r.record_time, r.key, r.value) for r in records)

    def copy(self, namespace: str, topics: Iterable[str]) -> None:
        """Fill topics with what the same topics of another namespace hold."""
        self._produce(
            (message.topic().removeprefix(namespace), message.partition(), message.timestamp()[1], *_pair(message))
            for message in read(self.engines.bootstrap, *(f"{namespace}{topic}" for topic in topics))
        )

    def finish(self) -> None:
        """Run the jobs, one after the other.

        Raises:
            RuntimeError: a job does not start or does not finish.
        """
        for job in self.jobs:
            _await_end(self.engines, self._submit(job))

    def _create(self, needed: set[str]) -> None:
        kafka = Kafka(self.engines.bootstrap)
        for topic in self.project.of(Topic):
            if topic.id.name in needed:
                kafka.create(topic)
        postgres = Postgres(self.engines.variables["POSTGRES_URL"])
        landed = {table.options.get("table-name") for table in self.tables()}
        for relation in self.project.of(Relation):
            if relation.id.kind is Kind.POSTGRES_TABLE and relation.id.engine_name in landed:
                postgres.create(relation)

    def _produce(self, records: Iterable[tuple[str, int, int, bytes | None, bytes | None]]) -> None:
        producer = ck.Producer(
            {"bootstrap.servers": self.engines.bootstrap, "enable.idempotence": True, "log_level": 0}
        )
        for topic, partition, record_time, key, value in records:
            engine_name = f"{self.project.namespace}{topic}"
            producer.produce(engine_name, value, key, partition=partition, timestamp=record_time)
            producer.poll(0)
        if unsent := producer.flush(30):
            raise RuntimeError(f"{unsent} records were not confirmed")

    def _submit(self, job: Job) -> str:
        declared = {found.id.name: found for found in (*self.project.of(FlinkTable), *self.project.of(FlinkView))}
        required = (declared[name] for name in job.requires)
        source = JobSource(
            tables=tuple(Statement(str(found.id), _bounded(found.statement)) for found in required),
            job=Statement(str(job.id), job.statement),
            settings=job.settings,
        )
        request = SubmitRequest(
            source,
            self.engines.variables["FLINK_REST"],
            job.id.engine_name,
            uuid4().hex,
            Checkpointing(self.engines.checkpoints, interval_ms=500),
        )
        reply = self.engines.planner.submit(request)
        if isinstance(reply, SubmitFailed):
            raise RuntimeError(f"{job.id}: {reply.message}")  # noqa: TRY004 - a refusal, not a type
        return reply.job_id


def _pair(message: ck.Message) -> tuple[bytes | None, bytes | None]:
    return message.key(), message.value()


def _bounded(statement: str) -> str:
    return statement.replace(_KAFKA, _BOUND + _KAFKA)


def _await_end(engines: Engines, job_id: str) -> None:
    address = f"{engines.variables['FLINK_REST']}/jobs/{job_id}"
    deadline = time.monotonic() + _DEADLINE
    while time.monotonic() < deadline:
        state = httpx.get(address).json()["state"]
        if state == "FINISHED":
            return
        if state in ("FAILED", "FAILING", "RESTARTING", "CANCELED"):
            cause = httpx.get(f"{address}/exceptions").json()
            httpx.patch(address, params={"mode": "cancel"})
            raise RuntimeError(f"job {job_id} is {state}: {str(cause)[:3000]}")
        time.sleep(0.1)
    httpx.patch(address, params={"mode": "cancel"})
    raise RuntimeError(f"job {job_id} did not finish within {_DEADLINE:.0f} s")


def spread(records: Sequence[Sample], partitions: int) -> list[Sample]:
    """The same records dealt out over partitions."""
    return [replace(record, partition=number % partitions) for number, record in enumerate(records)]
