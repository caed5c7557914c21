"""A dashboard's parts, between the tree of its file and Superset's map (`position_json`, version 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from millstream.project.superset_layout import CHILDREN, KINDS, children_of, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT, GRID = "ROOT_ID", "GRID_ID"
TRANSPARENT = "BACKGROUND_TRANSPARENT"
# What Superset's own editor gives a new part.
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "row": {"background": TRANSPARENT},
    "column": {"background": TRANSPARENT},
    "header": {"background": TRANSPARENT, "headerSize": "MEDIUM_HEADER"},
}
# Kept by Superset in a part, and told by the rest of the document.
DERIVED = {"chartId", "uuid", "sliceName", "defaultText", "placeholder", "0"}


def flatten(
    nodes: Sequence[Mapping[str, Any]], title: str, chart: Callable[[str], Mapping[str, Any]]
) -> dict[str, Any]:
    """Make Superset's map.

    Args:
        nodes: the tree.
        title: the dashboard's.
        chart: gives a chart's `meta` for its name.
    """
    parts: dict[str, Any] = {"DASHBOARD_VERSION_KEY": "v2"}
    # Tabs that fill the page stand in the grid's place.
    top, below = (ROOT, []) if [*map(kind_of, nodes)] == ["tabs"] else (GRID, [GRID])
    parts[ROOT] = {"type": "ROOT", "id": ROOT, CHILDREN: below}
    parts[GRID] = {"type": "GRID", "id": GRID, CHILDREN: [], "parents": [ROOT]}
    parts["HEADER_ID"] = {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": title}}
    parents = [ROOT] if top == ROOT else [ROOT, GRID]
    parts[top][CHILDREN] = [
        _place(node, f"{number}", parents, parts, chart) for number, node in enumerate(nodes, start=1)
    ]
    return parts


def _place(
    node: Mapping[str, Any],
    path: str,
    parents: Sequence[str],
    parts: dict[str, Any],
    chart: Callable[[str], Mapping[str, Any]],
) -> str:
    kind = kind_of(node)
    part = f"{kind.upper()}-{path}"
    own = {key: value for key, value in node.items() if key not in {kind, CHILDREN}}
    if kind == "chart":
        own |= chart(node[kind])
    elif KINDS[kind] not in {CHILDREN, ""}:
        own[KINDS[kind]] = node[kind]
    inside = [
        _place(child, f"{path}-{number}", [*parents, part], parts, chart)
        for number, child in enumerate(children_of(node), start=1)
    ]
    meta = {**DEFAULTS.get(kind, {}), **own}
    parts[part] = {"type": kind.upper(), "id": part, CHILDREN: inside, "parents": [*parents], "meta": meta}
    return part


def nest(parts: Mapping[str, Any], chart: Callable[[Mapping[str, Any]], str]) -> list[dict[str, Any]]:
    """Make the tree of Superset's map.

    Args:
        parts: the map.
        chart: gives a chart's name for its `meta`.
    """
    top = parts.get(ROOT, {}).get(CHILDREN, [])
    if top == [GRID]:
        top = parts[GRID].get(CHILDREN, [])
    return [_node(parts[part], parts, chart) for part in top if part in parts]


def _node(
    part: Mapping[str, Any], parts: Mapping[str, Any], chart: Callable[[Mapping[str, Any]], str]
) -> dict[str, Any]:
    kind, meta = part["type"].lower(), part.get("meta", {})
    inside = [_node(parts[child], parts, chart) for child in part.get(CHILDREN, []) if child in parts]
    defaults = DEFAULTS.get(kind, {})
    held = KINDS.get(kind, "")
    others = {
        key: value
        for key, value in meta.items()
        if key not in DERIVED and key != held and defaults.get(key) != value and value is not None
    }
    if held == CHILDREN:
        return {kind: inside, **others}
    main = chart(meta) if kind == "chart" else meta.get(held, "")
    return {kind: main, **others, **({CHILDREN: inside} if inside else {})}
