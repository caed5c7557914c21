"""What Flink's planner made of a job, for the rules that only its plan can answer exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


_PART = re.compile(r"`(?:[^`]|``)*`|[<>()]")


@dataclass(frozen=True)
class Operator:
    """One node of a compiled plan (Flink docs, "COMPILE PLAN"), as Flink writes it.

    Args:
        id: its number in this plan.
        type: for example `stream-exec-rank_1`.
        inputs: numbers of the nodes it reads.
        content: its other properties; nothing of a table's options, which may hold secrets.
    """

    id: int
    type: str
    inputs: tuple[int, ...] = ()
    content: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The type without prefix and version: `rank`, `global-group-aggregate`."""
        return self.type.removeprefix("stream-exec-").rpartition("_")[0]

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the columns it gives."""
        return field_names(self.content.get("outputType", ""))


def field_names(row: object) -> tuple[str, ...]:
    """The outermost field names of a `ROW` type; Flink writes one with time attributes as an object, else as text."""
    if isinstance(row, dict):
        return tuple(str(item["name"]) for item in row.get("fields", ()))
    found, depth = [], 0
    for part in _PART.findall(str(row)):
        depth += (part in "<(") - (part in ">)")
        if part.startswith("`") and depth == 1:
            found.append(part[1:-1].replace("``", "`"))
    return tuple(found)


def inputs_of(operator: Operator, operators: Iterable[Operator]) -> tuple[Operator, ...]:
    """The nodes an operator reads, in order."""
    known = {other.id: other for other in operators}
    return tuple(known[number] for number in operator.inputs if number in known)
