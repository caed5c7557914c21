"""The exception tree and the exit code of each branch.

    MillstreamError
    ├── ProjectError      1  the user's project is wrong; carries diagnostics
    ├── UsageError        2  the command was called wrongly
    ├── EngineError       3  an engine is unreachable or refused
    └── ApprovalRequired  4  the change needs an approval that was not given

Engines translate their vendors' exceptions into `EngineError` once, at their own boundary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from millstream.diagnostics import Diagnostic


class MillstreamError(Exception):
    """Base of every error a user may see.

    Args:
        summary: one sentence: what is wrong.
        mend: what the reader can do about it.
    """

    exit_code = 1

    def __init__(self, summary: str, mend: str | None = None) -> None:
        super().__init__(summary)
        self.summary = summary
        self.mend = mend


class ProjectError(MillstreamError):
    """The user's project is wrong: exit code 1."""

    exit_code = 1

    def __init__(self, summary: str, diagnostics: Sequence[Diagnostic] = (), mend: str | None = None) -> None:
        super().__init__(summary, mend)
        self.diagnostics = tuple(diagnostics)


class UsageError(MillstreamError):
    """The command was called wrongly: exit code 2."""

    exit_code = 2


class EngineError(MillstreamError):
    """An engine is unreachable or refused a request: exit code 3."""

    exit_code = 3


class ApprovalRequired(MillstreamError):  # noqa: N818 - the name says what is required, as in the exit-code table
    """The change needs an approval that was not given: exit code 4."""

    exit_code = 4
