"""Jobs whose file is gone: told, and stopped only when that is approved by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from millstream.plan.model import Action, Change, Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from millstream.plan.approvals import Approvals
    from millstream.plan.model import Plan, Undeclared

STOPPED = "is stopped with a savepoint, from which it goes on should its file come back"


def with_undeclared(plan: Plan, undeclared: Sequence[Undeclared], approved: Approvals) -> Plan:
    """Add the jobs that no file declares; those that are approved become changes, behind all others.

    A job that somebody else submitted is not ours to stop.
    """
    stopped = [job for job in undeclared if job.resource and approved.allow_deletion(job.resource)]
    told = tuple(job for job in undeclared if job not in stopped)
    return replace(plan, changes=(*plan.changes, *_changes(stopped)), undeclared=told)


def _changes(stopped: Iterable[Undeclared]) -> Iterable[Change]:
    # Two jobs may run as one resource; both are stopped by one change.
    resources = dict.fromkeys(job.resource for job in stopped if job.resource)
    return (Change(resource, Action.DELETE, Effect.IN_PLACE, (STOPPED,)) for resource in resources)
