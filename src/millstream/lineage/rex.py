"""Which columns an expression of a compiled plan is made from (Flink's `RexNodeJsonSerializer` writes them)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Origins = frozenset[tuple[str, str]]
"""Columns of source tables, as pairs of table and column; a dot leads into a nested one."""
Row = tuple[Origins | None, ...]
"""The origins of each column of a row; `None` where they are unknown."""
NOTHING: Origins = frozenset()
_REFERENCES = {"INPUT_REF", "PATTERN_INPUT_REF"}


def origins(
    expression: Mapping[str, Any], row: Row, correlated: Mapping[str, Origins | None] | None = None
) -> Origins | None:
    """The columns that an expression's value is made from; `None` when one of them is unknown.

    Args:
        expression: a node of the plan's JSON.
        row: of the input, or of both inputs one behind the other.
        correlated: by name, the columns of the row that a correlated function is called for.
    """
    kind = expression.get("kind")
    if kind in _REFERENCES:
        index = expression["inputIndex"]
        return row[index] if index < len(row) else None
    if kind == "LITERAL":
        return NOTHING
    if kind == "CALL":
        return union(origins(operand, row, correlated) for operand in expression.get("operands", ()))
    if kind == "FIELD_ACCESS":
        return _field(expression, row, correlated or {})
    return None


def union(found: Iterable[Origins | None]) -> Origins | None:
    """All origins together; `None` when some are unknown."""
    parts = list(found)
    return None if None in parts else NOTHING.union(*(part for part in parts if part is not None))


def at(indexes: Iterable[int], row: Row) -> Row:
    """The columns at some places of a row."""
    return tuple(row[index] if 0 <= index < len(row) else None for index in indexes)


def _field(expression: Mapping[str, Any], row: Row, correlated: Mapping[str, Origins | None]) -> Origins | None:
    inner, name = expression["expr"], expression["name"]
    if inner.get("kind") == "CORREL_VARIABLE":
        return correlated.get(name)
    found = origins(inner, row, correlated)
    if found is None or inner.get("kind") == "CALL":
        # The row comes out of a function, so the field's own name says nothing of the columns it is made from.
        return found
    return frozenset((table, f"{column}.{name}") for table, column in found)
