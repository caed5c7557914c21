"""The control database, on a real PostgreSQL server."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from control_server import PostgresServer, running_postgres

from millstream.engines.control import AppliedJob, AppliedObject, Control, Desired, LockHeldError, Owned
from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

JOB = AppliedJob("demo", "local", "job.a", 1, "a", "a1", "f1", {"sql": "x"}, {"job": "INSERT"})


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as running:
        yield running


@pytest.fixture
def control(server: PostgresServer) -> Iterator[Control]:
    import psycopg  # noqa: PLC0415

    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS millstream CASCADE")
    made = Control(server.url)
    made.migrate()
    yield made
    made.close()


def test_migrating_again_changes_nothing(control: Control):
    control.jobs.record(JOB)
    control.migrate()
    assert len(control.jobs.current()) == 1


def test_two_processes_may_migrate_at_once(server: PostgresServer):
    failures: list[Exception] = []

    def run() -> None:
        made = Control(server.url)
        try:
            made.migrate()
        except EngineError as exc:
            failures.append(exc)
        made.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_second_holder_is_told_who_has_the_lock(control: Control):
    with control.lock("apply --select +a"), pytest.raises(LockHeldError) as caught, control.lock("resume"):
        pass
    holder = caught.value.holder
    assert holder is not None
    assert (holder.command, holder.pid) == ("apply --select +a", os.getpid())
    assert f"process {os.getpid()}" in caught.value.summary


def test_who_waits_for_the_lock_is_told_once_for_whom(control: Control):
    held, told, free = threading.Event(), [], threading.Event()

    def hold() -> None:
        with control.lock("resume"):
            held.set()
            # Longer than one attempt of the waiting one lasts.
            free.wait(1)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    with control.lock("apply", patience=30, on_wait=told.append) as lock:
        lock.recheck()
    holder.join()
    assert [str(found.holder).split(",")[0] for found in told] == ["`resume`"]


def test_lock_is_free_after_its_block_even_when_that_failed(control: Control):
    with pytest.raises(RuntimeError), control.lock("apply"):
        raise RuntimeError
    with control.lock("apply") as lock:
        lock.recheck()


def test_lost_lock_is_noticed(server: PostgresServer, control: Control):
    with control.lock("apply") as lock:
        server.stop()
        server.start()
        with pytest.raises(EngineError, match="lock was lost"):
            lock.recheck()


def test_control_works_again_after_the_server_was_away(server: PostgresServer, control: Control):
    control.jobs.record(JOB)
    server.stop()
    with pytest.raises(EngineError):
        control.jobs.current()
    server.start()
    assert [job.job_id for job in control.jobs.current()] == ["a1"]


def test_unreachable_server_is_an_engine_error_without_the_password():
    with pytest.raises(EngineError) as caught:
        Control("postgresql://u:hunter2@127.0.0.1:1/control").jobs.current()
    assert "hunter2" not in caught.value.summary


def test_journal_keeps_the_outcome_of_each_call(control: Control):
    with control.journal.step("x", 1, "job.a", "submit"):
        assert [entry.action for entry in control.journal.interrupted()] == ["submit"]
    with pytest.raises(EngineError), control.journal.step("x", 2, "job.b", "submit"):
        raise EngineError("no slots")
    with pytest.raises(ValueError, match="hunter2"), control.journal.step("x", 3, "job.c", "submit"):
        raise ValueError("hunter2")
    outcomes = [entry.outcome for entry in control.journal.entries("x")]
    assert outcomes == ["done", "failed: no slots", "failed: ValueError"]
    assert control.journal.interrupted() == ()


def test_what_another_project_owns_cannot_be_claimed(control: Control):
    control.ownership.claim(Owned("kafka", "orders", "demo", "topic.orders"))
    control.ownership.claim(Owned("kafka", "orders", "demo", "topic.orders"))
    with pytest.raises(EngineError, match="another project"):
        control.ownership.claim(Owned("kafka", "orders", "other", "topic.orders"))
    assert [owned.name for owned in control.ownership.all("demo")] == ["orders"]
    control.ownership.release("kafka", "orders")
    assert control.ownership.all("demo") == ()


def test_current_is_the_newest_attempt_of_each_job(control: Control):
    control.jobs.record(JOB)
    control.jobs.record(replace(JOB, attempt=2, job_id="a2", restored_from="file:/c/a1/chk-3"))
    control.jobs.record(replace(JOB, project="other", job_id="o1"))
    assert [job.job_id for job in control.jobs.current()] == ["a2", "o1"]
    assert [job.job_id for job in control.jobs.current("demo", "local")] == ["a2"]
    attempts = control.jobs.attempts("demo", "local", "job.a")
    assert [job.job_id for job in attempts] == ["a2", "a1"]
    assert attempts[0].restored_from == "file:/c/a1/chk-3"
    assert attempts[1].parts == {"sql": "x"}


def test_an_attempt_is_recorded_once(control: Control):
    control.jobs.record(JOB)
    with pytest.raises(EngineError):
        control.jobs.record(JOB)


def test_changes_to_a_job_are_kept(control: Control):
    control.jobs.record(JOB)
    control.jobs.desire("a1", Desired.SUSPENDED)
    control.jobs.suspended("a1", "file:/c/a1/savepoint-1")
    control.jobs.mark("a1", "canceled")
    control.jobs.confirm("a1")
    found = control.jobs.current()[0]
    assert (found.desired, found.savepoint, found.note) == (Desired.SUSPENDED, "file:/c/a1/savepoint-1", "canceled")
    assert found.confirmed_at is not None
    control.jobs.forget("demo", "local", "job.a")
    assert control.jobs.current() == ()


def test_heartbeat_tells_its_age(control: Control):
    assert control.heartbeat("resume") is None
    control.beat("resume")
    control.beat("resume")
    seen = control.heartbeat("resume")
    assert seen is not None
    assert seen.pid == os.getpid()
    assert 0 <= seen.age < 5


def test_objects_are_kept_as_the_last_apply_left_them(control: Control):
    orders, items = (AppliedObject(f"topic.{name}", "d1", {"id": name}) for name in ("orders", "items"))
    control.objects.record("demo", "local", [orders, items])
    control.objects.record("demo", "local", [replace(orders, declaration="d2", traits={"id": "b", "segment.ms": "1"})])
    control.objects.record("demo", "prod", [orders])
    changed = AppliedObject("topic.orders", "d2", {"id": "b", "segment.ms": "1"})
    assert control.objects.current("demo", "local") == (items, changed)
    control.objects.forget("demo", "local", ["topic.items", "topic.nothing"])
    assert control.objects.current("demo", "local") == (changed,)
    assert control.objects.current("demo", "prod") == (orders,)


def test_tasks_of_a_job_are_kept(control: Control):
    control.jobs.record(JOB)
    control.jobs.count(JOB.job_id, 12)
    assert control.jobs.current("demo", "local")[0].tasks == 12


def test_job_ids_of_other_projects_and_targets_are_told_apart(control: Control):
    control.jobs.record(JOB)
    control.jobs.record(replace(JOB, target="prod", job_id="a2"))
    control.jobs.record(replace(JOB, project="other", job_id="a3"))
    assert control.jobs.elsewhere(["a1", "a2", "a3", "a4"], "demo", "local") == {"a2", "a3"}
