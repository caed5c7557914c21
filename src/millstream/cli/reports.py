"""Diagnostics for machines: JSON, GitHub's workflow commands, GitLab's code quality report."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from millstream.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from millstream.diagnostics import Diagnostic

# GitLab docs, "Code Quality report format".
_GITLAB = {Severity.ERROR: "major", Severity.WARNING: "minor"}
# What stands for the project as a whole is about the file that makes it one.
_NOWHERE = "millstream.yml"


def as_json(found: Sequence[Diagnostic]) -> str:
    """`{"diagnostics": [...]}`, places in plain keys."""
    return json.dumps({"diagnostics": [_plain(diagnostic) for diagnostic in found]}, indent=2)


def _plain(found: Diagnostic) -> dict[str, object]:
    where = found.where
    return {
        "severity": str(found.severity),
        "code": found.code,
        "summary": found.summary,
        "path": where.path.as_posix() if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
        "end_line": where.end_line if where else None,
        "end_column": where.end_column if where else None,
        "mend": found.mend,
    }


def as_github(found: Sequence[Diagnostic]) -> str:
    """One workflow command a line (GitHub docs, "Workflow commands")."""
    return "\n".join(map(_command, found))


def _command(found: Diagnostic) -> str:
    where = found.where
    place: dict[str, object] = {
        "file": where.path.as_posix() if where else _NOWHERE,
        "line": where.line if where else 1,
    }
    if where:
        place |= {"endLine": where.end_line or where.line}
        # GitHub takes columns only within one line.
        if where.end_line in (None, where.line):
            place |= {"col": where.column, "endColumn": where.end_column or where.column}
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in (place | {"title": found.code}).items())
    return f"::{found.severity} {properties}::{_text(_sentence(found))}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")


def as_gitlab(found: Sequence[Diagnostic]) -> str:
    """A code quality report: a fingerprint stays while the finding does, wherever its line moves to."""
    seen: dict[str, int] = {}
    return json.dumps([_issue(diagnostic, seen) for diagnostic in found], indent=2)


def _issue(found: Diagnostic, seen: dict[str, int]) -> dict[str, object]:
    path = found.where.path.as_posix() if found.where else _NOWHERE
    about = f"{found.code}\0{path}\0{found.summary}"
    # Equal findings of one file are told apart by their order.
    seen[about] = seen.get(about, 0) + 1
    return {
        "description": _sentence(found),
        "check_name": found.code,
        "fingerprint": hashlib.sha256(f"{about}\0{seen[about]}".encode()).hexdigest(),
        "severity": _GITLAB[found.severity],
        "location": {"path": path, "lines": {"begin": found.where.line if found.where else 1}},
    }


def _sentence(found: Diagnostic) -> str:
    return f"{found.summary}; {found.mend}" if found.mend else found.summary
