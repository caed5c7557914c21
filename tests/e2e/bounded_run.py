"""One run of the slice's jobs over a fixed set of records, to its natural end.

Sources are bounded at the offsets they find, so each job finishes by itself: what it wrote is complete, and a
difference from the expectation is a wrong answer, never an answer that has not come yet. Every run has a namespace
of its own, so many share one platform.
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

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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


def run(engines: Engines, root: Path, namespace: str, records: Sequence[Sample], jobs: Sequence[str]) -> None:
    """Send `records` and run `jobs` of the tree below `root`, one after the other, all in `namespace`.

    Raises:
        RuntimeError: the tree has errors, or a job does not start or does not finish.
    """
    project = load(root, name="bounded", namespace=namespace, variables=engines.variables)
    if project.diagnostics:
        raise RuntimeError("\n".join(map(str, project.diagnostics)))
    _create(engines, project)
    send(engines.variables["KAFKA_BOOTSTRAP"], f"{namespace}orders", records)
    for name in jobs:
        job = next(job for job in project.of(Job) if job.id.name == name)
        _finish(engines, _submit(engines, project, job))


def send(bootstrap: str, topic: str, records: Sequence[Sample]) -> None:
    """Send records in their order, each to its own partition with its own record time."""
    producer = ck.Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "log_level": 0})
    for record in records:
        producer.produce(topic, record.value, record.key, partition=record.partition, timestamp=record.record_time)
        producer.poll(0)
    if unsent := producer.flush(30):
        raise RuntimeError(f"{unsent} records were not confirmed")


def _create(engines: Engines, project: Project) -> None:
    kafka = Kafka(engines.variables["KAFKA_BOOTSTRAP"])
    for topic in project.of(Topic):
        kafka.create(topic)
    postgres = Postgres(engines.variables["POSTGRES_URL"])
    for relation in project.of(Relation):
        if relation.id.kind is Kind.POSTGRES_TABLE:
            postgres.create(relation)


def _submit(engines: Engines, project: Project, job: Job) -> str:
    declared = {found.id.name: found for found in (*project.of(FlinkTable), *project.of(FlinkView))}
    required = (declared[name] for name in job.requires)
    source = JobSource(
        tables=tuple(Statement(str(found.id), _bounded(found.statement)) for found in required),
        job=Statement(str(job.id), job.statement),
        settings=job.settings,
    )
    request = SubmitRequest(
        source,
        engines.variables["FLINK_REST"],
        job.id.engine_name,
        uuid4().hex,
        Checkpointing(engines.checkpoints, interval_ms=500),
    )
    reply = engines.planner.submit(request)
    if isinstance(reply, SubmitFailed):
        raise RuntimeError(f"{job.id}: {reply.message}")  # noqa: TRY004 - a refusal, not a type
    return reply.job_id


def _bounded(statement: str) -> str:
    return statement.replace(_KAFKA, _BOUND + _KAFKA)


def _finish(engines: Engines, job_id: str) -> None:
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
