"""What is wrong with a project, where, and how to mend it.

Diagnostics are values: checks collect and return them, and only the command line prints them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - dataclass field


class Severity(StrEnum):
    """How bad a diagnostic is. Only `ERROR` stops a command."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class SourceRange:
    """A stretch of a file; lines and columns count from 1, the end column is inclusive.

    `path` is relative to the project's folder, so that output is the same on every machine.
    """

    path: Path
    line: int = 1
    column: int = 1
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        return f"{self.path.as_posix()}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Diagnostic:
    """One finding.

    Args:
        code: stable name of the rule, for example `FLK012`; documented, never reused.
        summary: one sentence, without position and without a final full stop.
        where: the place in the user's files, when there is one.
        mend: what the reader can do about it.
    """

    severity: Severity
    code: str
    summary: str
    where: SourceRange | None = None
    mend: str | None = None


def error(code: str, summary: str, where: SourceRange | None = None, mend: str | None = None) -> Diagnostic:
    """Make an error diagnostic; see `Diagnostic` for the arguments."""
    return Diagnostic(Severity.ERROR, code, summary, where, mend)


def warning(code: str, summary: str, where: SourceRange | None = None, mend: str | None = None) -> Diagnostic:
    """Make a warning diagnostic; see `Diagnostic` for the arguments."""
    return Diagnostic(Severity.WARNING, code, summary, where, mend)
