"""One job on its way: submitted, seen to have read everything, stopped."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from millstream.engines.flink import location
from millstream.errors import EngineError
from millstream.flinkplan import Checkpointing, SubmitRequest, Submitted

if TYPE_CHECKING:
    from pathlib import Path

    from millstream.engines.flink import Flink
    from millstream.engines.kafka_throwaway import ThrowawayTopics
    from millstream.flinkplan import Planner
    from millstream.rehearse.staging import Staged

# Offsets are committed with each checkpoint, so this is how soon a run is seen to be done.
CHECKPOINT_MS = 700
POLL_SECONDS = 0.3
READ_SECONDS = 120
END_SECONDS = 30
SETTLE_SECONDS = 5


class Refused(Exception):  # noqa: N818 - says what Flink did
    """Flink did not start a job, or it failed; the text says why."""


@dataclass(frozen=True)
class Cluster:
    """Where the runs of one rehearsal run.

    Args:
        planner: submits them.
        flink: knows them.
        topics: theirs.
        rest: address of the JobManager.
        folder: takes their checkpoints and savepoints.
    """

    planner: Planner
    flink: Flink
    topics: ThrowawayTopics
    rest: str
    folder: Path


@dataclass(frozen=True)
class Run:
    """A job under an id of its own, so that one whose submission was not answered can be ended too."""

    cluster: Cluster
    staged: Staged
    job_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def submit(self, plan: str, restore: str | None = None, *, ignores_unclaimed: bool = False) -> None:
        """Submit it.

        Args:
            plan: compiled, with the ids that state hangs on; empty for the ids that Flink gives by itself.
            restore: savepoint to start from.
            ignores_unclaimed: whether some of its state is meant to be left behind.

        Raises:
            Refused: Flink did not start it.
        """
        request = SubmitRequest(
            self.staged.source,
            self.cluster.rest,
            self.staged.group,
            self.job_id,
            Checkpointing(location(self.cluster.folder), CHECKPOINT_MS),
            restore_path=restore,
            plan=plan,
            ignores_unclaimed=ignores_unclaimed,
        )
        reply = self.cluster.planner.submit(request)
        if not isinstance(reply, Submitted):
            raise Refused(reply.message)

    def await_read(self) -> None:
        """Wait until it has read all of its topics, and a whole checkpoint more: two sources may commit one offset.

        Raises:
            Refused: it failed.
            EngineError: it does not get to their ends.
        """
        deadline = time.monotonic() + READ_SECONDS
        enough: int | None = None
        while time.monotonic() < deadline:
            completed = self._completed()
            if self.cluster.topics.lag(self.staged.group, self.staged.reads.values()):
                enough = None
            elif enough is None:
                enough = completed + 2
            elif completed >= enough:
                return
            time.sleep(POLL_SECONDS)
        raise EngineError(
            f"{self.staged.group} did not read its records within {READ_SECONDS} s",
            mend="see `millstream logs flink-taskmanager`",
        )

    def _completed(self) -> int:
        status = self.cluster.flink.job(self.job_id)
        if status is None or status.ended:
            raise Refused(self.cluster.flink.failure(self.job_id))
        checkpoints = self.cluster.flink.checkpoints(self.job_id)
        return checkpoints.completed if checkpoints else 0

    def stop(self, *, drain: bool = False) -> str:
        """Stop it with a savepoint, draining it of what waits for time to pass or not; gives the savepoint.

        Raises:
            Refused: it failed while it was stopped.
        """
        folder = location(self.cluster.folder / "savepoints")
        try:
            savepoint = self.cluster.flink.stop_with_savepoint(self.job_id, folder, drain=drain)
        except EngineError as exc:
            # One that fails takes no savepoints a moment before it has failed.
            if not self._ends_within(SETTLE_SECONDS):
                raise
            raise Refused(self.cluster.flink.failure(self.job_id)) from exc
        # The savepoint is complete a moment before the job has ended.
        self._await_end()
        return savepoint

    def end(self) -> None:
        """Cancel it if it runs, and wait until it does not.

        Raises:
            EngineError: it does not end.
        """
        if self._runs():
            try:
                self.cluster.flink.cancel(self.job_id)
            except EngineError:
                # It may have ended by itself in between.
                if self._runs():
                    raise
        self._await_end()

    def _runs(self) -> bool:
        status = self.cluster.flink.job(self.job_id)
        return status is not None and not status.ended

    def _await_end(self) -> None:
        if not self._ends_within(END_SECONDS):
            raise EngineError(f"job {self.job_id} of a rehearsal does not end", mend="cancel it in Flink")

    def _ends_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while runs := self._runs():
            if time.monotonic() > deadline:
                break
            time.sleep(POLL_SECONDS)
        return not runs
