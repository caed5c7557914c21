"""A plan as Flink compiles it (`COMPILE PLAN`, FLIP-190), as a graph of execution nodes."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from millstream.errors import MillstreamError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TABLES = ("dynamicTableSink", "scanTableSource", "temporalTable")
_UNITS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_PART = re.compile(r"`(?:[^`]|``)*` ?|'(?:[^']|'')*'|[<>()]")


class PlanFormatError(MillstreamError):
    """A stored plan is not what Flink compiles."""


@dataclass(frozen=True)
class Node:
    """One execution node.

    Args:
        id: number within the plan; operator ids, and so state, hang on it.
        type: name and version, such as `stream-exec-rank_1`.
        content: everything the plan says of it.
        inputs: ids of the nodes it reads, in order.
    """

    id: int
    type: str
    content: Mapping[str, Any]
    inputs: tuple[int, ...]

    @property
    def kind(self) -> str:
        """The type without prefix and version, such as `rank`."""
        return self.type.removeprefix("stream-exec-").rpartition("_")[0]

    @property
    def description(self) -> str:
        """What Flink's own explanation of a plan says of it."""
        return str(self.content.get("description", ""))

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the columns it gives."""
        return field_names(self.content.get("outputType", ""))

    @property
    def ttl(self) -> tuple[int, ...]:
        """Milliseconds that each of its states is kept for; 0 is for ever."""
        return tuple(_milliseconds(str(state["ttl"])) for state in self.content.get("state") or ())

    @property
    def table(self) -> str | None:
        """Name of the table that a source or a lookup reads or a sink writes."""
        for side in _TABLES:
            found = self.content.get(side, {})
            # A lookup's table stands one level deeper.
            identifier = found.get("lookupTableSource", found).get("table", {}).get("identifier")
            if identifier:
                return str(identifier).rpartition(".`")[2].rstrip("`")
        return None


@dataclass(frozen=True)
class CompiledPlan:
    """A compiled plan.

    Args:
        text: JSON as Flink wrote it.
        flink_version: of the planner that compiled it.
        nodes: by id, inputs before those who read them.
    """

    text: str
    flink_version: str
    nodes: Mapping[int, Node]

    @classmethod
    def parse(cls, text: str) -> CompiledPlan:
        """Read the JSON of a compiled plan.

        Raises:
            PlanFormatError: it is no compiled plan, or its edges do not fit its nodes.
        """
        try:
            plan = json.loads(text)
            inputs = defaultdict(list)
            for edge in plan["edges"]:
                inputs[int(edge["target"])].append(int(edge["source"]))
            found = {
                int(node["id"]): Node(int(node["id"]), str(node["type"]), node, tuple(inputs[int(node["id"])]))
                for node in plan["nodes"]
            }
            return cls(text, str(plan["flinkVersion"]), {node.id: node for node in _inputs_first(found)})
        except (KeyError, TypeError, ValueError) as exc:
            raise PlanFormatError(f"the compiled plan cannot be read: {exc!r}") from exc

    def __iter__(self) -> Iterator[Node]:
        """The nodes, inputs before those who read them."""
        return iter(self.nodes.values())

    def inputs_of(self, node: Node) -> tuple[Node, ...]:
        """The nodes a node reads, in order."""
        return tuple(self.nodes[number] for number in node.inputs)

    @cached_property
    def readers(self) -> Mapping[int, tuple[int, ...]]:
        """Ids of the nodes that read each node."""
        found: dict[int, list[int]] = {node: [] for node in self.nodes}
        for node in self.nodes.values():
            for source in node.inputs:
                found[source].append(node.id)
        return {node: tuple(readers) for node, readers in found.items()}

    @cached_property
    def sinks(self) -> Mapping[int, frozenset[str]]:
        """Tables that what each node gives out ends in."""
        found: dict[int, frozenset[str]] = {}
        for node in reversed(list(self.nodes.values())):
            own = frozenset({node.table} if node.kind == "sink" and node.table else ())
            found[node.id] = own.union(*(found[reader] for reader in self.readers[node.id]))
        return found


NOTHING = CompiledPlan("", "", {})
"""The plan of a job that Flink cannot write down."""


def field_names(row: object) -> tuple[str, ...]:
    """The outermost field names of a `ROW` type; Flink writes one with time attributes as an object, else as text."""
    if isinstance(row, dict):
        return tuple(str(item["name"]) for item in row.get("fields", ()))
    return tuple(found[0].rstrip()[1:-1].replace("``", "`") for found in _named(str(row)))


def without_names(row: object, count: int | None = None) -> object:
    """A `ROW` type without the outermost names of its fields; those within its fields stay.

    Args:
        row: the type as an object or as text; anything else comes back as it is.
        count: of how many fields, from the first; `None` is all.
    """
    if isinstance(row, dict) and "fields" in row:
        bare = [{key: said for key, said in item.items() if key != "name"} for item in row["fields"][:count]]
        return {**row, "fields": [*bare, *row["fields"][len(bare) :]]}
    if not isinstance(row, str):
        return row
    start, kept = 0, []
    for found in islice(_named(row), count):
        kept.append(row[start : found.start()])
        start = found.end()
    return "".join((*kept, row[start:]))


def _named(row: str) -> Iterator[re.Match[str]]:
    """Where the outermost names of a `ROW` type stand in its text."""
    depth = 0
    for found in _PART.finditer(row):
        depth += (found[0] in "<(") - (found[0] in ">)")
        if found[0].startswith("`") and depth == 1:
            yield found


def _milliseconds(duration: str) -> int:
    """A duration as Flink's `TimeUtils.formatWithHighestUnit` writes it, such as `7 d`."""
    amount, unit = duration.split()
    return int(amount) * _UNITS[unit]


def _inputs_first(nodes: Mapping[int, Node]) -> list[Node]:
    ordered: dict[int, Node] = {}
    waiting = list(nodes.values())[::-1]
    while waiting:
        node = waiting[-1]
        missing = [nodes[source] for source in node.inputs if source not in ordered]
        if not missing:
            ordered[node.id] = waiting.pop()
        elif len(waiting) > 2 * len(nodes) ** 2:
            raise ValueError("its edges form a circle")
        else:
            waiting.extend(missing)
    return list(ordered.values())
