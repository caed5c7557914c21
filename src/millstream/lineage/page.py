"""A lineage as one HTML page that asks nobody for anything: data, style and script are in it."""

from __future__ import annotations

import html
import json
from importlib import resources
from typing import TYPE_CHECKING

from millstream.lineage.layers import place
from millstream.lineage.model import ENGINES, Field

if TYPE_CHECKING:
    from millstream.lineage.model import Lineage

_SCRIPT, _DATA, _TITLE = "/*SCRIPT*/", "/*DATA*/ null", "<!--TITLE-->"
# In a script element these would end it, or be no part of a text.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def as_html(lineage: Lineage, title: str, start: str | Field | None = None) -> str:
    """The page.

    Args:
        lineage: what it shows.
        title: of the page: plain words, taken as they are.
        start: the node or column that is chosen when it opens.
    """
    files = resources.files("millstream.lineage")
    page, script = (files.joinpath(name).read_text(encoding="utf-8") for name in ("page.html", "page.js"))
    data = json.dumps(_content(lineage, title, start), ensure_ascii=False, separators=(",", ":"))
    safe = html.escape(title)
    head, tail = page.replace(_TITLE, safe).split(_SCRIPT)
    before, after = script.split(_DATA)
    return f"{head}{before}{data.translate(_ESCAPES)}{after}{tail}"


def _content(lineage: Lineage, title: str, start: str | Field | None) -> dict[str, object]:
    """Nodes and edges by number, which keeps the page small."""
    places = place(lineage)
    ids = sorted(lineage.nodes)
    number = {id_: index for index, id_ in enumerate(ids)}
    column = {Field(id_, name): index for id_ in ids for index, name in enumerate(lineage.columns.get(id_, ()))}
    nodes = []
    for id_ in ids:
        node = lineage.nodes[id_]
        nodes.append(
            {
                "kind": node.kind,
                "name": node.name,
                "engine": node.engine,
                "path": node.path,
                "layer": places[id_].layer,
                "row": places[id_].row,
                "columns": lineage.columns.get(id_, ()),
                "unknown": lineage.unknown.get(id_, ""),
            }
        )
    chosen = start.node if isinstance(start, Field) else start
    return {
        "title": title,
        "engines": [engine for engine in ENGINES if any(n.engine == engine for n in lineage.nodes.values())],
        "nodes": nodes,
        "edges": [[number[before], number[after]] for before, after in sorted(lineage.edges)],
        "fields": [
            [number[before.node], column[before], number[after.node], column[after]]
            for before, after in sorted(lineage.field_edges)
        ],
        "start": number[chosen] if chosen is not None else None,
        "column": column[start] if isinstance(start, Field) else None,
        "notes": lineage.notes,
    }
