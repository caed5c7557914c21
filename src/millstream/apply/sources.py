"""The source databases of a project's connectors, compared with what is built on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, warning
from millstream.engines.replication import Source
from millstream.errors import EngineError
from millstream.plan import capture
from millstream.project.model import Connector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph
    from millstream.project.model import Project


def schema_changes(project: Project, graph: Graph) -> Iterator[Diagnostic]:
    """Tell, as warnings, what has changed in the captured tables and what that breaks; stops nothing."""
    for connector in project.of(Connector):
        if not connector.source_url or not connector.tables:
            continue
        try:
            live = Source(connector.source_url).columns(tuple(connector.tables.values()))
        except EngineError as exc:
            mend = "see `source_url`; changes of its tables are not noticed meanwhile"
            yield warning("CDC004", f"{connector.id}: {exc.summary}", connector.where, mend)
        else:
            yield from capture.compare(project, graph, connector, live)
