"""Submit one job, and see it run."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from millstream.engines.control import AppliedJob
from millstream.engines.flink import (
    folder,
    free_attempt,
    has_restore_point,
    job_id,
    location,
    newest_restore_point,
)
from millstream.errors import EngineError
from millstream.flinkplan.bundle import Bundle, Template
from millstream.flinkplan.jobs import reached
from millstream.flinkplan.model import Failure, Submitted
from millstream.plan.state import Matching, renumber

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from pathlib import Path

    from millstream.apply.target import ApplyTarget, Engines
    from millstream.compiled import CompiledPlan
    from millstream.flinkplan.client import Planner
    from millstream.plan.state import StateVerdict
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

    def create(self, job: Job, fingerprint: Fingerprint, plan: CompiledPlan) -> str:
        """Record the next attempt and submit it without state; returns the id it was submitted under.

        Raises:
            EngineError: Flink did not start it; the attempt stays on record with the reason.
        """
        numbered = renumber(plan, Matching({}, (), tuple(plan.nodes.values())), 0)
        return self._start(job, fingerprint, self._bundle(job, fingerprint, numbered), from_state=False)

    def resume(self, job: Job, fingerprint: Fingerprint) -> str:
        """Submit what was applied last from its newest checkpoint or savepoint.

        Raises:
            EngineError: Flink did not start it; the attempt stays on record with the reason.
        """
        last = Bundle.from_json(self._attempts(job)[0].bundle)
        return self._start(job, fingerprint, replace(last, ignores_unclaimed=False), from_state=True)

    def replace(self, job: Job, fingerprint: Fingerprint, plan: CompiledPlan, verdict: StateVerdict) -> str:
        """Stop the running job with a savepoint and go on from there with the changed plan.

        Killed in between, the job is found stopped, and the next apply goes on from its savepoint.

        Raises:
            EngineError: there is no savepoint, or Flink did not start the successor.
        """
        last = self._attempts(job)[0]
        live = self.engines.flink.job(last.job_id)
        if live and not live.ended:
            self.engines.flink.stop_with_savepoint(last.job_id, location(self.target.checkpoints / last.job_id))
        highest = Bundle.from_json(last.bundle).highest_node
        bundle = self._bundle(job, fingerprint, renumber(plan, verdict.matching, highest), highest)
        return self._start(job, fingerprint, replace(bundle, ignores_unclaimed=verdict.leaves_out), from_state=True)

    def _attempts(self, job: Job) -> Sequence[AppliedJob]:
        return self.engines.control.jobs.attempts(self.project.name, self.target.name, str(job.id))

    def _start(self, job: Job, fingerprint: Fingerprint, bundle: Bundle, *, from_state: bool) -> str:
        """Record the next attempt, unless the last one may never have arrived, and submit it."""
        attempts = self._attempts(job)
        known = {status.id for status in self.engines.flink.jobs()}
        attempt = self._unseen(attempts, fingerprint, known)
        if attempt is None:
            restore = self._restore_point(attempts) if from_state else None
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
        self._submit(attempt, Bundle.from_json(attempt.bundle))
        return attempt.job_id

    def _restore_point(self, attempts: Sequence[AppliedJob]) -> Path | None:
        """The newest there is: a person may have stopped the job with a savepoint in any folder; Flink tells which.

        An attempt that completed nothing committed nothing: what it started from is still right.
        """
        told = self.engines.flink.checkpoints(attempts[0].job_id)
        elsewhere = folder((told and told.savepoint) or attempts[0].savepoint or attempts[0].restored_from)
        return newest_restore_point(self.target.checkpoints, _lineage(attempts), elsewhere)

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

    def _bundle(self, job: Job, fingerprint: Fingerprint, plan: CompiledPlan, highest: int = 0) -> Bundle:
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
            plan=plan.text,
            highest_node=max(highest, *plan.nodes),
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
                self.engines.control.jobs.count(submitted, status.tasks if status else 0)
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
