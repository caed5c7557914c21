"""What a node computes, as text that is equal when the same is computed from the same.

Left out is what Flink does not restore by and what changes no value: ids, descriptions, time to live, names of columns
and of aggregates. Operators refer to columns by place, so a renamed one is the same one.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.compiled import CompiledPlan, Node

_LEFT_OUT = frozenset({"id", "description", "ttl"})


def signatures(plan: CompiledPlan) -> Mapping[int, str]:
    """Signatures of all nodes by id; a node's holds those of its inputs."""
    found: dict[int, str] = {}
    for node in plan.nodes.values():
        said = {"node": _own(node), "inputs": [found[source] for source in node.inputs]}
        found[node.id] = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return found


def _own(node: Node) -> Any:
    if node.kind == "table-source-scan":
        # Here names do mean something: they say which field of a record is read. So does the watermark, which decides
        # what later operators take for late.
        return {key: value for key, value in node.content.items() if key not in _LEFT_OUT}
    return {key: _canonical(value, key) for key, value in node.content.items() if key not in _LEFT_OUT}


def _canonical(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        # A row type names its fields, and a field's name means nothing to the operator.
        dropped = _LEFT_OUT | ({"name"} if "fieldType" in value or key == "aggCalls" else frozenset())
        return {name: _canonical(inner, name) for name, inner in value.items() if name not in dropped}
    if isinstance(value, list):
        return [_canonical(inner, key) for inner in value]
    return value
