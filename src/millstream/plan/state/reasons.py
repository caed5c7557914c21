"""What differs between two plans, in words of SQL.

A changed filter changes everything behind it. So only the first nodes that differ are told of: those without a partner
whose inputs all have one. Flink's own description of a node names what a person wrote: `groupBy=[city], select=[…]`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.compiled import Node
    from millstream.plan.state.matching import Matching

_WORDS = {
    "condition": "condition",
    "groupBy": "group key",
    "joinType": "join",
    "orderBy": "order",
    "partitionBy": "partition key",
    "rankRange": "ranks",
    "select": "columns",
    "table": "table",
    "where": "filter",
    "window": "window",
    "windowBounds": "time bounds",
}
_NOUNS = {
    "calc": "projection or filter",
    "global-group-aggregate": "GROUP BY",
    "global-window-aggregate": "window aggregate",
    "group-aggregate": "GROUP BY",
    "interval-join": "interval join",
    "join": "join",
    "match": "MATCH_RECOGNIZE",
    "rank": "ROW_NUMBER",
    "sink": "INSERT INTO",
    "table-source-scan": "source",
    "temporal-join": "temporal join",
    "window-rank": "ROW_NUMBER of a window",
}
# Names that Flink gives to what nobody named.
_MADE_UP = re.compile(r" AS \w+\$\d+$")


def differences(matching: Matching) -> Iterator[str]:
    """Tell what the first differing nodes say differently."""
    partners = {other: number for number, other in matching.pairs.items()}
    lost = [node for node in matching.lost if all(source in partners for source in node.inputs)]
    fresh = [node for node in matching.fresh if all(source in matching.pairs for source in node.inputs)]
    for node in lost:
        successor = _successor(node, fresh, partners)
        if successor is None:
            yield f"gone: {named(node)}"
        else:
            fresh.remove(successor)
            yield from _told(node, successor)
    yield from (f"new: {named(node)}" for node in fresh)


def _successor(node: Node, fresh: Sequence[Node], partners: Mapping[int, int]) -> Node | None:
    """The new node of the same kind that reads the same."""
    inputs = tuple(partners[source] for source in node.inputs)
    alike = [other for other in fresh if other.kind == node.kind and (other.inputs == inputs or not inputs)]
    return next((other for other in alike if other.table == node.table), None)


def _told(node: Node, successor: Node) -> Iterator[str]:
    before, after = _items(node.description), _items(successor.description)
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    for key in changed:
        old, new = before.get(key, ""), after.get(key, "")
        if key == "select":
            old, new = _only_in(old, new), _only_in(new, old)
        yield f"{_WORDS.get(key, key)}: {old or 'none'} → {new or 'none'}"
    if not changed:
        yield f"{named(node)} is computed differently"


def named(node: Node) -> str:
    """A node in words: what it is in SQL, and its table if it has one."""
    noun = _NOUNS.get(node.kind, node.kind)
    return f"{noun} {node.table}" if node.table else noun


def _only_in(select: str, other: str) -> str:
    """The columns of one list that another lacks, as a person would write them."""
    there = {_as_written(item) for item in _split(other)}
    # Flink lists what a DISTINCT remembers as a column of its own.
    listed = (_as_written(item) for item in _split(select) if not item.startswith("DISTINCT("))
    return ", ".join(item for item in listed if item not in there)


def _as_written(item: str) -> str:
    return _MADE_UP.sub("", item).replace("distinct$0 ", "DISTINCT ")


def _split(listed: str) -> Iterator[str]:
    """The parts between the outermost commas."""
    depth, start = 0, 0
    for place, character in enumerate(f"{listed},"):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            yield listed[start:place].strip()
            start = place + 1


def _items(description: str) -> dict[str, str]:
    """`Name(key=[value], …)` as pairs; brackets within values are counted."""
    found: dict[str, str] = {}
    for start in re.finditer(r"(\w+)=\[", description):
        depth, end = 1, start.end()
        while end < len(description) and depth:
            depth += {"[": 1, "]": -1}.get(description[end], 0)
            end += 1
        found.setdefault(start[1], description[start.end() : end - 1])
    return found
