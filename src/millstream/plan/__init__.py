"""Compare what is declared with what runs: pure functions from a project and observations to a `Plan`."""

from millstream.plan.build import build
from millstream.plan.model import Action, Change, Effect, JobState, Plan

__all__ = ["Action", "Change", "Effect", "JobState", "Plan", "build"]
