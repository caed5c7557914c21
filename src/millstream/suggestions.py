"""Close names, for the "did you mean" of diagnostics."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def closest(name: str, legal: Iterable[str]) -> str | None:
    """Give the legal name most like `name`, if any is close enough to be a slip of the fingers."""
    found = difflib.get_close_matches(name.lower(), sorted(legal), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, legal: Iterable[str], otherwise: str) -> str:
    """Word the mend of an unknown name: the closest legal one, or `otherwise`."""
    known = tuple(legal)
    match = closest(name, known)
    return f"did you mean `{match}`?" if match else otherwise
