"""What flows where: resources, the edges between them, and the columns that values come from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ENGINES = ("http", "connect", "postgres", "kafka", "flink", "ksqldb", "clickhouse", "dbt", "airflow", "superset")
"""Every engine that may hold a node, roughly in the direction of the flow."""


@dataclass(frozen=True, order=True)
class Node:
    """One resource, or something outside of the tree that it names.

    Args:
        id: kind and name in the engine, such as `job.parse_orders`.
        kind: its kind.
        name: its name in the engine.
        engine: one of `ENGINES`.
        path: its file, relative to the project's folder; empty for what no file declares.
    """

    id: str
    kind: str
    name: str
    engine: str
    path: str = ""


@dataclass(frozen=True, order=True)
class Field:
    """A column of a node; a dot leads into a nested one, as in `after.city_id`."""

    node: str
    column: str

    def __str__(self) -> str:
        return f"{self.node}.{self.column}"


Edge = tuple[str, str]
"""Data flow from the first node to the second."""
FieldEdge = tuple[Field, Field]
"""Values of the second column are made from the first."""
T = TypeVar("T")


@dataclass(frozen=True)
class Lineage:
    """The whole picture, or a part of it.

    Args:
        nodes: by id.
        edges: in the direction of the data.
        columns: names of the columns of each node, as far as they are known, in their order.
        field_edges: in the direction of the data.
        unknown: nodes with columns of unknown origin, and why it is unknown.
        notes: what was read from where, and what could not be read.
    """

    nodes: Mapping[str, Node]
    edges: frozenset[Edge]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    field_edges: frozenset[FieldEdge] = frozenset()
    unknown: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @cached_property
    def after(self) -> Mapping[str, tuple[str, ...]]:
        """The nodes right behind each node, sorted."""
        return _neighbours(self.nodes, self.edges)

    @cached_property
    def before(self) -> Mapping[str, tuple[str, ...]]:
        """The nodes right before each node, sorted."""
        return _neighbours(self.nodes, ((to, from_) for from_, to in self.edges))

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every known column, nodes sorted."""
        return tuple(Field(node, column) for node in sorted(self.nodes) for column in self.columns.get(node, ()))

    @cached_property
    def fields_after(self) -> Mapping[Field, tuple[Field, ...]]:
        """The columns that are made from each column, sorted."""
        return _neighbours(self.fields, self.field_edges)

    @cached_property
    def fields_before(self) -> Mapping[Field, tuple[Field, ...]]:
        """The columns that each column is made from, sorted."""
        return _neighbours(self.fields, ((to, from_) for from_, to in self.field_edges))

    def only(self, kept: Iterable[str]) -> Lineage:
        """The part between some nodes."""
        inside = frozenset(kept)
        return replace(
            self,
            nodes={id_: node for id_, node in self.nodes.items() if id_ in inside},
            edges=frozenset(edge for edge in self.edges if inside.issuperset(edge)),
            columns={id_: columns for id_, columns in self.columns.items() if id_ in inside},
            field_edges=frozenset(e for e in self.field_edges if {e[0].node, e[1].node} <= inside),
            unknown={id_: reason for id_, reason in self.unknown.items() if id_ in inside},
        )

    def only_fields(self, kept: Iterable[Field]) -> Lineage:
        """The part between some columns: their nodes, no other column, and the ways that values take."""
        inside = frozenset(kept)
        part = self.only(field.node for field in inside)
        edges = frozenset(edge for edge in self.field_edges if inside.issuperset(edge))
        return replace(
            part,
            edges=frozenset((before.node, after.node) for before, after in edges if before.node != after.node),
            columns={id_: tuple(c for c in part.columns[id_] if Field(id_, c) in inside) for id_ in part.columns},
            field_edges=edges,
        )


def reach(start: T, neighbours: Mapping[T, tuple[T, ...]]) -> frozenset[T]:
    """All that can be reached from `start`, itself included."""
    found, open_ = {start}, [start]
    while open_:
        fresh = set(neighbours.get(open_.pop(), ())) - found
        found |= fresh
        open_ += fresh
    return frozenset(found)


def _neighbours(of: Iterable[T], edges: Iterable[tuple[T, T]]) -> Mapping[T, tuple[T, ...]]:
    found: dict[T, set[T]] = {each: set() for each in of}
    for from_, to in edges:
        found.setdefault(from_, set()).add(to)
    return {each: tuple(sorted(others)) for each, others in found.items()}  # type: ignore[type-var]
