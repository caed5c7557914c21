"""Compare what is declared with what runs: pure functions from a project and observations to a `Plan`."""

from millstream.plan.approvals import NO_APPROVALS, Approvals, approval, deletion
from millstream.plan.build import build
from millstream.plan.choice import also, choose
from millstream.plan.drift import LastApplied, object_drift
from millstream.plan.model import Action, Change, Drift, Effect, JobState, Plan, Undeclared, Unmet
from millstream.plan.replay import reach
from millstream.plan.running import DELETED, FORGOTTEN, Applied, Census, RunningJob
from millstream.plan.undeclared import with_undeclared

__all__ = [
    "DELETED",
    "FORGOTTEN",
    "NO_APPROVALS",
    "Action",
    "Applied",
    "Approvals",
    "Census",
    "Change",
    "Drift",
    "Effect",
    "JobState",
    "LastApplied",
    "Plan",
    "RunningJob",
    "Undeclared",
    "Unmet",
    "also",
    "approval",
    "build",
    "choose",
    "deletion",
    "object_drift",
    "reach",
    "with_undeclared",
]
