"""A client of the JobManager's REST API (Flink docs, "REST API")."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import httpx

from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

MEND = "start the platform with `millstream up`, or check `flink:` of the target"

_FAILURES = 5
_EXPECTED = "org.apache.flink.util.FlinkExpectedException"
# What the dispatcher answers about a job whose master is still being made: it is listed, and has nothing to tell.
_INITIALIZING = "UnavailableDispatcherOperationException"
ENDED = frozenset({"CANCELED", "FAILED", "FINISHED"})


@dataclass(frozen=True)
class Overview:
    """The cluster as a whole."""

    taskmanagers: int
    slots: int
    free_slots: int
    version: str


@dataclass(frozen=True)
class TaskManager:
    """A worker and the jobs that hold slots of it."""

    id: str
    slots: int
    free_slots: int
    job_ids: frozenset[str]


@dataclass(frozen=True)
class JobStatus:
    """A job the JobManager knows.

    Args:
        id: 32 hexadecimal digits.
        name: what whoever submitted it called it.
        state: Flink's own word.
        started_ms: milliseconds since the epoch.
        tasks: its parallel tasks: the parallelisms of its vertices, added up; 0 where an answer leaves them out.
    """

    id: str
    name: str
    state: str
    started_ms: int
    tasks: int = 0

    @property
    def ended(self) -> bool:
        """Whether it will never run again."""
        return self.state in ENDED


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoints of one running job; paths are URIs as Flink gives them.

    `latest_ms` is when the newest was complete, in milliseconds since the epoch; `savepoint` is the newest savepoint,
    in whatever folder it was asked for.
    """

    completed: int
    latest: str | None
    latest_number: int | None
    restored: str | None
    latest_ms: int | None = None
    savepoint: str | None = None


@dataclass(frozen=True)
class CheckpointSettings:
    """How a job really takes checkpoints; `retained` means they outlive the job."""

    mode: str
    interval_ms: int
    retained: bool


class Flink:
    """The JobManager at one address.

    Args:
        url: `http://host:port`.
        timeout: seconds for one answer.
    """

    def __init__(self, url: str, timeout: float = 5.0) -> None:
        # A proxy of the environment is for the internet, not for a cluster's own address.
        self._http = httpx.Client(base_url=url, timeout=timeout, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def overview(self) -> Overview:
        """Taskmanagers and slots."""
        found = self._get("/overview")
        return Overview(
            found["taskmanagers"], found["slots-total"], found["slots-available"], str(found["flink-version"])
        )

    def taskmanagers(self) -> tuple[TaskManager, ...]:
        """Each TaskManager with the jobs that hold its slots, jobs the JobManager has forgotten included."""
        listed = (self._find(f"/taskmanagers/{item['id']}") for item in self._get("/taskmanagers")["taskmanagers"])
        return tuple(
            TaskManager(
                found["id"],
                found["slotsNumber"],
                found["freeSlots"],
                frozenset(slot["jobId"] for slot in found.get("allocatedSlots", ())),
            )
            for found in listed
            if found is not None
        )

    def jobs(self) -> tuple[JobStatus, ...]:
        """Every job the JobManager knows, ended ones included until it forgets them."""
        return tuple(_status(job) for job in self._get("/jobs/overview")["jobs"])

    def job(self, job_id: str) -> JobStatus | None:
        """One job, or nothing when the JobManager does not know it."""
        found = self._find(f"/jobs/{job_id}")
        return _status({"start-time": 0} | found) if found else None

    def parameters(self, job_id: str) -> Mapping[str, str]:
        """The job's global parameters; empty when the JobManager does not know it."""
        found = self._find(f"/jobs/{job_id}/config")
        settings = (found or {}).get("execution-config") or {}
        return dict(settings.get("user-config") or {})

    def checkpoints(self, job_id: str) -> Checkpoints | None:
        """The job's checkpoints, or nothing when the JobManager does not know it or is still making its master."""
        response = self._send("GET", f"/jobs/{job_id}/checkpoints")
        found = {} if _is_absent(response) else _body(response)
        if "latest" not in found:
            return None
        completed, restored = found["latest"]["completed"] or {}, found["latest"]["restored"] or {}
        return Checkpoints(
            found["counts"]["completed"],
            completed.get("external_path"),
            completed.get("id"),
            restored.get("external_path"),
            completed.get("latest_ack_timestamp"),
            (found["latest"].get("savepoint") or {}).get("external_path"),
        )

    def checkpoint_settings(self, job_id: str) -> CheckpointSettings | None:
        """How the job takes checkpoints, or nothing when it takes none or is not known."""
        found = self._find(f"/jobs/{job_id}/checkpoints/config")
        if not found or "interval" not in found:
            return None
        external = found["externalization"]
        kept = bool(external["enabled"]) and not external["delete_on_cancellation"]
        return CheckpointSettings(found["mode"], found["interval"], kept)

    def restarts(self, job_id: str) -> int | None:
        """How often the job was restarted since it was submitted; nothing when the JobManager does not know it."""
        response = self._send("GET", f"/jobs/{job_id}/metrics", params={"get": "numRestarts"})
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        # The one answer that is a list: empty until the job has reported its metrics.
        listed: Any = _body(response)
        values = [int(metric["value"]) for metric in listed if metric.get("id") == "numRestarts"]
        return values[0] if values else None

    def failure(self, job_id: str) -> str:
        """Why the job failed last, in one line without a stack trace; says so when Flink names no failure."""
        found = self._find(f"/jobs/{job_id}/exceptions?maxExceptions={_FAILURES}") or {}
        entries = (found.get("exceptionHistory") or {}).get("entries") or []
        reasons = [_reason(str(entry.get("stacktrace", ""))) for entry in entries]
        # A JDBC sink that cannot write fails again as it is closed, and takes the TaskManager along: what the job hears
        # of that came after its own failure, and tells nothing.
        told = [reason for reason in reasons if reason and not reason.startswith(_EXPECTED)]
        if reasons and not told:
            return "its TaskManager went down before it could tell: see `millstream logs flink-taskmanager`"
        return told[0] if told else "Flink names no failure"

    def cancel(self, job_id: str) -> None:
        """Cancel a job; its retained checkpoints stay.

        Raises:
            EngineError: the JobManager is away, does not know the job, or it has ended already.
        """
        self._answer("PATCH", f"/jobs/{job_id}", params={"mode": "cancel"})

    def stop_with_savepoint(
        self, job_id: str, directory: str, timeout: float = 60.0, poll: float = 0.2, *, drain: bool = False
    ) -> str:
        """Stop a job, committing everything it has read, and wait for its savepoint.

        Args:
            job_id: the job.
            directory: URI of the folder that gets the savepoint's folder.
            timeout: seconds to wait.
            poll: seconds between two questions.
            drain: whether time ends with it, so that every window closes; nothing can be restored from that.

        Returns:
            The savepoint's path, a URI.

        Raises:
            EngineError: there is no savepoint; the job may still run, or go on from its last checkpoint.
        """
        request = self._answer("POST", f"/jobs/{job_id}/stop", json={"targetDirectory": directory, "drain": drain})[
            "request-id"
        ]
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            found = self._get(f"/jobs/{job_id}/savepoints/{request}")
            if found["status"]["id"] == "COMPLETED":
                return _savepoint(job_id, found["operation"])
            time.sleep(poll)
        raise EngineError(f"job {job_id} took no savepoint within {timeout:.0f} s", "look at its log in Flink")

    def _get(self, path: str) -> dict[str, Any]:
        return self._answer("GET", path)

    def _find(self, path: str) -> dict[str, Any] | None:
        """Ask for something that may not be there."""
        response = self._send("GET", path)
        return None if response.status_code == httpx.codes.NOT_FOUND else _body(response)

    def _answer(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        return _body(self._send(method, path, **options))

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **options)
        except httpx.HTTPError as exc:
            raise EngineError(f"Flink at {self._http.base_url} does not answer ({type(exc).__name__})", MEND) from exc


def _is_absent(response: httpx.Response) -> bool:
    """Whether what was asked for is not there, or not there yet."""
    return response.status_code == httpx.codes.NOT_FOUND or (
        response.is_server_error and _INITIALIZING in response.text
    )


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        body: dict[str, Any] = response.json()
    except ValueError as exc:
        raise EngineError(f"Flink answers with status {response.status_code} and no JSON", MEND) from exc
    if response.is_error:
        raise EngineError(f"Flink refuses: {_refusal(body) or response.status_code}")
    return body


def _refusal(body: Mapping[str, Any]) -> str:
    """What an answer says went wrong: its first line, or the cause in the trace behind one that says nothing."""
    said = [str(error).strip() for error in body.get("errors", ())]
    if len(said) > 1 and said[0].startswith("Internal server error"):
        return _reason(said[1].removeprefix("<Exception on server side:").strip())
    return said[0].partition("\n")[0] if said else ""


def _status(job: Mapping[str, Any]) -> JobStatus:
    # The list counts tasks, a job's own answer has its vertices.
    tasks = job["tasks"]["total"] if "tasks" in job else sum(v.get("parallelism", 0) for v in job.get("vertices", ()))
    return JobStatus(job["jid"], job["name"], job["state"], job["start-time"], tasks)


def _reason(trace: str) -> str:
    """The innermost cause of a stack trace. Without one the first line says it: behind it stand only places in code."""
    lines = trace.splitlines()
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    return (causes[-1:] or lines[:1] or [""])[0].strip()


def _savepoint(job_id: str, operation: Mapping[str, Any]) -> str:
    location = operation.get("location")
    if location:
        return str(location)
    cause = operation.get("failure-cause") or {}
    reason = str(cause.get("stack-trace", "Flink gives no reason")).strip().partition("\n")[0]
    raise EngineError(f"job {job_id} took no savepoint: {reason}", "it goes on from its newest checkpoint")
