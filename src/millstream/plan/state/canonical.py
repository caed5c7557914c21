"""What a node says, less what changes no value: two spellings of one meaning become one.

Every rule here lets state go on, so each tells why it may:

- *Names of columns.* Operators refer to columns by place, and their serializers are made of types. So the outermost
  names of a row type mean nothing, except where a node reads a table or hands rows to a function by name. Names of
  fields within a row stay: such fields are asked for by name. So do names in the type of an expression.
- *Names of aggregates and measures.* An aggregate has its place in the list, a measure that of its column.
- *Order of AND and OR.* Both are commutative and associative, with NULL as well (SQL:2016, 6.39). No other call is.
- *Pace of mini-batches* on the wall clock. What waits is counted before a checkpoint's barrier passes
  (`AbstractMapBundleOperator`), so no state knows how long it waited. In event time the interval rounds watermarks, and
  rows that would be late are not: there it stays.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from millstream.compiled import without_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.compiled import Node

LEFT_OUT = frozenset({"id", "description", "ttl"})
"""What Flink does not restore by, or what is compared on its own."""

_COMMUTATIVE = frozenset({"$AND$1", "$OR$1"})
_ROW_TYPES = frozenset({"outputType", "localAggInputRowType"})
_BY_NAME = ("python-", "process-table-function", "ml-predict-", "vector-search-", "delta-join")
_BATCH_SIZE = "table.exec.mini-batch.size"


def canonical(node: Node, inputs: Sequence[Node]) -> dict[str, Any]:
    """What a node says, in one spelling.

    Args:
        node: any node of a plan.
        inputs: those it reads, in order.
    """
    said = {key: _value(value, key) for key, value in node.content.items() if key not in LEFT_OUT}
    bare = _columns_by_place(node, inputs)
    said |= {key: without_names(said[key], bare) for key in _ROW_TYPES & said.keys()}
    if node.kind == "match":
        said["matchSpec"]["measures"] = _measures(node, said["matchSpec"]["measures"])
    if on_the_wall_clock(node):
        del said["miniBatchInterval"]["interval"]
    return said


def on_the_wall_clock(node: Node) -> bool:
    """Whether a node gathers mini-batches by processing time, and so ignores watermarks before it."""
    return node.kind == "mini-batch-assigner" and node.content["miniBatchInterval"]["mode"] == "ProcTime"


def _columns_by_place(node: Node, inputs: Sequence[Node]) -> int | None:
    """How many of the columns it gives are known by their place alone; `None` is all."""
    if node.kind == "lookup-join":
        return len(inputs[0].fields)
    return 0 if node.kind == "table-source-scan" or node.kind.startswith(_BY_NAME) else None


def _measures(node: Node, measures: Mapping[str, Any]) -> list[Any]:
    """Measures as Flink computes them: in the order of the columns that bear their names."""
    return [measures[name] for name in node.fields if name in measures]


def _value(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        dropped = LEFT_OUT | ({"name"} if key == "aggCalls" else {_BATCH_SIZE} if key == "configuration" else set())
        said = {name: _value(inner, name) for name, inner in value.items() if name not in dropped}
        if said.get("internalName") in _COMMUTATIVE:
            said["operands"] = sorted(_operands(said), key=lambda operand: json.dumps(operand, sort_keys=True))
        return said
    if isinstance(value, list):
        return [_value(inner, key) for inner in value]
    return value


def _operands(call: Mapping[str, Any]) -> Iterator[Any]:
    """The operands of a call, and those of the same call among them."""
    for operand in call["operands"]:
        same = isinstance(operand, dict) and operand.get("internalName") == call["internalName"]
        yield from _operands(operand) if same else (operand,)
