"""What a person allows to be lost, resource by resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.errors import UsageError
from millstream.plan.model import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from millstream.plan.model import Change

_REBUILD = "rebuild"


@dataclass(frozen=True)
class Approvals:
    """Names of the jobs that may be rebuilt, as their authors write them."""

    rebuilt: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, words: Iterable[str]) -> Approvals:
        """Read `rebuild:NAME`, the name with or without `job.` in front.

        Raises:
            UsageError: a word is something else.
        """
        names = set()
        for word in words:
            effect, _, name = word.partition(":")
            if effect != _REBUILD or not name:
                raise UsageError(f"`{word}` approves nothing", mend=f"write {_REBUILD}:NAME, NAME being a job")
            names.add(name.removeprefix("job."))
        return cls(frozenset(names))

    def allow(self, change: Change) -> bool:
        """Whether a change that loses state was approved; one that loses data never is."""
        return change.effect is Effect.REBUILD and change.resource.name in self.rebuilt


NO_APPROVALS = Approvals()


def approval(change: Change) -> str:
    """The word that approves a rebuild."""
    return f"{_REBUILD}:{change.resource.name}"
