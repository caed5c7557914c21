"""A plan for people and for machines."""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from millstream.plan import Action, Effect, also, approval, deletion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from millstream.plan import Change, Plan
    from millstream.project.model import ResourceId

    Touched = Callable[[ResourceId], Sequence[str]]

_SIGNS = {Action.CREATE: "+", Action.RESUME: ">", Action.UPDATE: "~", Action.REPLACE: "~", Action.DELETE: "-"}
# Up to so many resources below a change are named.
_NAMED = 6


def as_json(plan: Plan, touched: Touched) -> str:
    """`{"changes": […], "drift": […], "undeclared": […]}`, each empty when there is nothing, see docs/apply.md.

    Args:
        plan: the plan.
        touched: gives what lies downstream of a resource.
    """
    lacking = {unmet.resource: [str(needed) for needed in unmet.needs] for unmet in plan.unmet}
    changes = [
        {
            "resource": str(change.resource),
            "action": str(change.action),
            "effect": str(change.effect),
            "reasons": list(change.reasons),
            "downstream": list(touched(change.resource)),
            "replay": change.replay or None,
            "lacks": lacking.get(change.resource, []),
        }
        for change in plan.changes
    ]
    drift = [
        {"resource": str(found.resource), "kind": found.kind, "reasons": list(found.words)} for found in plan.drift
    ]
    undeclared = [
        {
            "resource": str(job.resource) if job.resource else None,
            "name": job.name,
            "job_id": job.job_id,
            "state": job.state,
            "reasons": [job.reason],
            "approval": deletion(job.resource) if job.resource else None,
        }
        for job in plan.undeclared
    ]
    return json.dumps({"changes": changes, "drift": drift, "undeclared": undeclared}, indent=2)


def as_text(plan: Plan, touched: Touched, target: str) -> str:
    """The plan as a person reads it: what changes, why, what that does to state, what lies below, and what drifted."""
    told = beside(plan)
    return "\n".join(_changes(plan, touched, target)) + (f"\n\n{told}" if told else "")


def beside(plan: Plan) -> str:
    """What a plan tells beside its changes: drift, and jobs that no file declares; empty when there is none."""
    return "\n\n".join("\n".join(part) for part in (list(_drift(plan)), list(_undeclared(plan))) if part)


def _changes(plan: Plan, touched: Touched, target: str) -> list[str]:
    if not plan.changes:
        return [f"nothing to do: {plan.unchanged} resources are as declared"]
    lines = [f"plan for target {target}", ""]
    for change in plan.changes:
        lines += _lines(change, touched)
    return [*lines, "", *_closing(plan)]


def _drift(plan: Plan) -> Iterator[str]:
    """Each resource once, with all that happened to it."""
    if plan.drift:
        yield "drift: changed since the last apply, and by no file"
        yield ""
    for resource, found in groupby(plan.drift, key=attrgetter("resource")):
        yield f"    ! {resource}"
        for drift in found:
            yield from (f"        {words}" for words in drift.words)


def _undeclared(plan: Plan) -> Iterator[str]:
    if plan.undeclared:
        yield "undeclared: jobs that no file declares; apply leaves them alone"
        yield ""
    for job in plan.undeclared:
        yield f"    ? {job.name}   {job.state}, {job.job_id}"
        yield f"        {job.reason}"
        if job.resource:
            yield f"        to stop it with a savepoint: millstream apply --allow {deletion(job.resource)}"


def _lines(change: Change, touched: Touched) -> Iterator[str]:
    sign = "-/+" if change.effect >= Effect.REBUILD else _SIGNS[change.action]
    effect = "" if change.effect is Effect.NONE else f"   {change.effect}"
    yield f"{sign:>5} {change.action} {change.resource}{effect}"
    for reason in change.reasons:
        yield f"        {reason}"
    if change.replay:
        yield f"        {change.replay}"
    # What is only created has nothing below it that runs.
    below = touched(change.resource) if change.action is not Action.CREATE else ()
    if below:
        yield f"        touches {', '.join(below) if len(below) <= _NAMED else _counted(below)}"


def _closing(plan: Plan) -> Iterator[str]:
    counted = Counter(str(change.action) for change in plan.changes)
    yield ", ".join(f"{count} to {action}" for action, count in counted.items()) + f"; {plan.unchanged} as declared"
    for change in plan.refused:
        if change.effect is Effect.REBUILD:
            yield f"loses its state, so it must be allowed: millstream apply --allow {approval(change)}"
        else:
            yield f"loses data, so apply refuses it: {change.resource}"
    for unmet in plan.unmet:
        yield f"{unmet.resource} needs {', '.join(map(str, unmet.needs))}: neither there nor selected"
    if plan.unmet:
        yield f"so apply refuses it; select that too: -s '{also(plan)}'"


def _counted(names: Sequence[str]) -> str:
    """How many resources of each kind; `millstream lineage` names them."""
    kinds = Counter(name.partition(".")[0].replace("_", " ") for name in names)
    return ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in kinds.items())
