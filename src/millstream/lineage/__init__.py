"""What flows from where to where, across every engine, down to columns.

`draw` takes what was read — the project, dbt's models, the DAGs, the compiled plans of the jobs — and gives one
`Lineage`: nodes, edges in the direction of the data, and edges between columns; `join` leaves the columns out. `find`
understands what a person calls a part of it, `touched` tells what a change reaches, and `export` writes it as JSON,
Mermaid or a page. Nothing here runs an engine, reads a file of the project or prints.
"""

from millstream.lineage.draw import draw
from millstream.lineage.find import around, find
from millstream.lineage.model import Field, Lineage, Node
from millstream.lineage.resources import join
from millstream.lineage.touched import touched

__all__ = ["Field", "Lineage", "Node", "around", "draw", "find", "join", "touched"]
