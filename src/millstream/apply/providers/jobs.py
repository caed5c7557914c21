"""Flink: jobs are submitted several at once and seen to complete a checkpoint; one whose file is gone is stopped.

What a job is beside its file is told by its fingerprint, its state and its plan (`observe`, `verdicts`), not by an
observation: a job is more than there or not there.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.apply import undeclared
from millstream.apply.jobs import Submission
from millstream.apply.providers.provider import Provider
from millstream.flinkplan.model import AT_ONCE
from millstream.plan import Action, Effect
from millstream.project.model import Job, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.apply.providers.provider import Steps
    from millstream.apply.target import ApplyTarget, Engines
    from millstream.compiled import CompiledPlan
    from millstream.flinkplan.client import Planner
    from millstream.plan import Change, JobState
    from millstream.project.fingerprint import Fingerprint
    from millstream.project.model import Project, ResourceId


@dataclass(frozen=True)
class Jobs(Provider):
    """The jobs of a project.

    Args:
        project: what is declared.
        target: where they run.
        engines: of that target.
        planner: the one that compiled them; none when none is to be submitted.
        plans: of those that are to be submitted.
        fingerprints: of the declared ones.
        states: of those that were ever applied.
    """

    kinds = frozenset({Kind.JOB})
    project: Project
    target: ApplyTarget
    engines: Engines
    planner: Planner | None
    plans: Mapping[ResourceId, CompiledPlan]
    fingerprints: Mapping[ResourceId, Fingerprint]
    states: Mapping[ResourceId, JobState]

    def carry_out(self, changes: Sequence[Change], steps: Steps) -> None:
        """Stop what is declared no longer, submit the others, and wait for the first checkpoint of each."""
        declared = {job.id: job for job in self.project.of(Job)}
        for change in changes:
            if change.resource not in declared:
                with steps.take(str(change.resource), change.action):
                    place = (self.project, self.target.name, self.engines, self.target.checkpoints)
                    undeclared.stop(change.resource, *place)
        if self.planner:
            submission = Submission(self.project, self.target, self.engines, self.planner)
            self._submit_all([change for change in changes if change.resource in declared], declared, submission, steps)

    def _submit_all(
        self, changes: Sequence[Change], declared: Mapping[ResourceId, Job], submission: Submission, steps: Steps
    ) -> None:
        """Submit several at once, for a submission mostly waits; whatever fails, the others are seen through."""

        def submit(change: Change) -> tuple[Job, str]:
            with steps.take(str(change.resource), change.action):
                job = declared[change.resource]
                return job, self._submit(change, job, submission)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            pending = [pool.submit(submit, change) for change in changes]
        for job, job_id in [done.result() for done in pending]:
            steps.tell(str(job.id), "wait for its first checkpoint")
            submission.await_running(job, job_id)

    def _submit(self, change: Change, job: Job, submission: Submission) -> str:
        fingerprint, state = self.fingerprints[job.id], self.states.get(job.id)
        if change.action is Action.RESUME:
            return submission.resume(job, fingerprint)
        if state and state.verdict and state.has_state and change.effect < Effect.REBUILD:
            return submission.replace(job, fingerprint, self.plans[job.id], state.verdict)
        if change.action is Action.REPLACE:
            submission.stop(job)
        return submission.create(job, fingerprint, self.plans[job.id])
