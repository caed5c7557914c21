"""Engines in memory: they hold what they were given, and what a test does to them by hand."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from millstream.engines.control import AppliedJob, Desired
from millstream.engines.flink import Checkpoints, JobStatus, job_id
from millstream.observation import ABSENT, Observation
from millstream.project.model import Relation


@dataclass
class FakeObjects:
    """Kafka, PostgreSQL, ClickHouse or Connect: objects by their resource, as an observation each."""

    held: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    traits: dict = field(default_factory=dict)
    relations: dict = field(default_factory=dict)

    def columns(self, schemas):
        return {name: columns for name, columns in self.relations.items() if name[0] in schemas}

    def observe(self, resources):
        self.asked.append([resource.id for resource in resources])
        return {resource.id: self.held.get(resource.id, ABSENT) for resource in resources}

    def create(self, resource):
        traits = {"id": f"{resource.id} 1", **self.traits}
        rowless = isinstance(resource, Relation) and resource.is_rowless
        self.held[resource.id] = Observation(exists=True, traits=traits, is_rowless=rowless)

    def replace(self, resource):
        self.create(resource)
        self.alter(resource.id, id=f"{resource.id} 2")

    def alter(self, resource, *differences, **traits):
        before = self.held[resource]
        self.held[resource] = replace(before, differences=differences, traits={**before.traits, **traits})


@dataclass
class FakeFlink:
    """A JobManager: jobs by id, with the parameters they were submitted with."""

    held: dict = field(default_factory=dict)
    parameters_of: dict = field(default_factory=dict)
    restored: dict = field(default_factory=dict)
    requests: int = 0

    def run(self, one, name, state="RUNNING", tasks=2, parameters=None):
        self.held[one] = JobStatus(one, name, state, 0, tasks)
        self.parameters_of[one] = parameters or {}

    def end(self, one, state):
        self.held[one] = replace(self.held[one], state=state)

    def jobs(self):
        self.requests += 1
        return tuple(self.held.values())

    def parameters(self, one):
        self.requests += 1
        return self.parameters_of[one]

    def checkpoints(self, one):
        self.requests += 1
        return Checkpoints(1, None, None, self.restored.get(one))

    def failure(self, _one):
        self.requests += 1
        return "NullPointerException: no city"

    def stop_with_savepoint(self, one, directory):
        self.end(one, "FINISHED")
        return f"{directory}/savepoint-1"

    def cancel(self, one):
        self.end(one, "CANCELED")


@dataclass
class FakeJobs:
    """The control database's jobs: the newest attempt of each."""

    held: dict = field(default_factory=dict)
    others: frozenset = frozenset()

    def current(self, _project, _target):
        return tuple(self.held.values())

    def attempts(self, _project, _target, resource):
        return (self.held[resource],) if resource in self.held else ()

    def elsewhere(self, job_ids, _project, _target):
        return frozenset(job_ids) & self.others

    def mark(self, one, note):
        self._change(one, note=note)

    def count(self, one, tasks):
        self._change(one, tasks=tasks)

    def _change(self, one, **changes):
        self.held = {name: replace(job, **changes) if job.job_id == one else job for name, job in self.held.items()}


@dataclass
class FakeRecords:
    """The control database's objects."""

    held: dict = field(default_factory=dict)

    def current(self, _project, _target):
        return tuple(self.held.values())

    def record(self, _project, _target, objects):
        self.held |= {found.resource: found for found in objects}

    def forget(self, _project, _target, resources):
        self.held = {name: found for name, found in self.held.items() if name not in set(resources)}


class FakeControl:
    """The control database."""

    def __init__(self):
        self.jobs, self.objects = FakeJobs(), FakeRecords()
        self.ownership = SimpleNamespace(all=lambda _project: ())
        self.sources = SimpleNamespace(current=lambda _project, _target: ())
        self.journal = SimpleNamespace(step=self._step)
        self.steps = []

    def migrate(self):
        pass

    @contextmanager
    def _step(self, _apply_id, _step, resource, action):
        self.steps.append((resource, str(action)))
        yield

    @contextmanager
    def lock(self, *_):
        yield SimpleNamespace(recheck=lambda: None)


class FakeEngines:
    """All engines of one target."""

    def __init__(self):
        self.kafka, self.postgres, self.clickhouse, self.connect, self.ksqldb = (FakeObjects() for _ in range(5))
        self.clickhouse.traits = {"definition": "26.1.2.1 a1b2"}
        self.superset = SimpleNamespace(observe=lambda _: {})
        self.flink, self.control = FakeFlink(), FakeControl()

    def of(self, resource):
        engines = {
            "topic": self.kafka,
            "connector": self.connect,
            "postgres": self.postgres,
            "ksql": self.ksqldb,
        }
        return engines.get(resource.id.kind.partition("_")[0], self.clickhouse)

    def close(self):
        pass

    def hold(self, resources):
        """Have every object, as an apply would leave it."""
        for resource in resources:
            self.of(resource).create(resource)

    def start(self, project, target, job, fingerprint, **record):
        """Have a job that an apply has started."""
        one = job_id(project, target, str(job), 1)
        parameters = {
            "millstream.project": project, "millstream.resource": str(job), "millstream.fingerprint": fingerprint
        }  # fmt: skip
        self.flink.run(one, job.engine_name, parameters=parameters)
        applied = AppliedJob(
            project, target, str(job), 1, job.engine_name, one, fingerprint, {}, {}, desired=Desired.RUNNING
        )
        seen = {"confirmed_at": "2026-11-21", "tasks": 2}
        self.control.jobs.held[str(job)] = replace(applied, **(seen | record))
        return one
