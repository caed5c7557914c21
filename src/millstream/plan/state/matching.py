"""Which node of the new plan is which node of the running one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.plan.state.node_types import Holds, holds
from millstream.plan.state.signature import signatures

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from millstream.compiled import CompiledPlan, Node


@dataclass(frozen=True)
class Matching:
    """Pairs of nodes of two plans.

    Args:
        pairs: id in the new plan → id in the old one.
        lost: nodes of the old plan without a partner.
        fresh: nodes of the new plan without a partner.
    """

    pairs: Mapping[int, int]
    lost: tuple[Node, ...]
    fresh: tuple[Node, ...]


def match(old: CompiledPlan, new: CompiledPlan) -> Matching:
    """Pair the nodes of two plans, each at most once.

    A source is known by the table whose offsets it holds, a sink by the table it writes; everything else by what it
    remembers. Where several look alike, those that lead to the same tables are paired first.
    """
    candidates = _by_identity(old)
    pairs: dict[int, int] = {}
    for identity, nodes in _by_identity(new).items():
        _pair(nodes, candidates.get(identity, {}), old, new, pairs)
    taken = set(pairs.values())
    return Matching(
        pairs,
        lost=tuple(node for node in old.nodes.values() if node.id not in taken),
        fresh=tuple(node for node in new.nodes.values() if node.id not in pairs),
    )


def _by_identity(plan: CompiledPlan) -> Mapping[Hashable, Mapping[int, str]]:
    """Nodes that may be paired with one another: id → signature, by what they are known by."""
    found: dict[Hashable, dict[int, str]] = defaultdict(dict)
    for number, signature in signatures(plan).items():
        node = plan.nodes[number]
        by_table = holds(node) in {Holds.OFFSETS, Holds.WRITER} and node.table
        remembers = signature.remembers
        found[(node.type, node.table) if by_table else remembers][number] = remembers
    return found


def _pair(
    nodes: Mapping[int, str], others: Mapping[int, str], old: CompiledPlan, new: CompiledPlan, pairs: dict[int, int]
) -> None:
    """Pair the most alike first; ids break ties, so that the result does not depend on chance."""

    def difference(number: int, other: int) -> tuple[bool, bool]:
        return nodes[number] != others[other], new.sinks[number] != old.sinks[other]

    left, right = set(nodes), set(others)
    for number, other in sorted(
        ((number, other) for number in nodes for other in others), key=lambda pair: (*difference(*pair), *pair)
    ):
        if number in left and other in right:
            pairs[number] = other
            left.discard(number)
            right.discard(other)
