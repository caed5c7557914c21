"""A row without a partner in an outer join fits the table it lands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from millstream.compiled import NOTHING
from millstream.diagnostics import Diagnostic, warning
from millstream.graph import relation_of, topics_of
from millstream.project.model import FlinkTable, Job, Kind, Project, Relation
from millstream.rules.clickhouse_landing import column_place, read_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.compiled import CompiledPlan, Node
    from millstream.project.model import ResourceId

# Operators that hand a column on at its place.
_KEEPING = {
    "exchange", "drop-update-before", "mini-batch-assigner", "watermark-assigner", "rank", "deduplicate", "limit",
    "sort-limit", "changelog-normalize", "union", "correlate",
}  # fmt: skip
# The sides of a join whose columns are null where there is no partner.
_NULL_SIDES = {"LEFT": (1,), "RIGHT": (0,), "FULL": (0, 1)}


def check(project: Project, plans: Mapping[ResourceId, CompiledPlan]) -> Iterator[Diagnostic]:
    """LND006: null for a NOT NULL column of PostgreSQL. LND014: null for a column of ClickHouse that turns it into 0.

    Only columns that an outer join or a NULL of the query makes null are told: which others are, Flink does not know.
    """
    tables = {table.id.name: table for table in project.of(FlinkTable)}
    for job in project.of(Job):
        plan = plans.get(job.id, NOTHING)
        for sink in (operator for operator in plan if operator.kind == "sink"):
            table = tables.get(sink.table or "")
            if table and sink.inputs:
                query = plan.inputs_of(sink)[0]
                null = [c.name for i, c in enumerate(table.columns) if _may_be_null(query, i, plan)]
                yield from _postgres(project, job, table, null)
                yield from _clickhouse(project, job, table, null)


def _postgres(project: Project, job: Job, table: FlinkTable, null: Sequence[str]) -> Iterator[Diagnostic]:
    landings = [r for r in project.of(Relation) if r.id.kind is Kind.POSTGRES_TABLE]
    landing = next((r for r in landings if r.id.engine_name == relation_of(table)), None)
    strict = {column.name for column in landing.columns if not column.nullable} if landing else set()
    for name in null:
        if landing and name.lower() in strict:
            summary = (
                f"job `{job.id.name}` may write null into `{name}` (an outer join, or a NULL in the query), which is "
                f"NOT NULL in `{landing.id.name}`: it would fail at such a row again and again"
            )
            yield warning("LND006", summary, landing.where, "let it be null, or give it a value by COALESCE")


def _clickhouse(project: Project, job: Job, table: FlinkTable, null: Sequence[str]) -> Iterator[Diagnostic]:
    for queue in project.of(Relation):
        if set(queue.topics) & set(topics_of(table)):
            for name, (type_, inside) in read_fields(queue, table).items():
                if name in null and "Nullable(" not in type_:
                    summary = (
                        f"job `{job.id.name}` may write null into `{name}` (an outer join, or a NULL in the query), "
                        f"which is {type_}: ClickHouse reads 0 or an empty text"
                    )
                    where = column_place(queue, *inside, name)
                    yield warning(
                        "LND014", summary, where, f"declare it Nullable({type_}), or write a value by COALESCE"
                    )


def _may_be_null(operator: Node, column: int, plan: CompiledPlan) -> bool:
    """Follow a column back to the outer join or the NULL it comes from."""
    below = plan.inputs_of(operator)
    if operator.kind == "calc":
        projected = operator.content.get("projection") or ()
        return column < len(projected) and bool(below) and _expression(projected[column], below[0], plan)
    if operator.kind in _KEEPING:
        return any(column < len(one.fields) and _may_be_null(one, column, plan) for one in below)
    join = _join_type(operator)
    if not join or len(below) < 2:  # noqa: PLR2004 - a join has two sides
        return False
    left = len(below[0].fields)
    side = int(column >= left)
    return side in _NULL_SIDES.get(join, ()) or _may_be_null(below[side], column - left * side, plan)


def _expression(expression: Mapping[str, Any], below: Node, plan: CompiledPlan) -> bool:
    if expression["kind"] == "INPUT_REF":
        return _may_be_null(below, expression["inputIndex"], plan)
    if expression["kind"] == "LITERAL":
        return expression.get("value") is None and "sarg" not in expression
    cast = expression.get("internalName", "").startswith("$CAST$")
    return cast and _expression(expression["operands"][0], below, plan)


def _join_type(operator: Node) -> str:
    spec = operator.content.get("intervalJoinSpec", operator.content)
    found = spec.get("joinSpec", {}).get("joinType", "")
    return str(found) if operator.kind.endswith("join") else ""
