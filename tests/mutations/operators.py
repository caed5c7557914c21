"""What a mutation operator is, and the words its label may have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mutations.script import Script


class Label(StrEnum):
    """What becomes of state, by construction.

    `SAME`: both sides mean the same. `KEEPABLE`: another result is computed from the same state. `BREAKING`: there
    are records for which no restore, with old state as it is, writes what the new query would have written.
    """

    SAME = "same"
    KEEPABLE = "keepable"
    BREAKING = "breaking"


@dataclass(frozen=True)
class Mutation:
    """Two scripts that differ in one edit.

    Args:
        old: the script before it, mostly as it was given.
        new: the script after it.
        both_ways: whether the label holds for the edit's reversal too.
    """

    old: Script
    new: Script
    both_ways: bool = False


@dataclass(frozen=True)
class Operator:
    """One kind of edit.

    Args:
        name: of the edit.
        label: what the edit does to state wherever it applies.
        why: the reason, which holds at every place that `edits` finds.
        edits: finds the places, and makes the edit at each of them.
    """

    name: str
    label: Label
    why: str
    edits: Callable[[Script], Iterator[Mutation]]
