"""Where each node of a page stands: in columns from left to right, by the longest way that leads to it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.lineage.model import Lineage

_SWEEPS = 6


@dataclass(frozen=True)
class Place:
    """Column of a node from the left, and its place in the column from the top."""

    layer: int
    row: int


def place(lineage: Lineage) -> dict[str, Place]:
    """Give every node a place; the same lineage always gives the same picture."""
    before = _without_circles(lineage)
    layers = _pulled(_longest(before), lineage)
    rows = [
        sorted(id_ for id_ in layers if layers[id_] == layer) for layer in range(max(layers.values(), default=-1) + 1)
    ]
    for sweep in range(_SWEEPS):
        _sort(rows if sweep % 2 == 0 else rows[::-1], lineage.before if sweep % 2 == 0 else lineage.after)
    return {id_: Place(layer, row) for layer, members in enumerate(rows) for row, id_ in enumerate(members)}


def _without_circles(lineage: Lineage) -> dict[str, list[str]]:
    """What stands before each node, without the edges that close a circle: those lead back to an open node."""
    before: dict[str, list[str]] = {id_: [] for id_ in lineage.nodes}
    state: dict[str, str] = {}
    for start in sorted(lineage.nodes):
        waiting = [] if start in state else [start]
        while waiting:
            node = waiting[-1]
            if node in state:
                state[waiting.pop()] = "done"
                continue
            state[node] = "open"
            for after in lineage.after[node]:
                if state.get(after) != "open":
                    before[after].append(node)
                if after not in state:
                    waiting.append(after)
    return before


def _longest(before: Mapping[str, Sequence[str]]) -> dict[str, int]:
    layers: dict[str, int] = {}
    waiting = sorted(before, reverse=True)
    while waiting:
        node = waiting[-1]
        missing = [other for other in before[node] if other not in layers]
        if missing:
            waiting += missing
        else:
            layers[waiting.pop()] = max((layers[other] + 1 for other in before[node]), default=0)
    return layers


def _pulled(layers: Mapping[str, int], lineage: Lineage) -> dict[str, int]:
    """What nothing stands before comes right before the first that needs it."""
    return {
        id_: max(0, min((layers[after] for after in lineage.after[id_]), default=layer + 1) - 1)
        if not lineage.before[id_]
        else layer
        for id_, layer in layers.items()
    }


def _sort(rows: Sequence[list[str]], neighbours: Mapping[str, Sequence[str]]) -> None:
    """Order each column by where the neighbours of its members stand, so that fewer edges cross."""
    at: dict[str, float] = {}
    for members in rows:
        if at:
            own = {id_: index / max(1, len(members)) for index, id_ in enumerate(members)}
            known = {id_: [at[other] for other in neighbours[id_] if other in at] for id_ in members}
            members.sort(key=lambda id_: (mean(known[id_]) if known[id_] else own[id_], id_))
        at |= {id_: index / max(1, len(members)) for index, id_ in enumerate(members)}
