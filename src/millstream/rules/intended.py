"""`-- intended CODE: reason`: how a warning is answered where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from millstream.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from millstream.diagnostics import Diagnostic

_COMMENT = re.compile(r"\s*(?:--|#)")
# A reason is asked for: without one the next reader knows no more than before.
_INTENDED = re.compile(r"(?:--|#)\s*intended\s+([A-Z]{3}\d{3}):\s*\S")


def without_intended(found: Iterable[Diagnostic], lines_of: Callable[[Path], Sequence[str]]) -> tuple[Diagnostic, ...]:
    """Leave out the warnings that their files' comments call intended; an error cannot be.

    A comment speaks for its own line, or with the comment lines around it for the next line that is none; the
    comment a file opens with speaks for the whole file.
    """
    return tuple(d for d in found if d.severity is not Severity.WARNING or d.code not in _said(d, lines_of))


def _said(diagnostic: Diagnostic, lines_of: Callable[[Path], Sequence[str]]) -> set[str]:
    if diagnostic.where is None:
        return set()
    lines = lines_of(diagnostic.where.path)
    opening = next((i for i, line in enumerate(lines) if not _COMMENT.match(line)), len(lines))
    at = diagnostic.where.line - 1
    above = at
    while above > 0 and above - 1 < len(lines) and _COMMENT.match(lines[above - 1]):
        above -= 1
    heard = [*lines[:opening], *lines[above : at + 1]]
    return {code for line in heard for code in _INTENDED.findall(line)}
