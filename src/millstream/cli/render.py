"""How results look on a terminal: diagnostics with their source line, errors with their mend, tables, live tables."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from millstream.diagnostics import Diagnostic, Severity
from millstream.errors import MillstreamError, ProjectError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Without markup: what engines say may hold square brackets.
_LONGEST = 160
out = Console(highlight=False, soft_wrap=True, markup=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def error(exc: MillstreamError, root: Path | None = None) -> None:
    """Print an error and how to mend it; a project's error with every diagnostic."""
    if isinstance(exc, ProjectError):
        for diagnostic in exc.diagnostics:
            show_diagnostic(diagnostic, root)
    err.print(Text.assemble(("error", "bold red"), ": ", exc.summary))
    if exc.mend:
        err.print(Text.assemble(("  mend: ", "bold"), exc.mend))


def show_diagnostic(diagnostic: Diagnostic, root: Path | None = None) -> None:
    """Print one finding with the source line it points at."""
    colour = "bold red" if diagnostic.severity is Severity.ERROR else "bold yellow"
    where = f" {diagnostic.where}" if diagnostic.where else ""
    err.print(Text.assemble((f"{diagnostic.severity}[{diagnostic.code}]", colour), where))
    err.print(Text(f"  {diagnostic.summary}"))
    for line in _excerpt(diagnostic, root):
        err.print(Text(line))
    if diagnostic.mend:
        err.print(Text(f"  {diagnostic.mend}"))


def _excerpt(diagnostic: Diagnostic, root: Path | None) -> Sequence[str]:
    where = diagnostic.where
    written = lines(root or _cwd(), where.path) if where else ()
    if where is None or where.line > len(written):
        return ()
    # Of a line that fills screens, the part around the place is enough.
    left = max(0, where.column - _LONGEST // 2) if len(written[where.line - 1]) > _LONGEST else 0
    line = written[where.line - 1][left : left + _LONGEST]
    column = where.column - left
    end = where.end_column - left if where.end_column and where.end_line in (None, where.line) else column
    number = f"  {where.line} │ "
    width = max(1, min(end, len(line)) - column + 1)
    marker = " " * (len(number) - 2) + "│ " + " " * (column - 1) + "^" * width
    return (number + line, marker)


def lines(root: Path, path: Path) -> Sequence[str]:
    """The lines of a project's file as positions count them; none when it cannot be read."""
    try:
        return (root / path).read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError):
        return ()


def _cwd() -> Path:
    from pathlib import Path

    return Path.cwd()


def data(value: object) -> None:
    """Print a value as JSON on stdout."""
    sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Make a plain table; numbers go to the right, and only the last column is folded on a narrow terminal."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for index, name in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[index], int | float) for row in rows)
        last = index == len(columns) - 1
        made.add_column(name, justify="right" if numeric else "left", no_wrap=not last, overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    return made
