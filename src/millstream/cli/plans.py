"""A plan for people and for machines."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from millstream.plan import Action, Effect, approval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph
    from millstream.plan import Change, Plan

_SIGNS = {Action.CREATE: "+", Action.RESUME: ">", Action.UPDATE: "~", Action.REPLACE: "~", Action.DELETE: "-"}
# How many of the resources below a change are named.
_NAMED = 6


def as_json(plan: Plan, graph: Graph) -> str:
    """`{"changes": [{"resource", "action", "effect", "reasons", "downstream"}], …}`; empty when nothing is to do."""
    changes = [
        {
            "resource": str(change.resource),
            "action": str(change.action),
            "effect": str(change.effect),
            "reasons": list(change.reasons),
            "downstream": _downstream(change, graph),
        }
        for change in plan.changes
    ]
    return json.dumps({"changes": changes}, indent=2)


def as_text(plan: Plan, graph: Graph, target: str) -> str:
    """The plan as a person reads it: what changes, why, what that does to state, and what lies below."""
    if not plan.changes:
        return f"nothing to do: {plan.unchanged} resources are as declared"
    lines = [f"plan for target {target}", ""]
    for change in plan.changes:
        lines += _lines(change, graph)
    return "\n".join([*lines, "", *_closing(plan)])


def _lines(change: Change, graph: Graph) -> Iterator[str]:
    sign = "-/+" if change.effect >= Effect.REBUILD else _SIGNS[change.action]
    effect = "" if change.effect is Effect.NONE else f"   {change.effect}"
    yield f"{sign:>5} {change.action} {change.resource}{effect}"
    for reason in change.reasons:
        yield f"        {reason}"
    below = _downstream(change, graph)
    # What is only created has nothing below it that runs.
    if below and change.action is not Action.CREATE:
        rest = f" and {len(below) - _NAMED} more" if len(below) > _NAMED else ""
        yield f"        touches {', '.join(below[:_NAMED])}{rest}"


def _closing(plan: Plan) -> Iterator[str]:
    counted = Counter(str(change.action) for change in plan.changes)
    yield ", ".join(f"{count} to {action}" for action, count in counted.items()) + f"; {plan.unchanged} as declared"
    for change in plan.refused:
        if change.effect is Effect.REBUILD:
            yield f"loses its state, so it must be allowed: millstream apply --allow {approval(change)}"
        else:
            yield f"loses data, so apply refuses it: {change.resource}"


def _downstream(change: Change, graph: Graph) -> list[str]:
    return sorted(str(resource) for resource in graph.downstream(change.resource))
