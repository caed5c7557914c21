"""Windows stand on a time attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import TokenType

from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.project.model import FlinkTable, FlinkView, Job, Project
from millstream.project.requirements import base
from millstream.sql import table_name
from millstream.sql.names import name_at
from millstream.sql.tokens import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.graph import Graph
    from millstream.sql import Statement

_WINDOWS = frozenset({"TUMBLE", "HOP", "CUMULATE", "SESSION"})


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """FLK010: a window over a table's column that has no watermark, which the planner words hard to understand.

    Over a view only the planner knows; it refuses that as FLK100.
    """
    tables = {table.id.name: table for table in project.of(FlinkTable)}
    for resource in (*project.of(FlinkView), *project.of(Job)):
        for table, column, where in _windows(resource.source, tables) if resource.source else ():
            if column not in _times(table, tables):
                summary = f"`{column}` of `{table.id.name}` is no time attribute, so no window over it ever ends"
                mend = f"add WATERMARK FOR {column} AS {column} - INTERVAL '10' SECOND to {table.path.as_posix()}"
                yield error("FLK010", summary, where, mend)


def _windows(statement: Statement, tables: Mapping[str, FlinkTable]) -> Iterator[tuple[FlinkTable, str, SourceRange]]:
    """Each `TUMBLE(TABLE name, DESCRIPTOR(column), …)` over a table."""
    tokens = statement.tokens
    words = [word(token) for token in tokens]
    for index in range(len(tokens) - 3):
        if words[index] in _WINDOWS and words[index + 2] == "TABLE":
            found = name_at(statement.file, tokens, index + 3)
            table = tables.get(table_name(found[0])) if found else None
            behind = tokens[found[1] :] if found else ()
            at = next((i for i, t in enumerate(behind) if word(t) == "DESCRIPTOR"), None)
            if table and at is not None and at + 2 < len(behind) and behind[at + 1].token_type is TokenType.L_PAREN:
                column = behind[at + 2]
                yield table, column.text, statement.file.where(column.start, column.end + 1)


def _times(table: FlinkTable, tables: Mapping[str, FlinkTable]) -> set[str]:
    """The time attributes of a table and those it is LIKE: watermarks' columns, and what is computed as PROCTIME()."""
    found: set[str] = set()
    seen: list[FlinkTable] = []
    at: FlinkTable | None = table
    while at is not None and at not in seen:
        seen.append(at)
        tokens = at.source.tokens if at.source else ()
        words = [word(token) for token in tokens]
        found |= {tokens[i - 2].text for i in range(2, len(tokens)) if words[i - 1 : i + 1] == ["AS", "PROCTIME"]}
        found |= {at.content.watermark} if at.content else set()
        at = tables.get(base(at))
    return found
