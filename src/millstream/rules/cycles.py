"""Nothing needs itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph
    from millstream.project.model import Project


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:
    """GRF001: resources that need each other, for example two jobs that read each other's topic."""
    resources = {resource.id: resource for resource in project.resources}
    for cycle in graph.cycles():
        first = resources[cycle[0]]
        circle = " → ".join(str(node) for node in (*cycle, cycle[0]))
        mend = "break the circle: let one of them write to or read from something else"
        yield error("GRF001", f"needed by itself: {circle}", first.where or SourceRange(first.path), mend)
