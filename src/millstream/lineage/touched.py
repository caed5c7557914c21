"""What a change of a resource reaches: what needs it, everything made from that, and the DAGs that make some of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.lineage.model import ENGINES, reach

if TYPE_CHECKING:
    from collections.abc import Iterable

    from millstream.lineage.model import Lineage

DAGS = "airflow"


def touched(resource: str, needing: Iterable[str], lineage: Lineage) -> tuple[str, ...]:
    """Nodes that a change reaches, engine by engine.

    Args:
        resource: what is changed.
        needing: what cannot be without it; a topic's writers are among it, which do not lie behind it.
        lineage: the whole picture; what is not in it is left out.
    """
    behind = reach(resource, lineage.after) | (lineage.nodes.keys() & set(needing))
    behind = (behind & lineage.nodes.keys()) - {resource}
    dags = {dag for node in behind for dag in lineage.before.get(node, ()) if lineage.nodes[dag].engine == DAGS}
    return tuple(sorted(behind | dags, key=lambda node: (ENGINES.index(lineage.nodes[node].engine), node)))
