"""How a dashboard's parts lie: a tree in the file, where Superset keeps a map of parts that name each other.

    position:
      - row:
          - {chart: orders_per_second, width: 4, height: 30}
          - markdown: What one sees here.
            width: 8
            height: 30

A node is named by its kind: `row`, `column` and `tabs` hold a list, `tab` its title beside `children`, `chart` the
name of one, `markdown` and `header` their text. Its other keys are Superset's own (`meta` of the part).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# What the node's own key holds: its children, or this key of Superset's `meta`.
CHILDREN = "children"
KINDS = {
    "row": CHILDREN,
    "column": CHILDREN,
    "tabs": CHILDREN,
    "tab": "text",
    "chart": "chart",
    "markdown": "code",
    "header": "text",
    "divider": "",
}


def kind_of(node: Mapping[str, Any]) -> str:
    """The kind of a node that was checked."""
    return next(key for key in node if key in KINDS)


def children_of(node: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The nodes inside one."""
    kind = kind_of(node)
    found: Sequence[Mapping[str, Any]] = node[kind] if KINDS[kind] == CHILDREN else node.get(CHILDREN, [])
    return found


def checked(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Refuse a tree that is not one.

    Raises:
        ValueError: says which node.
    """
    for node in nodes:
        kinds = [key for key in node if key in KINDS]
        if len(kinds) != 1:
            raise ValueError(f"{_short(node)} is not one of {', '.join(KINDS)}")
        inside = children_of(node)
        if not isinstance(inside, list) or not all(isinstance(child, dict) for child in inside):
            raise ValueError(f"{_short(node)} holds no list of parts")
        checked(inside)
    return nodes


def charts_in(nodes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Names of the charts, in the order in which they lie there."""
    for node in nodes:
        if "chart" in node:
            yield str(node["chart"])
        yield from charts_in(children_of(node))


def _short(node: Mapping[str, Any]) -> str:
    return f"a part with {', '.join(map(str, node))}" if node else "an empty part"
