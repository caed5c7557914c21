"""What engines have where a project declares something, and what topics still hold: told by engines, read by plans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True)
class Observation:
    """A declared object as its engine has it.

    Args:
        exists: whether there is an object of that name.
        differences: how it differs from its declaration, a clause each, empty when it does not; of an object that does
            not exist, what is known of its whereabouts.
        traits: what else its engine tells of it, by name: what changes there, somebody changed by hand. `id` is what
            another object of the same name would not have. Never a secret.
        is_rowless: whether it holds no rows of its own, so that it can be dropped and made again without a loss.
    """

    exists: bool
    differences: tuple[str, ...] = ()
    traits: Mapping[str, str] = field(default_factory=dict)
    is_rowless: bool = False


ABSENT = Observation(exists=False)


@dataclass(frozen=True)
class Retained:
    """What a topic still has of the records it was given.

    Args:
        is_whole: whether no record was ever deleted from it.
        since: the record time from which on all of its partitions have every record; none when they have no record.
    """

    is_whole: bool
    since: datetime | None
