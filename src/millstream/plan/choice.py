"""A part of a plan: what was selected, and what that lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from millstream.plan.model import Action, Plan, Unmet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph
    from millstream.project.model import ResourceId


def choose(plan: Plan, chosen: frozenset[ResourceId], graph: Graph, held: frozenset[ResourceId]) -> Plan:
    """Leave out what was not selected.

    Args:
        plan: of the whole project.
        chosen: what was selected.
        graph: tells what needs what.
        held: the resources that engines hold, and so can stay as they are.
    """
    changes = tuple(change for change in plan.changes if change.resource in chosen)
    unchanged = len((chosen & held) - {change.resource for change in changes})
    drift = tuple(found for found in plan.drift if found.resource in chosen)
    return replace(plan, changes=changes, unchanged=unchanged, unmet=tuple(_unmet(plan, chosen, graph)), drift=drift)


def _unmet(plan: Plan, chosen: frozenset[ResourceId], graph: Graph) -> Iterator[Unmet]:
    missing = {c.resource for c in plan.changes if c.action is Action.CREATE} - chosen
    for change in plan.changes:
        if change.resource in chosen and change.action is not Action.DELETE:
            needs = graph.upstream(change.resource) & missing
            if needs:
                yield Unmet(change.resource, tuple(sorted(needs)))


def also(plan: Plan) -> str:
    """The selectors that take what is lacking along."""
    return " ".join(f"+{unmet.resource.kind}.{unmet.resource.name}" for unmet in plan.unmet)
