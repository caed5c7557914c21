"""From which columns of its sources each column of a job's sinks is made, read from its compiled plan.

Each kind of node has a rule of its own; one without a rule makes columns of unknown origin, for a guess would look like
knowledge. Followed are values: what only decides whether a row is there (filters, keys of joins) is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from millstream.compiled import field_names
from millstream.lineage.rex import NOTHING, Row, at, origins, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from millstream.compiled import CompiledPlan, Node

_ONE_SIDED = {"SEMI", "ANTI"}
_PASSING = (
    *("exchange", "mini-batch-assigner", "watermark-assigner", "drop-update-before", "changelog-normalize"),
    *("deduplicate", "window-deduplicate", "limit", "sort", "sort-limit", "temporal-sort", "sink"),
)
_WINDOW_COLUMNS = {"WindowStart", "WindowEnd", "Rowtime", "RowtimeAttribute"}


@dataclass(frozen=True)
class Sink:
    """A sink's table, and the origins of its columns in their order."""

    table: str
    row: Row
    because: str = ""


@dataclass(frozen=True)
class _Walk:
    """A plan, and the rows of the nodes that were looked at so far."""

    plan: CompiledPlan
    rows: dict[int, Row]

    def inputs(self, node: Node) -> tuple[Row, ...]:
        return tuple(self.rows[number] for number in node.inputs)

    def only(self, node: Node) -> Row:
        return self.rows[node.inputs[0]]

    def before_shuffle(self, node: Node) -> Node | None:
        """The local half of an aggregate that a global half reads through an exchange."""
        (found,) = self.plan.inputs_of(node)
        while found.kind == "exchange":
            (found,) = self.plan.inputs_of(found)
        return found if found.kind == node.kind.replace("global", "local") else None


def sinks(plan: CompiledPlan) -> tuple[Sink, ...]:
    """The sinks of a plan; one whose nodes are not all known says which."""
    walk = _Walk(plan, {})
    reasons: dict[int, frozenset[str]] = {}
    found: list[Sink] = []
    for node in plan:
        row = _row(node, walk)
        own = frozenset() if row else frozenset({node.kind})
        walk.rows[node.id] = row or (None,) * len(node.fields)
        reasons[node.id] = own.union(*(reasons[number] for number in node.inputs))
        if node.kind == "sink" and node.table:
            because = ", ".join(sorted(reasons[node.id]))
            unknown = f"the plan has nodes that are not followed: {because}" if None in walk.rows[node.id] else ""
            found.append(Sink(node.table, walk.rows[node.id], unknown))
    return tuple(found)


def _row(node: Node, walk: _Walk) -> Row | None:
    rule = _RULES.get(node.kind)
    row = rule(node, walk) if rule else None
    return row if row is not None and len(row) == len(node.fields) else None


def _source(node: Node, _: _Walk) -> Row | None:
    table = node.table
    return tuple(frozenset({(table, name)}) for name in node.fields) if table else None


def _same(node: Node, walk: _Walk) -> Row:
    return walk.only(node)


def _union(node: Node, walk: _Walk) -> Row:
    return _merged(walk.inputs(node))


def _expand(node: Node, walk: _Walk) -> Row:
    """Each row several times, once for each set of groups; what is not grouped by is NULL in it."""
    row = walk.only(node)
    return _merged(tuple(origins(each, row) for each in projected) for projected in node.content["projects"])


def _merged(rows: Iterable[Row]) -> Row:
    return tuple(union(column) for column in zip(*rows, strict=True))


def _calc(node: Node, walk: _Walk) -> Row:
    return tuple(origins(expression, walk.only(node)) for expression in node.content["projection"])


def _join(node: Node, walk: _Walk) -> Row:
    left, right = walk.inputs(node)
    spec = node.content.get("joinSpec") or node.content["intervalJoinSpec"]["joinSpec"]
    return left if spec["joinType"] in _ONE_SIDED else left + right


def _lookup(node: Node, walk: _Walk) -> Row | None:
    """The input, and what is asked of the table for each of its rows."""
    asked, table = node.content["temporalTable"], node.table
    if table is None:
        return None
    found: Row = tuple(frozenset({(table, name)}) for name in field_names(asked["outputType"]))
    if projected := node.content.get("projectionOnTemporalTable"):
        found = tuple(origins(expression, found) for expression in projected)
    return walk.only(node) + found


def _correlate(node: Node, walk: _Walk) -> Row:
    """The input, and what a function gives for each of its rows."""
    (before,) = walk.plan.inputs_of(node)
    row = walk.only(node)
    given = origins(node.content["functionCall"], row, dict(zip(before.fields, row, strict=True)))
    return row + (given,) * (len(node.fields) - len(row))


def _aggregate(node: Node, walk: _Walk) -> Row:
    return _grouped(node.content, node.content["grouping"], walk.only(node))


def _local(node: Node, walk: _Walk) -> Row:
    """Keys, then accumulators: those are the global half's own affair, which asks for what they are made from."""
    keys = at(node.content["grouping"], walk.only(node))
    return keys + (None,) * (len(node.fields) - len(keys))


def _global(node: Node, walk: _Walk) -> Row | None:
    """Its calls count columns of what the local half reads."""
    local = walk.before_shuffle(node)
    return _grouped(node.content, local.content["grouping"], walk.only(local)) if local else None


def _global_window(node: Node, walk: _Walk) -> Row | None:
    local = walk.before_shuffle(node)
    if local is None:
        return None
    row = walk.only(local)
    return _grouped(node.content, local.content["grouping"], row) + _window(node.content, local.content, row)


def _window_aggregate(node: Node, walk: _Walk) -> Row:
    row = walk.only(node)
    return _aggregate(node, walk) + _window(node.content, node.content, row)


def _windowed(node: Node, walk: _Walk) -> Row:
    """The input, and start, end and time of each window a row is in."""
    row = walk.only(node)
    return row + _window_time(node.content, row) * (len(node.fields) - len(row))


def _grouped(content: Mapping[str, Any], grouping: Iterable[int], row: Row) -> Row:
    return at(grouping, row) + tuple(_call(call, row) for call in content["aggCalls"])


def _call(call: Mapping[str, Any], row: Row) -> Any:
    """What an aggregate is made from: its arguments, and the condition of its `FILTER`."""
    condition = [call["filterArg"]] if call.get("filterArg", -1) >= 0 else []
    return union(at((*call["argList"], *condition), row))


def _window(named: Mapping[str, Any], windowed: Mapping[str, Any], row: Row) -> Row:
    """Start and end of the window a row is in, made from the time attribute, or from the window it was given before."""
    (time,) = _window_time(windowed, row)
    kinds = [each["property"]["kind"] for each in named["namedWindowProperties"]]
    return tuple(time if kind in _WINDOW_COLUMNS else None for kind in kinds)


def _window_time(windowed: Mapping[str, Any], row: Row) -> Row:
    windowing = windowed["windowing"]
    return at((windowing.get("timeAttributeIndex", windowing.get("windowEnd", -1)),), row)


def _over(node: Node, walk: _Walk) -> Row:
    """The input, and a column for each call; an index behind the input is one of the node's own constants."""
    row, spec = walk.only(node), node.content["overSpec"]
    known = row + (NOTHING,) * len(spec["constants"])
    calls = [call for group in spec["groups"] for call in group["aggCalls"]]
    return row + tuple(_call(call, known) for call in calls)


def _rank(node: Node, walk: _Walk) -> Row:
    """The input, and the rank: made from what rows are ordered by."""
    row = walk.only(node)
    if not node.content["outputRowNumber"]:
        return row
    order = node.content.get("orderBy") or node.content["sortSpec"]
    return (*row, union(at((field["index"] for field in order["fields"]), row)))


def _match(node: Node, walk: _Walk) -> Row | None:
    """Of one row a match: the keys, then the measures by their names."""
    row, spec = walk.only(node), node.content["matchSpec"]
    keys = at(spec["partition"]["fields"], row)
    measures = spec["measures"]
    names = node.fields[len(keys) :]
    if spec["allRows"] or set(names) != measures.keys():
        return None
    return keys + tuple(origins(measures[name], row) for name in names)


_RULES: Mapping[str, Callable[[Node, _Walk], Row | None]] = {
    "table-source-scan": _source,
    **dict.fromkeys(_PASSING, _same),
    "calc": _calc,
    "union": _union,
    "expand": _expand,
    **dict.fromkeys(("join", "temporal-join", "interval-join", "window-join"), _join),
    "lookup-join": _lookup,
    "correlate": _correlate,
    "group-aggregate": _aggregate,
    "local-group-aggregate": _local,
    "global-group-aggregate": _global,
    "local-window-aggregate": _local,
    "global-window-aggregate": _global_window,
    "window-aggregate": _window_aggregate,
    "window-table-function": _windowed,
    "over-aggregate": _over,
    "rank": _rank,
    "window-rank": _rank,
    "match": _match,
}
