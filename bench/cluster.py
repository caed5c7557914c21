"""What Flink tells of its jobs: how far behind they are, how busy they were, what their checkpoints cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PENDING = "pendingRecords"


@dataclass(frozen=True)
class CheckpointCost:
    """Completed checkpoints of one job.

    Args:
        completed: how many.
        median_ms: median of their end-to-end durations.
        p99_ms: the duration that 99 of 100 did not exceed.
        state_kb: size of the newest, in KiB.
    """

    completed: int
    median_ms: float
    p99_ms: float
    state_kb: float


class Cluster:
    """Flink's REST interface, as far as benchmarks look (Flink docs, "REST API" and "Metrics").

    Args:
        url: address of the JobManager.
    """

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=30)

    def jobs(self) -> Mapping[str, str]:
        """Ids of the running jobs by name."""
        found = self._get("/jobs/overview")["jobs"]
        return {job["name"].rpartition(".")[2]: job["jid"] for job in found if job["state"] == "RUNNING"}

    def pending(self) -> Mapping[str, float]:
        """Records each job has not read yet, in all its topics together."""
        return {name: sum(self._pending_of(job)) for name, job in self.jobs().items()}

    def busy_seconds(self) -> Mapping[str, float]:
        """How long each job's tasks were busy since the job started, summed over its subtasks."""
        return {name: sum(self._busy_of(job)) for name, job in self.jobs().items()}

    def checkpoints(self) -> Mapping[str, CheckpointCost]:
        """What each job's checkpoints cost since the job started."""
        return {name: self._checkpoints_of(job) for name, job in self.jobs().items()}

    def checkpointed_at(self) -> Mapping[str, float]:
        """When the newest completed checkpoint of each running job began, in Unix seconds; 0 where there is none."""
        newest = {n: self._get(f"/jobs/{job}/checkpoints")["latest"]["completed"] for n, job in self.jobs().items()}
        return {name: found["trigger_timestamp"] / 1000 if found else 0.0 for name, found in newest.items()}

    def _pending_of(self, job: str) -> Iterator[float]:
        for vertex in self._vertices(job):
            place = f"/jobs/{job}/vertices/{vertex['id']}/subtasks/metrics"
            names = [metric["id"] for metric in self._get(place) if metric["id"].endswith(_PENDING)]
            if names:
                found = self._get(place, get=",".join(names), agg="sum")
                yield max(metric["sum"] for metric in found)

    def _busy_of(self, job: str) -> Iterator[float]:
        for vertex in self._vertices(job):
            busy = vertex["metrics"]["accumulated-busy-time"]
            # A task that has not reported yet has no number.
            yield 0.0 if busy == "NaN" else float(busy) / 1000

    def _checkpoints_of(self, job: str) -> CheckpointCost:
        told = self._get(f"/jobs/{job}/checkpoints")
        duration, newest = told["summary"]["end_to_end_duration"], told["latest"]["completed"]
        size = newest["state_size"] / 1024 if newest else 0.0
        return CheckpointCost(told["counts"]["completed"], float(duration["p50"]), float(duration["p99"]), size)

    def _vertices(self, job: str) -> list[dict[str, Any]]:
        vertices: list[dict[str, Any]] = self._get(f"/jobs/{job}")["vertices"]
        return vertices

    def _get(self, path: str, **parameters: str) -> Any:
        return self._http.get(path, params=parameters).raise_for_status().json()
