"""A lineage as text for machines: JSON, and Mermaid's `flowchart`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from millstream.lineage.model import ENGINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.lineage.model import Lineage


def as_document(lineage: Lineage) -> dict[str, object]:
    """Nodes and edges in a stable order; `columns` and `column_edges` as far as they are known."""
    nodes = [
        {
            "id": node.id,
            "kind": node.kind,
            "name": node.name,
            "engine": node.engine,
            "path": node.path,
            "columns": list(lineage.columns.get(node.id, ())),
            **({"unknown_columns": lineage.unknown[node.id]} if node.id in lineage.unknown else {}),
        }
        for node in sorted(lineage.nodes.values())
    ]
    between = [
        {
            "from": {"node": before.node, "column": before.column},
            "to": {"node": after.node, "column": after.column},
        }
        for before, after in sorted(lineage.field_edges)
    ]
    return {
        "nodes": nodes,
        "edges": [{"from": before, "to": after} for before, after in sorted(lineage.edges)],
        "column_edges": between,
        "notes": list(lineage.notes),
    }


def as_json(lineage: Lineage) -> str:
    """The document as JSON text."""
    return json.dumps(as_document(lineage), indent=2, ensure_ascii=False) + "\n"


def as_mermaid(lineage: Lineage) -> str:
    """A flow chart from left to right, a group an engine."""
    return "\n".join(("flowchart LR", *_mermaid(lineage))) + "\n"


def _mermaid(lineage: Lineage) -> Iterator[str]:
    number = {id_: f"n{index}" for index, id_ in enumerate(sorted(lineage.nodes))}
    for engine in ENGINES:
        members = [node for node in sorted(lineage.nodes.values()) if node.engine == engine]
        if members:
            yield f"  subgraph {engine}"
            yield from (f'    {number[n.id]}["{_label(n.kind)}<br/>{_label(n.name)}"]' for n in members)
            yield "  end"
    yield from (f"  {number[before]} --> {number[after]}" for before, after in sorted(lineage.edges))


def _label(text: str) -> str:
    """Text in a box: Mermaid takes entities for what would end or start markup."""
    return text.translate(_ENTITIES)


_ENTITIES = str.maketrans({"&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;"})
