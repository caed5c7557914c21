"""The runs of a rehearsal on engines that only pretend: what is asked of them in which order, and what stays."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

import pytest
from test_rehearse_staging import COUNTED, ORDERS
from test_state_verdict import Draft

from millstream.engines.flink import Checkpoints, JobStatus, Overview
from millstream.engines.kafka_throwaway import Stored
from millstream.errors import EngineError
from millstream.flinkplan import Bundle, Failure, SubmitFailed, Submitted, Template
from millstream.flinkplan.model import Compiled
from millstream.plan.state import Verdict
from millstream.rehearse import Event, JobChange, Phase, Result, Stage, rehearsal, rehearse, runs

EVENTS = [Event("orders", b"k", b"{}", datetime.now(UTC), phase) for phase in Phase]


@dataclass
class Engines:
    """Kafka, Flink and its planner in memory: a job writes what the script says of its run."""

    writes: dict
    refuses: tuple = ()
    fails: tuple = ()
    plans: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)
    jobs: dict = field(default_factory=dict)
    submitted: list = field(default_factory=list)
    sent: list = field(default_factory=list)
    removed: bool = False
    lock: Lock = field(default_factory=Lock)

    # Flink's planner
    def compile(self, source):
        return Compiled(self.plans[source.job.text])

    def submit(self, request):
        run = request.job_name.split("_", 2)[2]
        with self.lock:
            self.submitted.append((run, bool(request.plan), request.restore_path))
            if run in self.refuses:
                return SubmitFailed(Failure.NOT_STARTED, "no state fits")
            self.jobs[request.job_id] = [run, "FAILED" if run in self.fails else "RUNNING", 0]
            self._write(request.job_name, run, 0)
        return Submitted(request.job_id)

    def _write(self, group, run, part):
        listed = self.writes.get(run, ((), ()))[part]
        stored = self.rows.setdefault(f"{group}_counted", [])
        stored += [Stored(len(stored) + n, None, json.dumps({"after": row}).encode()) for n, row in enumerate(listed)]

    # Flink
    def overview(self):
        return Overview(1, 48, 48, "2.2.1")

    def job(self, job_id):
        run, state, _ = self.jobs.get(job_id, ("", "", 0))
        return JobStatus(job_id, run, state, 0) if run else None

    def checkpoints(self, job_id):
        self.jobs[job_id][2] += 1
        return Checkpoints(self.jobs[job_id][2], None, None, None)

    def failure(self, _job_id):
        return "StateMigrationException"

    def cancel(self, job_id):
        self.jobs[job_id][1] = "CANCELED"

    def stop_with_savepoint(self, job_id, directory, *, drain):
        self.jobs[job_id][1] = "FINISHED"
        return f"{directory}/{self.jobs[job_id][0]}{'-drained' if drain else ''}"

    # Kafka
    def create(self, names):
        self.rows |= {name: [] for name in names if name not in self.rows}

    def send(self, records):
        self.sent.append([topic for topic, *_ in records])
        if len(self.sent) > 1:
            group = next(name for name in self.rows if name.endswith("_scratch_counted")).removesuffix("_counted")
            self._write(group, "scratch", 1)

    def lag(self, _group, _topics):
        return 0

    def ends(self, topics):
        return {topic: len(self.rows[topic]) for topic in topics}

    def read(self, topics):
        return {topic: tuple(self.rows[topic]) for topic in topics}

    def remove(self):
        self.removed = True


def plan(minimum):
    draft = Draft()
    draft.sink(draft.total(draft.where(draft.scan(), minimum)), "counted")
    return draft.done().text


def side(minimum):
    tables = (Template("flink_table.orders", ORDERS), Template("flink_table.counted", COUNTED))
    return Bundle(tables, Template("job.j", f"INSERT INTO counted SELECT id, {minimum} FROM orders"), "j")


@pytest.fixture
def rehearsed(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "POLL_SECONDS", 0)

    def run(engines, minimum=1):
        monkeypatch.setattr(rehearsal, "ThrowawayTopics", lambda _bootstrap, _prefix: engines)
        engines.plans |= {side(n).job.text: plan(n) for n in (1, minimum)}
        on = Stage(engines, engines, "http://flink", "kafka:1", {"KAFKA_BOOTSTRAP": "kafka:1"}, tmp_path / "rehearsals")
        found = rehearse(JobChange("job.j", side(1), side(minimum)), EVENTS, on)
        assert engines.removed
        assert list((tmp_path / "rehearsals").iterdir()) == []
        assert {state for _, state, _ in engines.jobs.values()} <= {"FINISHED", "FAILED", "CANCELED"}
        return found

    return run


SAME = {"scratch": (({"n": 1},), ({"n": 2},)), "carried": (({"n": 2},), ()), "plain": (({"n": 2},), ())}


def test_kept_state_is_restored_by_its_ids_and_compared(rehearsed):
    engines = Engines(SAME)
    found = rehearsed(engines)
    assert (found.verdict, found.carried.result, found.plain.result) == (Verdict.KEEP, Result.PROVED, Result.PROVED)
    began = {run: (by_plan, path and path.rpartition("/")[2]) for run, by_plan, path in engines.submitted}
    assert began == {
        "old": (True, None),
        "plain_old": (False, None),
        "scratch": (True, None),
        "carried": (True, "old"),
        "plain": (False, "plain_old"),
    }
    assert [len(topics) for topics in engines.sent] == [1, 1]


def test_rebuild_is_not_restored_but_by_flink_alone(rehearsed):
    found = rehearsed(Engines(SAME | {"plain": (({"n": 9},), ())}), minimum=5)
    assert (found.verdict, found.carried, found.plain.result) == (Verdict.REBUILD, None, Result.DIFFERS)
    assert [(row.restored, row.wanted) for row in found.plain.rows] == [("", '{"n": 2}'), ('{"n": 9}', "")]


@pytest.mark.parametrize("how", ["refuses", "fails"])
def test_restore_that_flink_does_not_take_is_refused(rehearsed, how):
    found = rehearsed(Engines(SAME, **{how: ("plain",)}))
    assert found.carried.result is Result.PROVED
    assert found.plain.result is Result.REFUSED
    assert found.plain.reason == {"refuses": "no state fits", "fails": "StateMigrationException"}[how]


def test_job_that_does_not_run_at_all_says_nothing_about_restores(rehearsed):
    found = rehearsed(Engines(SAME, fails=("scratch",)))
    assert found.obstacle == "it does not run without a restore either: StateMigrationException"
    assert found.plain is None


def test_everything_is_removed_when_an_engine_breaks_down(rehearsed, tmp_path):
    engines = Engines(SAME)
    engines.read = None
    with pytest.raises(TypeError):
        rehearsed(engines)
    assert engines.removed
    assert list((tmp_path / "rehearsals").iterdir()) == []


def test_failed_job_that_cannot_be_cancelled_is_no_failure_of_the_rehearsal(rehearsed, monkeypatch):
    def ended_meanwhile(self, job_id):
        self.jobs[job_id][1] = "FINISHED"
        raise EngineError("another terminal state")

    monkeypatch.setattr(Engines, "cancel", ended_meanwhile)
    assert rehearsed(Engines(SAME, fails=("scratch",))).obstacle


def test_job_that_fails_while_it_is_stopped_is_refused(rehearsed, monkeypatch):
    stop, job = Engines.stop_with_savepoint, Engines.job

    def suspending(self, job_id, directory, *, drain):
        if self.jobs[job_id][0] != "plain":
            return stop(self, job_id, directory, drain=drain)
        self.jobs[job_id][1] = "FAILING"
        raise EngineError("took no savepoint")

    def failed_soon(self, job_id):
        found = job(self, job_id)
        if found and found.state == "FAILING":
            self.jobs[job_id][1] = "FAILED"
        return found

    monkeypatch.setattr(Engines, "stop_with_savepoint", suspending)
    monkeypatch.setattr(Engines, "job", failed_soon)
    assert rehearsed(Engines(SAME)).plain.result is Result.REFUSED
