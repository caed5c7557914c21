"""One look at the JobManager after the other; what it forgot is submitted again."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from millstream.engines.control import AppliedJob, Desired, LockHeldError
from millstream.engines.flink import (
    drop_checkpoints,
    folder,
    free_attempt,
    has_restore_point,
    job_id,
    location,
    newest_restore_point,
)
from millstream.errors import EngineError, MillstreamError
from millstream.flinkplan import Bundle, Failure, Planner, SubmitFailed
from millstream.flinkplan.model import AT_ONCE
from millstream.local.resume.decision import Decision, decide

if TYPE_CHECKING:
    from collections.abc import Callable

    from millstream.engines.control import Control, Lock
    from millstream.engines.flink import Flink, JobStatus
    from millstream.local.resume.configuration import ResumeConfig
    from millstream.local.resume.notices import Notices

NAME = "resume"


class Rounds:
    """The resume process's work; `once` is one poll.

    Args:
        config: addresses, folders and variables.
        control: the control database.
        flink: the JobManager.
        notices: where changes are told.
        planner: gives a running planner; only called when something is to be submitted, since it takes much memory.
    """

    def __init__(
        self, config: ResumeConfig, control: Control, flink: Flink, notices: Notices, planner: Callable[[], Planner]
    ) -> None:
        self._config = config
        self._control = control
        self._flink = flink
        self._notices = notices
        self._planner = planner
        self._warm: Planner | None = None
        self._lost_since: dict[str, float] = {}
        self._tidied: set[str] = set()

    def once(self) -> None:
        """Compare what was applied with what the JobManager knows, and act.

        Raises:
            EngineError: the control database or the JobManager is away; the next round tries again.
        """
        self._control.beat(NAME)
        jobs = self._control.jobs.current()
        known = {status.id: status for status in self._flink.jobs()}
        decisions = [(job, self._decide(job, known.get(job.job_id))) for job in jobs]
        lost = [job for job, decision in decisions if decision in {Decision.REPEAT, Decision.SUCCEED}]
        for job, decision in decisions:
            self._note(job, decision, known.get(job.job_id))
        if not lost:
            self.close()
            return
        planner = self._planner_started()
        if self._can_run(lost):
            self._resubmit(lost, planner)

    def close(self) -> None:
        """End the planner, if there is one."""
        if self._warm is not None:
            self._warm.close()
            self._warm = None

    def _planner_started(self) -> Planner:
        """A planner that starts while the TaskManager is waited for."""
        if self._warm is None:
            self._warm = self._planner()
        return self._warm

    def _decide(self, job: AppliedJob, status: JobStatus | None) -> Decision:
        own = has_restore_point(self._config.checkpoint_dir, job.job_id)
        decision = decide(job, status, has_restore_point=own)
        if status is None and decision is not Decision.LEAVE:
            # The list leaves out jobs that do not answer in time; only the job's own address says it is unknown.
            return decide(job, self._flink.job(job.job_id), has_restore_point=own)
        return decision

    def _note(self, job: AppliedJob, decision: Decision, status: JobStatus | None) -> None:
        if decision is Decision.MARK and status:
            # Somebody may have stopped it with a savepoint of their own; only this JobManager knows where that is.
            found = self._flink.checkpoints(job.job_id)
            if found and found.savepoint:
                self._control.jobs.suspended(job.job_id, found.savepoint)
            self._control.jobs.mark(job.job_id, status.state.lower())
            self._notices.tell(job.resource, f"{status.state.lower()}; left alone until it is applied again")
        elif decision is Decision.WAKE:
            self._control.jobs.desire(job.job_id, Desired.RUNNING)
        elif decision is Decision.CONFIRM:
            self._confirm(job)
        elif decision is Decision.LEAVE and job.confirmed_at and job.attempt > 1:
            self._tidy(job)

    def _confirm(self, job: AppliedJob) -> None:
        """See at the JobManager that the job was restored from where it should be."""
        found = self._flink.checkpoints(job.job_id)
        restored = folder(found.restored) if found else None
        own = self._config.checkpoint_dir / job.job_id
        # After a later failure of a task, the JobManager names the job's own checkpoint instead of the first one.
        if restored == folder(job.restored_from) or (restored and restored.is_relative_to(own)):
            self._control.jobs.confirm(job.job_id)
            self._notices.tell(job.resource, f"attempt {job.attempt} runs, {_from(job.restored_from)}")
        else:
            self._notices.tell(
                job.resource, f"attempt {job.attempt} should start {_from(job.restored_from)}: it did not"
            )

    def _can_run(self, lost: list[AppliedJob]) -> bool:
        """Whether there are slots, and the lost jobs' old tasks are gone.

        A TaskManager notices the loss of a JobManager only after its heartbeat time-out. Until then old tasks go on
        writing to databases, where their late rows could overwrite newer ones of the restored job.
        """
        now = time.monotonic()
        ids = {job.job_id for job in lost}
        self._lost_since = {job_id: self._lost_since.get(job_id, now) for job_id in ids}
        workers = self._flink.taskmanagers()
        if not any(worker.free_slots for worker in workers):
            self._notices.tell(NAME, f"{len(lost)} jobs to submit again, waiting for a TaskManager with free slots")
            return False
        old = {job_id for worker in workers for job_id in worker.job_ids & ids}
        waited = now - min((self._lost_since[job_id] for job_id in old), default=now)
        if old and waited < self._config.patience_seconds:
            self._notices.tell(NAME, f"{len(lost)} jobs to submit again, waiting for their old tasks to end")
            return False
        return True

    def _resubmit(self, lost: list[AppliedJob], planner: Planner) -> None:
        try:
            with self._control.lock(NAME) as lock:
                # Before the lock was ours, an apply may have changed what is wanted.
                wanted = {job.job_id for job in lost}
                current = [job for job in self._control.jobs.current() if job.job_id in wanted]
                with ThreadPoolExecutor(AT_ONCE) as pool:
                    pending = [pool.submit(self._submit, job, lock, planner) for job in current]
                    for submitted in as_completed(pending):
                        submitted.result()
                        self._control.beat(NAME)
        except LockHeldError as exc:
            self._notices.tell(NAME, f"waiting: {exc.summary}")
        else:
            self._notices.clear(NAME, f"{len(lost)} jobs were submitted again")

    def _submit(self, job: AppliedJob, lock: Lock, planner: Planner) -> None:
        decision = self._decide(job, self._flink.job(job.job_id))
        if decision not in {Decision.REPEAT, Decision.SUCCEED}:
            return
        try:
            bundle = Bundle.from_json(job.bundle)
            attempt = self._succeed(job) if decision is Decision.SUCCEED else self._repeat(job)
            directory = location(self._config.checkpoint_dir)
            request = bundle.submission(
                self._config.variables, self._config.flink_rest, attempt.job_id, directory, attempt.restored_from
            )
        except EngineError:
            raise
        except MillstreamError as exc:
            self._notices.tell(job.resource, f"cannot be submitted again: {exc.summary}")
            return
        lock.recheck()
        with self._control.journal.step(f"resume {attempt.job_id}", attempt.attempt, job.resource, "submit"):
            reply = planner.submit(request)
        self._take(attempt, reply)

    def _repeat(self, job: AppliedJob) -> AppliedJob:
        self._control.jobs.desire(job.job_id, Desired.RUNNING)
        return job

    def _succeed(self, job: AppliedJob) -> AppliedJob:
        """Record the next attempt, before it is submitted."""
        newest = newest_restore_point(self._config.checkpoint_dir, [job.job_id])
        known = {status.id for status in self._flink.jobs()}
        ids = partial(job_id, job.project, job.target, job.resource)
        attempt, unused = free_attempt(ids, job.attempt, self._config.checkpoint_dir, known)
        successor = replace(
            job,
            attempt=attempt,
            job_id=unused,
            # An attempt that completed nothing committed nothing: where it started from is still right.
            restored_from=location(newest) if newest else job.restored_from,
            savepoint=None,
            desired=Desired.RUNNING,
            confirmed_at=None,
        )
        self._control.jobs.record(successor)
        return successor

    def _take(self, job: AppliedJob, reply: object) -> None:
        if not isinstance(reply, SubmitFailed):
            self._notices.tell(job.resource, f"submitted again as attempt {job.attempt}, {_from(job.restored_from)}")
        elif reply.failure in {Failure.REFUSED, Failure.NOT_STARTED}:
            self._control.jobs.mark(job.job_id, f"{reply.failure}: {reply.message}")
            self._notices.tell(job.resource, f"attempt {job.attempt} {reply.failure}: {reply.message}")
        else:
            self._notices.tell(job.resource, f"attempt {job.attempt}: {reply.message}")

    def _tidy(self, job: AppliedJob) -> None:
        """Delete the checkpoints of earlier attempts, once this one has its own."""
        if job.job_id in self._tidied or not has_restore_point(self._config.checkpoint_dir, job.job_id):
            return
        earlier = self._control.jobs.attempts(job.project, job.target, job.resource)[1:]
        drop_checkpoints(self._config.checkpoint_dir, [before.job_id for before in earlier])
        self._tidied.add(job.job_id)


def _from(restored_from: str | None) -> str:
    found = folder(restored_from)
    return f"from {found.name}" if found else "from the start"
