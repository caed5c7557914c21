"""The REST client against answers recorded from Flink 2.2.1."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from millstream.engines.flink import CheckpointSettings, Flink
from millstream.errors import EngineError

UNKNOWN = httpx.Response(404, json={"errors": ["org.apache.flink.runtime.rest.NotFoundException: Job 0 not found"]})


def flink(answers: dict[str, Any]) -> Flink:
    def answer(request: httpx.Request) -> httpx.Response:
        found = answers.get(f"{request.method} {request.url.path}", UNKNOWN)
        found = found.pop(0) if isinstance(found, list) else found
        if isinstance(found, Exception):
            raise found
        return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found)

    made = Flink("http://flink:8081")
    made._http = httpx.Client(base_url="http://flink:8081", transport=httpx.MockTransport(answer))
    return made


def test_unknown_job_is_nothing_and_no_error():
    assert flink({}).job("0") is None
    assert flink({}).checkpoints("0") is None
    assert flink({}).parameters("0") == {}


def test_jobmanager_without_a_leader_is_not_taken_for_one_without_jobs():
    starting = httpx.Response(
        503, json={"errors": ["Service temporarily unavailable due to an ongoing leader election."]}
    )
    with pytest.raises(EngineError, match="leader election"):
        flink({"GET /jobs/overview": starting}).jobs()
    with pytest.raises(EngineError):
        flink({"GET /jobs/0": starting}).job("0")


def refused_by_server(cause: str) -> httpx.Response:
    trace = f"<Exception on server side:\njava.util.concurrent.CompletionException: outer\nCaused by: {cause}\n\tat a.b"
    return httpx.Response(500, json={"errors": ["Internal server error.", trace]})


def test_job_whose_master_is_still_being_made_has_no_checkpoints_yet():
    starting = refused_by_server(
        "org.apache.flink.runtime.dispatcher.UnavailableDispatcherOperationException: Unable to get JobMasterGateway"
        " for initializing job. The requested operation is not available while the JobManager is initializing."
    )
    assert flink({"GET /jobs/0/checkpoints": starting}).checkpoints("0") is None
    with pytest.raises(EngineError):
        flink({"GET /jobs/0": starting}).job("0")


def test_internal_error_is_told_by_its_cause():
    broken = refused_by_server("java.util.concurrent.TimeoutException: asked in vain")
    with pytest.raises(EngineError, match="asked in vain"):
        flink({"GET /overview": broken}).overview()


def test_silence_is_an_engine_error_with_a_mend():
    with pytest.raises(EngineError) as caught:
        flink({"GET /overview": httpx.ConnectError("refused")}).overview()
    assert "does not answer" in caught.value.summary
    assert caught.value.mend


def test_forgotten_jobs_that_still_hold_slots_are_seen():
    found = flink(
        {
            "GET /taskmanagers": {"taskmanagers": [{"id": "tm1"}, {"id": "gone"}]},
            "GET /taskmanagers/tm1": {
                "id": "tm1",
                "slotsNumber": 4,
                "freeSlots": 2,
                "allocatedSlots": [{"jobId": "a", "resource": {}}, {"jobId": "a", "resource": {}}],
            },
        }
    ).taskmanagers()
    assert [(worker.free_slots, worker.job_ids) for worker in found] == [(2, frozenset({"a"}))]


def test_checkpoint_settings_tell_whether_checkpoints_outlive_the_job():
    body = {
        "mode": "exactly_once",
        "interval": 2000,
        "externalization": {"enabled": True, "delete_on_cancellation": False},
    }
    assert flink({"GET /jobs/a/checkpoints/config": body}).checkpoint_settings("a") == CheckpointSettings(
        "exactly_once", 2000, retained=True
    )


def test_restored_path_is_read():
    body = {
        "counts": {"completed": 3},
        "latest": {
            "completed": {"id": 9, "external_path": "file:/c/a/chk-9"},
            "restored": {"id": 6, "external_path": "file:/c/b/chk-6"},
        },
    }
    found = flink({"GET /jobs/a/checkpoints": body}).checkpoints("a")
    assert found is not None
    assert (found.latest_number, found.restored) == (9, "file:/c/b/chk-6")


def stopping(operation: dict[str, Any]) -> Flink:
    return flink(
        {
            "POST /jobs/a/stop": httpx.Response(202, json={"request-id": "r"}),
            "GET /jobs/a/savepoints/r": [
                {"status": {"id": "IN_PROGRESS"}},
                {"status": {"id": "COMPLETED"}, "operation": operation},
            ],
        }
    )


def test_stop_waits_for_the_savepoint():
    assert stopping({"location": "file:/c/a/savepoint-1"}).stop_with_savepoint("a", "file:/c/a", poll=0) == (
        "file:/c/a/savepoint-1"
    )


def test_failed_savepoint_says_why_in_one_line():
    trace = "java.util.concurrent.CompletionException: tasks are not running\n\tat x.Y"
    with pytest.raises(EngineError, match=r"tasks are not running$"):
        stopping({"failure-cause": {"stack-trace": trace}}).stop_with_savepoint("a", "file:/c/a", poll=0)


def test_savepoint_that_never_comes_ends_in_an_error():
    endless = flink(
        {"POST /jobs/a/stop": {"request-id": "r"}, "GET /jobs/a/savepoints/r": {"status": {"id": "IN_PROGRESS"}}}
    )
    with pytest.raises(EngineError, match="no savepoint within"):
        endless.stop_with_savepoint("a", "file:/c/a", timeout=0.05, poll=0.01)


def test_failure_is_the_innermost_cause_of_the_newest_one():
    causes = "Caused by: b.TimeoutException: middle\nCaused by: c.IOException: disk full\n"
    trace = f"a.FlinkException: outer\n\tat x.Y\n{causes}"
    body = {"exceptionHistory": {"entries": [{"stacktrace": trace}]}}
    assert flink({"GET /jobs/a/exceptions": body}).failure("a") == "c.IOException: disk full"
    alone = {
        "exceptionHistory": {"entries": [{"stacktrace": "a.B: the TaskManager is gone\n\tat a.C.run(Unknown Source)"}]}
    }
    assert flink({"GET /jobs/a/exceptions": alone}).failure("a") == "a.B: the TaskManager is gone"
    assert flink({}).failure("a") == "Flink names no failure"


def test_restarts_are_nothing_until_the_job_has_reported_them():
    found = flink(
        {
            "GET /jobs/a/metrics": [
                httpx.Response(200, json=[]),
                httpx.Response(200, json=[{"id": "numRestarts", "value": "3"}]),
            ]
        }
    )
    assert found.restarts("unknown") is None
    assert found.restarts("a") is None
    assert found.restarts("a") == 3


def test_parallel_tasks_are_counted_alike_in_the_list_and_in_the_answer_of_a_job():
    listed = {"jid": "a", "name": "a", "state": "RUNNING", "start-time": 7, "tasks": {"running": 5, "total": 6}}
    own = {**listed, "vertices": [{"parallelism": 4}, {"parallelism": 2}]}
    own.pop("tasks")
    client = flink({"GET /jobs/overview": {"jobs": [listed]}, "GET /jobs/a": own})
    assert client.jobs()[0].tasks == 6
    assert client.job("a") == client.jobs()[0]
