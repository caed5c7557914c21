"""What a person does to engines behind millstream's back, with the engines' own means."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Self
from uuid import uuid4

import clickhouse_connect
import httpx
import psycopg
from confluent_kafka import Producer
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
)

from millstream.engines.flink import Flink, location
from millstream.errors import EngineError
from millstream.flinkplan import Checkpointing, JobSource, Planner, Statement, SubmitRequest, Submitted
from millstream.local.services import flink
from millstream.project import load
from millstream.project.model import FlinkTable, Job

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from embedded import Embedded

    from millstream.project.model import Project

    T = TypeVar("T")


def until(look: Callable[[], T], seconds: float = 60) -> T:
    """Wait for something, and give it."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "nothing came of it in time"
        time.sleep(0.2)
    return found


def kill_flink(platform: Embedded) -> None:
    """Kill JobManager and TaskManager; supervisord starts them again as they were configured."""
    killed = [platform.process(service) for service in ("flink-jobmanager", "flink-taskmanager")]
    for process in killed:
        process.kill()
        process.wait(30)


class Hand:
    """A person with every client that the engines come with; use it as a context manager."""

    def __init__(self, platform: Embedded) -> None:
        self._platform = platform
        env = platform.env
        self.rest = httpx.Client(base_url=env["FLINK_REST"], timeout=60, trust_env=False)
        self.connect = httpx.Client(base_url=env["CONNECT_URL"], timeout=60, trust_env=False)
        self.postgres = psycopg.connect(env["POSTGRES_URL"], autocommit=True)
        self.clickhouse = clickhouse_connect.get_client(dsn=env["CLICKHOUSE_URL"], autogenerate_session_id=False)
        self._admin = AdminClient({"bootstrap.servers": env["KAFKA_BOOTSTRAP"]})
        self._flink = Flink(env["FLINK_REST"], timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._flink.close()
        for client in (self.rest, self.connect, self.postgres, self.clickhouse):
            client.close()
        if "_planner" in self.__dict__:
            self._planner.close()

    @cached_property
    def _planner(self) -> Planner:
        site = self._platform.site
        return Planner(flink.home(site), site.java_home).start()

    @cached_property
    def _project(self) -> Project:
        variables = {**self._platform.environment, **self._platform.env}
        return load(self._platform.root, name="by_hand", namespace="", variables=variables)

    def jobs(self) -> dict[str, str]:
        """Ids of the jobs that run, by name."""
        return {job.name: job.id for job in self._flink.jobs() if not job.ended}

    def running(self) -> dict[str, str]:
        """Ids of the jobs that run by now, by name; none while the JobManager is away."""
        try:
            return {job.name: job.id for job in self._flink.jobs() if job.state == "RUNNING"}
        except EngineError:
            return {}

    def state(self, job_id: str) -> str:
        """Flink's word for a job."""
        return self._flink.job(job_id).state

    def await_state(self, job_id: str, state: str) -> None:
        until(lambda: self.state(job_id) == state)

    def cancel(self, job_id: str) -> None:
        self._flink.cancel(job_id)
        self.await_state(job_id, "CANCELED")

    def stop_with_savepoint(self, job_id: str) -> str:
        """Stop a job into the cluster's own folder of savepoints; returns the savepoint."""
        savepoint = self._flink.stop_with_savepoint(job_id, location(self._platform.site.layout.savepoints))
        self.await_state(job_id, "FINISHED")
        return savepoint

    def parameters(self, job_id: str) -> dict[str, str]:
        """What a job was submitted with, for a copy of it."""
        return dict(self._flink.parameters(job_id))

    def submit(self, name: str, statement: str, parallelism: int = 1, **given: object) -> str:
        """Submit SQL over the project's tables; returns the id it runs under.

        Args:
            name: what Flink is to call it.
            statement: what is to run.
            parallelism: of all its tasks.
            given: of a `SubmitRequest` what is not as for any new job.
        """
        tables = tuple(Statement(str(table.id), table.statement) for table in self._project.of(FlinkTable))
        source = JobSource(tables, Statement(f"job.{name}", statement), (("parallelism.default", str(parallelism)),))
        # A folder of one's own: in that of an id which ran before, checkpoints of the same numbers are in the way.
        checkpointing = Checkpointing(location(self._platform.site.layout.savepoints), interval_ms=1000)
        request = SubmitRequest(source, self._platform.env["FLINK_REST"], name, uuid4().hex, checkpointing)
        reply = self._planner.submit(replace(request, **given))
        assert isinstance(reply, Submitted), reply
        until(lambda: (found := self._flink.checkpoints(reply.job_id)) and found.completed)
        return reply.job_id

    def statement(self, job: str) -> str:
        """A job's own statement."""
        return next(found.statement for found in self._project.of(Job) if found.id.name == job)

    def send(self, topic: str, value: bytes) -> None:
        producer = Producer({"bootstrap.servers": self._platform.env["KAFKA_BOOTSTRAP"]})
        producer.produce(topic, value)
        assert producer.flush(30) == 0

    def set_topic(self, topic: str, **config: str) -> None:
        """Alter settings of a topic, `__` standing for a dot."""
        entries = [
            ConfigEntry(key.replace("__", "."), value, incremental_operation=AlterConfigOpType.SET)
            for key, value in config.items()
        ]
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=entries)
        self._admin.incremental_alter_configs([resource])[resource].result(timeout=30)

    def add_partitions(self, topic: str, count: int) -> None:
        self._admin.create_partitions([NewPartitions(topic, count)])[topic].result(timeout=30)
        until(lambda: len(self._topics()[topic].partitions) == count)

    def delete_topic(self, topic: str) -> None:
        self._admin.delete_topics([topic])[topic].result(timeout=30)
        until(lambda: topic not in self._topics())

    def create_topic(self, topic: str, **config: str) -> None:
        named = {key.replace("__", "."): value for key, value in config.items()}
        self._admin.create_topics([NewTopic(topic, 1, 1, config=named)])[topic].result(timeout=30)
        until(lambda: topic in self._topics())

    def _topics(self) -> dict:
        return self._admin.list_topics(timeout=30).topics

    def configure(self, connector: str, **changes: str) -> None:
        """Put other settings into a connector, `__` standing for a dot."""
        config = self.connect.get(f"/connectors/{connector}/config").json()
        changed = config | {key.replace("__", "."): value for key, value in changes.items()}
        self.connect.put(f"/connectors/{connector}/config", json=changed).raise_for_status()

    def pause(self, connector: str) -> None:
        self.connect.put(f"/connectors/{connector}/pause").raise_for_status()
        status = f"/connectors/{connector}/status"
        until(lambda: self.connect.get(status).json()["connector"]["state"] == "PAUSED")
