"""Names that never need quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, warning
from millstream.project.model import FlinkTable, FlinkView, Project
from millstream.sql.keywords import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from millstream.graph import Graph

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """NAM001: tables, views and columns of Flink whose names are reserved there, or that another engine would fold."""
    for resource in (*project.of(FlinkTable), *project.of(FlinkView)):
        content = resource.content if isinstance(resource, FlinkTable) else None
        named = [(resource.id.name.rpartition(".")[2], resource.where)]
        named += [(column.name, column.where) for column in content.columns] if content else []
        asked = [(name, where) for name, where in named if name not in project.allow.names]
        reserved = [(name, where) for name, where in asked if name.upper() in RESERVED]
        yield from _told(reserved, "a word of Flink's SQL", "words of Flink's SQL", "choose another word")
        others = [pair for pair in asked if pair not in reserved and not _PLAIN.fullmatch(pair[0])]
        yield from _told(others, "not in snake_case", "not in snake_case", "write it so")


def _told(named: Sequence[tuple[str, SourceRange | None]], one: str, many: str, mend: str) -> Iterator[Diagnostic]:
    """One warning a file, at the first name: whoever has a habit need not hear of it twenty times."""
    if named:
        listed = ", ".join(f"`{name}`" for name, _ in named)
        verb = f"is {one} and needs" if len(named) == 1 else f"are {many} and need"
        mend = f"{mend}, or add it to `allow: names:` in millstream.yml"
        yield warning("NAM001", f"{listed} {verb} quotes in one engine or another", named[0][1], mend)
