"""What is known of columns, gathered piece by piece."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from millstream.lineage.model import Field, FieldEdge, Lineage


@dataclass(frozen=True)
class Columns:
    """Columns of nodes in the order in which they became known, edges between them, and what stays unknown."""

    of: dict[str, dict[str, None]] = field(default_factory=dict)
    edges: set[FieldEdge] = field(default_factory=set)
    unknown: dict[str, str] = field(default_factory=dict)

    def know(self, node: str, columns: Iterable[str]) -> None:
        """Add columns of a node."""
        self.of.setdefault(node, {}).update(dict.fromkeys(columns))

    def flow(self, before: Field, after: Field) -> None:
        """Values of one column are made from another."""
        self.know(before.node, [before.column])
        self.know(after.node, [after.column])
        self.edges.add((before, after))

    def onto(self, lineage: Lineage) -> Lineage:
        """The picture with its columns; those of nodes that are not in it are left out."""
        columns = {node: tuple(names) for node, names in self.of.items() if node in lineage.nodes}
        known = {(a, b) for a, b in self.edges if a.node in columns and b.node in columns}
        unknown = {node: reason for node, reason in self.unknown.items() if node in lineage.nodes}
        return replace(lineage, columns=columns, field_edges=frozenset(known), unknown=unknown)
