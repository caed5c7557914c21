"""Sources whose watermark nobody waits for.

A watermark makes windows close, timers fire and late rows be dropped. Behind a source where nothing of that kind
stands, neither its delay nor its idle timeout has a part in any result or state. Which operators never ask is a list,
read in `flink-table-runtime`: they register no event-time timer and compare no row with the watermark. What is not
listed may wait. The type of the time attribute stays part of the source: state is laid out by it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from millstream.plan.state.canonical import on_the_wall_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.compiled import CompiledPlan, Node

_NEVER_ASK = frozenset(
    {
        "calc",
        "changelog-normalize",
        "correlate",
        "drop-update-before",
        "exchange",
        "expand",
        "global-group-aggregate",
        "group-aggregate",
        "incremental-group-aggregate",
        "join",
        "local-group-aggregate",
        "rank",
        "sink",
        "union",
    }
)
_PUSHED_DOWN = "WatermarkPushDown"
_PACE = frozenset({"watermarkExpr", "watermarkParams", "idleTimeoutMillis"})


def unheard(plan: CompiledPlan) -> frozenset[int]:
    """Ids of the nodes behind which, and in which, nothing asks for a watermark."""
    found: set[int] = set()
    for node in reversed(list(plan)):
        # It sends marks of its own and passes none on, so what stands behind it hears of none either.
        deaf = on_the_wall_clock(node) or all(reader in found for reader in plan.readers[node.id])
        if deaf and (never_asks(node) or node.kind == "table-source-scan"):
            found.add(node.id)
    return frozenset(found)


def without_watermark(source: Mapping[str, Any]) -> dict[str, Any]:
    """What a scan says of its table, but for when the watermark moves."""
    abilities = [
        {key: said for key, said in ability.items() if key not in _PACE} if ability["type"] == _PUSHED_DOWN else ability
        for ability in source.get("abilities") or ()
    ]
    return {**source, "abilities": abilities}


def never_asks(node: Node) -> bool:
    """Whether a node does the same whatever the watermark is."""
    if "CURRENT_WATERMARK" in json.dumps(node.content):
        return False
    return node.kind in _NEVER_ASK or on_the_wall_clock(node)
