"""What a node computes, as text that is equal when the same is computed from the same.

A node is looked at from two sides. State fits when the node *remembers* the same; those who read it see the same when
it *gives* the same. The two differ in one thing only: an aggregate lays down the same accumulators, by group key,
whether or not it sends the old row before the new one (`generateUpdateBefore`: `GroupAggFunction` and its mini-batch
kin update `accState` before they ask). Its readers do see a difference, and what a join or a ranking remembers may hang
on it. For other operators it decides what is remembered: a deduplication by processing time that need not send old rows
keeps none (`DeduplicateFunctionHelper`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.plan.state.canonical import canonical
from millstream.plan.state.watermarks import unheard, without_watermark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.compiled import CompiledPlan

_ONLY_GIVEN = {
    "group-aggregate": frozenset({"generateUpdateBefore"}),
    "global-group-aggregate": frozenset({"generateUpdateBefore"}),
}
# Rows of its branches come in no order, and it remembers none of them.
_WITHOUT_ORDER = frozenset({"union"})


@dataclass(frozen=True)
class Signature:
    """What a node computes.

    Args:
        remembers: equal where state of one fits the other.
        gives: equal where readers of one would get the same from the other.
    """

    remembers: str
    gives: str


def signatures(plan: CompiledPlan) -> Mapping[int, Signature]:
    """Signatures of all nodes by id; a node's holds what its inputs give."""
    found: dict[int, Signature] = {}
    deaf = unheard(plan)
    for node in plan:
        inputs = [found[source].gives for source in node.inputs]
        said = canonical(node, plan.inputs_of(node))
        if node.kind == "table-source-scan" and node.id in deaf:
            said["scanTableSource"] = without_watermark(said["scanTableSource"])
        remembered = {key: value for key, value in said.items() if key not in _ONLY_GIVEN.get(node.kind, ())}
        read = sorted(inputs) if node.kind in _WITHOUT_ORDER else inputs
        found[node.id] = Signature(_digest(remembered, read), _digest(said, read))
    return found


def _digest(said: object, read: list[str]) -> str:
    return hashlib.sha256(json.dumps({"node": said, "inputs": read}, sort_keys=True).encode()).hexdigest()
