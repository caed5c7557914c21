"""Submit one job, and see it run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from millstream.engines.control import AppliedJob
from millstream.engines.flink import free_attempt, has_restore_point, job_id, location, newest_restore_point
from millstream.errors import EngineError
from millstream.flinkplan.bundle import Bundle, Template
from millstream.flinkplan.jobs import reached
from millstream.flinkplan.model import Failure, Submitted

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from millstream.apply.target import ApplyTarget, Engines
    from millstream.flinkplan.client import Planner
    from millstream.project.fingerprint import Fingerprint
    from millstream.project.model import Job, Project

RUNNING_SECONDS = 90
POLL_SECONDS = 0.3


@dataclass(frozen=True)
class Submission:
    """What stays the same for all jobs of one apply."""

    project: Project
    target: ApplyTarget
    engines: Engines
    planner: Planner

    def start(self, job: Job, fingerprint: Fingerprint, *, from_state: bool) -> str:
        """Record the next attempt and submit it.

        Args:
            job: what to submit.
            fingerprint: of the job as it is now.
            from_state: continue from the newest checkpoint or savepoint of the attempts so far.

        Returns:
            The id it was submitted under.

        Raises:
            EngineError: Flink did not start it; the attempt stays on record with the reason.
        """
        attempts = self.engines.control.jobs.attempts(self.project.name, self.target.name, str(job.id))
        known = {status.id for status in self.engines.flink.jobs()}
        bundle = self._bundle(job, fingerprint)
        attempt = self._unseen(attempts, fingerprint, known)
        if attempt is None:
            restore = newest_restore_point(self.target.checkpoints, _lineage(attempts)) if from_state else None
            ids = partial(job_id, self.project.name, self.target.name, str(job.id))
            last = attempts[0].attempt if attempts else 0
            number, unused = free_attempt(ids, last, self.target.checkpoints, known)
            attempt = AppliedJob(
                project=self.project.name,
                target=self.target.name,
                resource=str(job.id),
                attempt=number,
                engine_name=job.id.engine_name,
                job_id=unused,
                fingerprint=fingerprint.digest,
                parts=fingerprint.parts,
                bundle=bundle.to_json(),
                restored_from=location(restore) if restore else None,
            )
            self.engines.control.jobs.record(attempt)
        self._submit(attempt, bundle)
        return attempt.job_id

    def _unseen(
        self, attempts: Sequence[AppliedJob], fingerprint: Fingerprint, known: Container[str]
    ) -> AppliedJob | None:
        """The last attempt, when it may never have reached the JobManager.

        It is submitted again under its own id: should the first submission still be on its way, from a process that
        was killed, the JobManager refuses one of the two.
        """
        last = attempts[0] if attempts else None
        if last is None or last.note or last.confirmed_at or last.job_id in known:
            return None
        if last.fingerprint != fingerprint.digest or has_restore_point(self.target.checkpoints, last.job_id):
            return None
        return last

    def _submit(self, attempt: AppliedJob, bundle: Bundle) -> None:
        reply = self.planner.submit(
            bundle.submission(
                self.target.variables,
                self.target.addresses["flink.rest"],
                attempt.job_id,
                location(self.target.checkpoints),
                attempt.restored_from,
            )
        )
        # A duplicate is this very attempt, submitted by a process that was killed before it saw the reply.
        if not isinstance(reply, Submitted) and reply.failure is not Failure.DUPLICATE_JOB:
            if reply.failure is not Failure.UNREACHABLE:
                # Without an answer the job may well run; a mark would make the resume process leave it for good.
                self.engines.control.jobs.mark(attempt.job_id, reply.failure)
            raise EngineError(f"Flink did not start {attempt.engine_name}: {reply.message}")

    def _bundle(self, job: Job, fingerprint: Fingerprint) -> Bundle:
        tables = tuple(Template(str(r.id), r.template) for r in reached(self.project, job))
        parameters = {
            "millstream.project": self.project.name,
            "millstream.resource": str(job.id),
            "millstream.fingerprint": fingerprint.digest,
            "millstream.version": self.target.versions["millstream"],
        }
        return Bundle(
            tables,
            Template(str(job.id), job.template),
            job.id.engine_name,
            job.settings,
            parameters,
            namespace=self.project.namespace,
        )

    def stop(self, job: Job) -> None:
        """Cancel the current attempt of a job that has nothing to lose, if Flink still knows it."""
        attempt = self.engines.control.jobs.attempts(self.project.name, self.target.name, str(job.id))[0]
        known = self.engines.flink.job(attempt.job_id)
        if known and not known.ended:
            self.engines.flink.cancel(attempt.job_id)

    def await_running(self, job: Job, submitted: str) -> None:
        """Wait for the job's first checkpoint: only then have all of its sources and sinks answered.

        Raises:
            EngineError: it ended, or completed no checkpoint in time.
        """
        deadline = time.monotonic() + RUNNING_SECONDS
        while time.monotonic() < deadline:
            status = self.engines.flink.job(submitted)
            if status and status.ended:
                raise EngineError(
                    f"job {job.id.engine_name} is {status.state.lower()}: {self.engines.flink.failure(submitted)}"
                )
            checkpoints = self.engines.flink.checkpoints(submitted)
            if checkpoints and checkpoints.completed:
                self._see_checkpoint(job, submitted)
                self.engines.control.jobs.confirm(submitted)
                return
            time.sleep(POLL_SECONDS)
        raise EngineError(
            f"job {job.id.engine_name} completed no checkpoint in {RUNNING_SECONDS} s: "
            f"{self.engines.flink.failure(submitted)}",
            mend="see `millstream logs flink-taskmanager`; `millstream apply` goes on from here",
        )

    def _see_checkpoint(self, job: Job, submitted: str) -> None:
        """A checkpoint that is not where it is looked for would one day make the job start anew, silently."""
        if not has_restore_point(self.target.checkpoints, submitted):
            raise EngineError(
                f"job {job.id.engine_name} completed a checkpoint, but {self.target.checkpoints / submitted} has none",
                mend="see that Flink and millstream mean the same folder",
            )


def _lineage(attempts: Sequence[AppliedJob]) -> list[str]:
    """Ids of the attempts that continued one another, newest first: back to the last that started without state."""
    ids: list[str] = []
    for attempt in attempts:
        ids.append(attempt.job_id)
        if attempt.restored_from is None:
            break
    return ids
