"""What tells a live document from a declared one, a clause each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHOWN = 60
# Entries of lists with one of these keys are told apart by it, wherever they stand.
_NAMES = ("column_name", "metric_name", "id")
_MISSING = object()


def differences(declared: Mapping[str, Any], live: Mapping[str, Any]) -> tuple[str, ...]:
    """Compare two documents.

    Args:
        declared: as in the file.
        live: as Superset has it.

    Returns:
        Clauses such as `params.row_limit is 50, declared is 10`.
    """
    return tuple(_compare("", declared, live))


def _compare(path: str, declared: Any, live: Any) -> Iterator[str]:
    if declared == live:
        return
    if isinstance(declared, dict) and isinstance(live, dict):
        for key in sorted(declared.keys() | live.keys()):
            yield from _compare(f"{path}.{key}".lstrip("."), declared.get(key, _MISSING), live.get(key, _MISSING))
    elif (ours := _named(declared)) is not None and (theirs := _named(live)) is not None:
        for name in (*ours, *(other for other in theirs if other not in ours)):
            yield from _compare(f"{path}[{name}]", ours.get(name, _MISSING), theirs.get(name, _MISSING))
        # Superset keeps no order of columns and metrics; that of filters is the one they are shown in.
        if ours.keys() == theirs.keys() and [*ours] != [*theirs] and "id" in declared[0]:
            yield f"{path} stands in another order"
    elif live is _MISSING:
        yield f"{path} is missing, declared is {_short(declared)}"
    elif declared is _MISSING:
        yield f"{path} is {_short(live)}, declared is nothing"
    else:
        yield f"{path} is {_short(live)}, declared is {_short(declared)}"


def _named(value: Any) -> dict[str, Any] | None:
    """A list's entries by their names, or nothing when they have none or share one."""
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        return None
    key = next((key for key in _NAMES if value and all(key in entry for entry in value)), None)
    named = {str(entry[key]): entry for entry in value} if key else {}
    return named if len(named) == len(value) else None


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
