"""Compare what is declared with what runs: pure functions from a project and observations to a `Plan`."""

from millstream.plan.approvals import NO_APPROVALS, Approvals, approval
from millstream.plan.build import build
from millstream.plan.model import Action, Change, Effect, JobState, Plan

__all__ = ["NO_APPROVALS", "Action", "Approvals", "Change", "Effect", "JobState", "Plan", "approval", "build"]
