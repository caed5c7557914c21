"""What a person calls a resource or a column, and the part of the picture around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.errors import UsageError
from millstream.lineage.model import Field, reach
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from millstream.lineage.model import Lineage

_MOST = 6


def find(name: str, lineage: Lineage) -> str | Field:
    """The node or column of a name: in full (`job.parse_orders`), or bare when only one has it.

    A column stands behind its node and a dot: `order_items.quantity`, `flink_table.order_items.quantity`.

    Raises:
        UsageError: nothing has this name, or several have it.
    """
    if name in lineage.nodes:
        return name
    nodes = sorted(node.id for node in lineage.nodes.values() if _is_called(node.name, name))
    fields = [] if nodes else _fields(name, lineage)
    return _the_one(name, nodes or fields, lineage)


def around(start: str | Field, lineage: Lineage, *, upstream: bool, downstream: bool) -> Lineage:
    """The part before a node or column, behind it, or both."""
    if isinstance(start, Field):
        before = reach(start, lineage.fields_before) if upstream else frozenset({start})
        after = reach(start, lineage.fields_after) if downstream else frozenset({start})
        return lineage.only_fields(before | after)
    nodes_before = reach(start, lineage.before) if upstream else frozenset({start})
    nodes_after = reach(start, lineage.after) if downstream else frozenset({start})
    return lineage.only(nodes_before | nodes_after)


def _is_called(own: str, name: str) -> bool:
    """A name is a node's own one, or that without its schema."""
    return own == name or own.rpartition(".")[2] == name


def _fields(name: str, lineage: Lineage) -> list[Field]:
    """Columns whose node is called what stands before some dot of a name."""
    found = []
    for at, character in enumerate(name):
        if character == ".":
            table, column = name[:at], name[at + 1 :]
            nodes = [n for n in lineage.nodes.values() if n.id == table or _is_called(n.name, table)]
            found += [Field(n.id, column) for n in nodes if column in lineage.columns.get(n.id, ())]
    return sorted(set(found))


def _the_one(name: str, found: Sequence[str | Field], lineage: Lineage) -> str | Field:
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(map(str, found[:_MOST])) + (", …" if len(found) > _MOST else "")
        raise UsageError(f"`{name}` may be any of {len(found)}: {listed}", mend="give its full name")
    known = {node.name for node in lineage.nodes.values()} | {n.rpartition(".")[2] for n in lineage.nodes}
    known |= lineage.nodes.keys() | _columns_near(name, lineage)
    mend = did_you_mean(name, known, "`millstream lineage` without a name lists every resource")
    raise UsageError(f"nothing is called `{name}`", mend=mend)


def _columns_near(name: str, lineage: Lineage) -> set[str]:
    """Full names of the columns of every node that part of a name means."""
    tables = {name[:at] for at, character in enumerate(name) if character == "."}
    near = [n for n in lineage.nodes.values() if any(n.id == t or _is_called(n.name, t) for t in tables)]
    return {f"{n.id}.{column}" for n in near for column in lineage.columns.get(n.id, ())} | {
        f"{n.name}.{column}" for n in near for column in lineage.columns.get(n.id, ())
    }
