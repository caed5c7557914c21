"""Where what a node gives out comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.plan.state.node_types import Holds, holds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.compiled import CompiledPlan

_REMEMBERS = frozenset({Holds.OFFSETS, Holds.STATE, Holds.UNKNOWN})


def sources(plan: CompiledPlan) -> Mapping[int, frozenset[int]]:
    """Ids of the sources that each node's rows come from, however far away; a source's own is its own."""
    found: dict[int, frozenset[int]] = {}
    for node in plan:
        own = frozenset({node.id} if holds(node) is Holds.OFFSETS else ())
        found[node.id] = own.union(*(found[number] for number in node.inputs))
    return found


def feeders(plan: CompiledPlan) -> Mapping[int, frozenset[int]]:
    """Ids of the nearest nodes in front of each node that remember something: sources, and operators with state."""
    found: dict[int, frozenset[int]] = {}
    for node in plan:
        near = (
            frozenset({before.id}) if holds(before) in _REMEMBERS else found[before.id]
            for before in plan.inputs_of(node)
        )
        found[node.id] = frozenset[int]().union(*near)
    return found
