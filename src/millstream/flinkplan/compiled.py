"""A job's compiled plan, as operators."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyflink.java_gateway import get_gateway
from pyflink.table.compiled_plan import CompiledPlan

from millstream.rules.operators import Operator

if TYPE_CHECKING:
    from pyflink.table import TableEnvironment

_TABLES = ("dynamicTableSink", "scanTableSource", "temporalTable")


def operators(tables: TableEnvironment, statement: str) -> tuple[Operator, ...]:
    """Plan an `INSERT` or a statement set as far as a submission would, and give its operators.

    `COMPILE PLAN` alone stops before code is generated, so the plan is explained too: that finds what is left.

    Raises:
        Py4JJavaError: the planner refuses the statement, or cannot write this plan down.
    """
    internal = tables._j_tenv  # noqa: SLF001 - the public method takes no statement sets
    plan = internal.compilePlan(_modifications(internal, statement))
    CompiledPlan(plan, tables).explain()
    written = json.loads(plan.asJsonString())
    inputs: dict[int, list[int]] = {node["id"]: [] for node in written["nodes"]}
    for edge in written["edges"]:
        inputs[edge["target"]].append(edge["source"])
    return tuple(_operator(node, tuple(inputs[node["id"]])) for node in written["nodes"])


def _modifications(internal: Any, statement: str) -> Any:
    (parsed,) = internal.getParser().parse(statement)
    if parsed.getClass().getSimpleName() == "StatementSetOperation":
        return parsed.getOperations()
    listed = get_gateway().jvm.java.util.ArrayList()
    listed.add(parsed)
    return listed


def _operator(node: dict[str, Any], inputs: tuple[int, ...]) -> Operator:
    content = {key: value for key, value in node.items() if key not in {"id", "type", *_TABLES}}
    named = [node[key]["table"]["identifier"] for key in _TABLES if "identifier" in node.get(key, {}).get("table", {})]
    if named:
        content["table"] = named[0].rpartition(".`")[2].rstrip("`")
    return Operator(node["id"], node["type"], inputs, content)
