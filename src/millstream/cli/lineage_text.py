"""A lineage as trees a person reads in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rich.console import Group
from rich.text import Text
from rich.tree import Tree

from millstream.lineage import Field, Lineage
from millstream.lineage.model import ENGINES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rich.console import RenderableType

T = TypeVar("T", str, Field)
_ABOVE = "  … as above"


def tree(lineage: Lineage, start: str | Field | None) -> Group:
    """What lies before and behind a node or column; everything by engine without one."""
    if start is None:
        return Group(*_everything(lineage))
    if isinstance(start, Field):
        return Group(*_both(start, lineage.fields_before, lineage.fields_after, _field_label))
    trees = _both(start, lineage.before, lineage.after, lambda node: _node_label(node, lineage))
    return Group(*trees, *_columns(start, lineage))


def _both(
    start: T, before: Mapping[T, tuple[T, ...]], after: Mapping[T, tuple[T, ...]], label: Callable[[T], Text]
) -> Iterator[RenderableType]:
    yield Text.assemble(label(start), style="bold")
    for title, neighbours in (("made from", before), ("goes into", after)):
        if neighbours.get(start):
            root = Tree(Text(title, style="bold"), guide_style="dim")
            _grow(root, start, neighbours, label, {start})
            yield root


def _grow(
    tree: Tree, start: T, neighbours: Mapping[T, tuple[T, ...]], label: Callable[[T], Text], shown: set[T]
) -> None:
    """Add what lies behind a node; what stands in the tree already is not unfolded again."""
    for each in neighbours.get(start, ()):
        if each in shown and neighbours.get(each):
            tree.add(Text.assemble(label(each), (_ABOVE, "dim")))
        else:
            branch = tree.add(label(each))
            if each not in shown:
                shown.add(each)
                _grow(branch, each, neighbours, label, shown)


def _node_label(id_: str, lineage: Lineage) -> Text:
    node = lineage.nodes[id_]
    return Text.assemble((f"{node.kind}.", "dim"), node.name)


def _field_label(field: Field) -> Text:
    return Text.assemble((f"{field.node}.", "dim"), field.column)


def _columns(start: str, lineage: Lineage) -> Iterator[RenderableType]:
    """The columns of a node, each with those it is made from."""
    columns = lineage.columns.get(start, ())
    if columns:
        root = Tree(Text("columns", style="bold"), guide_style="dim")
        for column in columns:
            sources = ", ".join(map(str, lineage.fields_before.get(Field(start, column), ())))
            root.add(Text.assemble(column, (f" ← {sources}" if sources else "", "dim")))
        yield root
    if start in lineage.unknown:
        yield Text(f"unknown columns: {lineage.unknown[start]}", style="yellow")


def _everything(lineage: Lineage) -> Iterator[RenderableType]:
    for engine in ENGINES:
        members = [node for node in sorted(lineage.nodes.values()) if node.engine == engine]
        if members:
            root = Tree(Text.assemble((engine, "bold"), f"  {len(members)}"), guide_style="dim")
            for node in members:
                after = len(lineage.after[node.id])
                root.add(Text.assemble(_node_label(node.id, lineage), (f"  → {after}" if after else "", "dim")))
            yield root
