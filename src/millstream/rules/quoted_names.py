"""Names that never need quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, warning
from millstream.project.model import FlinkTable, FlinkView, Project
from millstream.sql.keywords import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """NAM001: a table, view or column of Flink whose name is reserved there, or that another engine would fold."""
    for resource in (*project.of(FlinkTable), *project.of(FlinkView)):
        yield from _name(project, resource.id.name.rpartition(".")[2], resource.where)
        content = resource.content if isinstance(resource, FlinkTable) else None
        for column in content.columns if content else ():
            yield from _name(project, column.name, column.where)


def _name(project: Project, name: str, where: SourceRange | None) -> Iterator[Diagnostic]:
    if name in project.allow.names:
        return
    if name.upper() in RESERVED:
        mend = "choose another word, or add it to `allow: names:` in millstream.yml"
        yield warning("NAM001", f"`{name}` is a word of Flink's SQL, so it needs quotes everywhere", where, mend)
    elif not _PLAIN.fullmatch(name):
        mend = "write it in snake_case, or add it to `allow: names:` in millstream.yml"
        yield warning("NAM001", f"`{name}` needs quotes in one engine or another", where, mend)
