"""Rounds of the resume process on a real control database; Flink and the planner are stand-ins that can be killed."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import psycopg
import pytest
from control_server import PostgresServer, running_postgres

from millstream.engines.control import AppliedJob, Control, Desired
from millstream.engines.flink import Checkpoints, JobStatus, TaskManager, job_id
from millstream.errors import EngineError, UsageError
from millstream.flinkplan import Bundle, Failure, SubmitFailed, SubmitRequest, Submitted, Template
from millstream.local.resume import ResumeConfig, suspend
from millstream.local.resume.configuration import load
from millstream.local.resume.notices import Notices
from millstream.local.resume.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUNDLE = Bundle((Template("flink_table.t", "CREATE TABLE t … '${PASSWORD}'"),), Template("job.a", "INSERT …"), "a")
ID1, ID2 = (job_id("demo", "local", "job.a", attempt) for attempt in (1, 2))
JOB = AppliedJob("demo", "local", "job.a", 1, "a", ID1, "f", {}, BUNDLE.to_json())


@dataclass
class Cluster:
    """A JobManager and a planner in one: what is submitted runs until somebody forgets or ends it."""

    states: dict[str, str] = field(default_factory=dict)
    restored: dict[str, str | None] = field(default_factory=dict)
    savepoints: dict[str, str] = field(default_factory=dict)
    requests: list[SubmitRequest] = field(default_factory=list)
    free_slots: int = 4
    holding: frozenset[str] = frozenset()
    reply: SubmitFailed | None = None
    killed: bool = False
    planners: int = 0

    def jobs(self) -> tuple[JobStatus, ...]:
        return tuple(JobStatus(one, "a", state, 0) for one, state in self.states.items())

    def job(self, one: str) -> JobStatus | None:
        return JobStatus(one, "a", self.states[one], 0) if one in self.states else None

    def taskmanagers(self) -> tuple[TaskManager, ...]:
        return (TaskManager("tm", 4, self.free_slots, self.holding),)

    def checkpoints(self, one: str) -> Checkpoints:
        return Checkpoints(0, None, None, self.restored.get(one), savepoint=self.savepoints.get(one))

    def stop_with_savepoint(self, one: str, directory: str, timeout: float) -> str:
        if self.killed:
            raise EngineError("tasks are not running")
        self.states[one] = "FINISHED"
        return f"{directory}/savepoint-{timeout:.0f}"

    def start(self) -> Cluster:
        self.planners += 1
        return self

    def close(self) -> None:
        self.planners -= 1

    def submit(self, request: SubmitRequest) -> Submitted | SubmitFailed:
        self.requests.append(request)
        if self.killed:
            raise EngineError("the Flink planner ended with code -9")
        if self.reply:
            return self.reply
        if request.job_id in self.states:
            return SubmitFailed(Failure.DUPLICATE_JOB, "known")
        self.states[request.job_id] = "RUNNING"
        self.restored[request.job_id] = request.restore_path
        return Submitted(request.job_id)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as running:
        yield running


@pytest.fixture
def control(server: PostgresServer) -> Iterator[Control]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS millstream CASCADE")
    made = Control(server.url)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
def config(tmp_path: Path, server: PostgresServer) -> ResumeConfig:
    return ResumeConfig(
        control_url=server.url,
        flink_rest="http://flink:1",
        checkpoint_dir=tmp_path,
        flink_home=tmp_path,
        java_home=tmp_path,
        variables={"PASSWORD": "hunter2"},
    )


@pytest.fixture
def rounds(config: ResumeConfig, control: Control, cluster: Cluster) -> Rounds:
    return Rounds(config, control, cluster, Notices(), cluster.start)


def checkpoint(folder: Path, number: int, name: str = "chk") -> str:
    made = folder / f"{name}-{number}"
    made.mkdir(parents=True)
    (made / "_metadata").write_bytes(struct.pack(">iiq", 0x4960672D, 6, number))
    return made.as_uri()


def running(control: Control, cluster: Cluster) -> None:
    control.jobs.record(JOB)
    cluster.states[ID1], cluster.restored[ID1] = "RUNNING", None
    control.jobs.confirm(ID1)


def test_forgotten_job_continues_from_its_newest_checkpoint_and_is_seen_to(
    rounds: Rounds, control: Control, cluster: Cluster, tmp_path: Path
):
    running(control, cluster)
    checkpoint(tmp_path / ID1, 9)
    newest = checkpoint(tmp_path / ID1, 10)
    cluster.states.clear()
    rounds.once()
    assert [(one.job_id, one.restore_path) for one in cluster.requests] == [(ID2, newest)]
    assert cluster.requests[0].source.tables[0].text == "CREATE TABLE t … 'hunter2'"
    assert control.jobs.current()[0].confirmed_at is None
    rounds.once()
    assert control.jobs.current()[0].confirmed_at is not None
    assert len(cluster.requests) == 1


def test_job_that_was_not_restored_from_where_it_should_is_never_confirmed(
    rounds: Rounds, control: Control, cluster: Cluster, tmp_path: Path
):
    running(control, cluster)
    checkpoint(tmp_path / ID1, 9)
    cluster.states.clear()
    rounds.once()
    cluster.restored[ID2] = None
    rounds.once()
    assert control.jobs.current()[0].confirmed_at is None


def test_kill_between_record_and_submit_repeats_the_same_attempt(
    rounds: Rounds, control: Control, cluster: Cluster, tmp_path: Path
):
    running(control, cluster)
    newest = checkpoint(tmp_path / ID1, 9)
    cluster.states.clear()
    cluster.killed = True
    with pytest.raises(EngineError):
        rounds.once()
    cluster.killed = False
    rounds.once()
    assert [(one.job_id, one.restore_path) for one in cluster.requests] == [(ID2, newest)] * 2
    assert [one.job_id for one in control.jobs.attempts("demo", "local", "job.a")] == [ID2, ID1]


def test_lost_reply_starts_no_second_copy(rounds: Rounds, control: Control, cluster: Cluster):
    control.jobs.record(JOB)
    cluster.restored[ID1] = None
    rounds.once()
    rounds.once()
    assert list(cluster.states) == [ID1]


@pytest.mark.parametrize("state", ["CANCELED", "FAILED", "FINISHED"])
def test_ended_job_stays_ended_after_the_jobmanager_restarts(
    rounds: Rounds, control: Control, cluster: Cluster, state: str
):
    running(control, cluster)
    cluster.states[ID1] = state
    rounds.once()
    cluster.states.clear()
    rounds.once()
    assert control.jobs.current()[0].note == state.lower()
    assert cluster.requests == []


def test_savepoint_that_a_person_stopped_a_job_with_is_on_record(rounds: Rounds, control: Control, cluster: Cluster):
    running(control, cluster)
    cluster.states[ID1], cluster.savepoints[ID1] = "FINISHED", "file:/elsewhere/savepoint-1"
    rounds.once()
    found = control.jobs.current()[0]
    assert (found.note, found.savepoint) == ("finished", "file:/elsewhere/savepoint-1")


def test_round_is_skipped_while_apply_holds_the_lock(rounds: Rounds, control: Control, cluster: Cluster):
    control.jobs.record(JOB)
    with control.lock("apply"):
        rounds.once()
    assert cluster.requests == []
    rounds.once()
    assert len(cluster.requests) == 1


def test_nothing_is_submitted_without_free_slots(rounds: Rounds, control: Control, cluster: Cluster):
    control.jobs.record(JOB)
    cluster.free_slots = 0
    rounds.once()
    assert cluster.requests == []


def test_old_tasks_are_waited_for_but_not_forever(
    config: ResumeConfig, control: Control, cluster: Cluster, rounds: Rounds, tmp_path: Path
):
    running(control, cluster)
    checkpoint(tmp_path / ID1, 9)
    cluster.states.clear()
    cluster.holding = frozenset({ID1})
    rounds.once()
    assert cluster.requests == []
    impatient = Rounds(config.model_copy(update={"patience_seconds": 0}), control, cluster, Notices(), cluster.start)
    impatient.once()
    assert len(cluster.requests) == 1


def test_planner_runs_only_while_something_is_to_be_submitted(rounds: Rounds, control: Control, cluster: Cluster):
    rounds.once()
    assert cluster.planners == 0
    control.jobs.record(JOB)
    cluster.free_slots = 0
    rounds.once()
    assert cluster.planners == 1
    cluster.free_slots = 4
    rounds.once()
    rounds.once()
    assert cluster.planners == 0


@pytest.mark.parametrize("failure", [Failure.REFUSED, Failure.NOT_STARTED])
def test_job_flink_will_not_have_is_marked_with_the_reason(
    rounds: Rounds, control: Control, cluster: Cluster, failure: Failure
):
    control.jobs.record(JOB)
    cluster.reply = SubmitFailed(failure, "no such connector")
    rounds.once()
    rounds.once()
    assert control.jobs.current()[0].note == f"{failure}: no such connector"
    assert len(cluster.requests) == 1


def test_unreachable_jobmanager_is_tried_again(rounds: Rounds, control: Control, cluster: Cluster):
    control.jobs.record(JOB)
    cluster.reply = SubmitFailed(Failure.UNREACHABLE, "refused")
    rounds.once()
    cluster.reply = None
    rounds.once()
    assert [one.job_id for one in cluster.requests] == [ID1, ID1]


def test_unset_variable_leaves_the_job_alone_and_the_others_running(rounds: Rounds, control: Control, cluster: Cluster):
    broken = Bundle((), Template("job.A", "INSERT ${MISSING}"), "x").to_json()
    control.jobs.record(replace(JOB, resource="job.A", job_id="x1", bundle=broken))
    control.jobs.record(JOB)
    rounds.once()
    assert [one.job_id for one in cluster.requests] == [ID1]


def test_down_and_up_continue_from_the_savepoint(rounds: Rounds, control: Control, cluster: Cluster, tmp_path: Path):
    running(control, cluster)
    checkpoint(tmp_path / ID1, 9)
    (found,) = suspend(control, cluster, tmp_path)
    assert found.savepoint
    savepoint = checkpoint(tmp_path / ID1, 10, "savepoint")
    rounds.once()
    assert [(one.job_id, one.restore_path) for one in cluster.requests] == [(ID2, savepoint)]
    assert control.jobs.current()[0].desired is Desired.RUNNING


def test_job_without_savepoint_continues_from_its_checkpoint(
    rounds: Rounds, control: Control, cluster: Cluster, tmp_path: Path
):
    running(control, cluster)
    newest = checkpoint(tmp_path / ID1, 9)
    cluster.killed = True
    (found,) = suspend(control, cluster, tmp_path)
    assert (found.savepoint, found.trouble) == (None, "tasks are not running")
    cluster.killed = False
    cluster.states.clear()
    rounds.once()
    assert cluster.requests[0].restore_path == newest


def test_checkpoints_of_earlier_attempts_go_when_the_newest_has_its_own(
    rounds: Rounds, control: Control, cluster: Cluster, tmp_path: Path
):
    running(control, cluster)
    checkpoint(tmp_path / ID1, 9)
    cluster.states.clear()
    rounds.once()
    rounds.once()
    rounds.once()
    assert (tmp_path / ID1).exists()
    checkpoint(tmp_path / ID2, 10)
    rounds.once()
    assert not (tmp_path / ID1).exists()


def test_each_round_is_a_sign_of_life(rounds: Rounds, control: Control):
    rounds.once()
    assert control.heartbeat("resume") is not None


def test_wrong_configuration_is_refused_without_its_secrets(tmp_path: Path):
    file = tmp_path / "resume.json"
    file.write_text(json.dumps({"control_url": "postgresql://u:hunter2@h/d", "flink_rest": 7}))
    with pytest.raises(UsageError, match="flink_rest") as caught:
        load(file)
    assert "hunter2" not in caught.value.summary
