"""What a person allows to be lost, resource by resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.errors import UsageError
from millstream.plan.model import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from millstream.plan.model import Change
    from millstream.project.model import ResourceId

_REBUILD, _DELETE = "rebuild", "delete"


@dataclass(frozen=True)
class Approvals:
    """Names of the jobs that may be rebuilt, and of those that may be stopped for good, as their authors write them."""

    rebuilt: frozenset[str] = frozenset()
    deleted: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, words: Iterable[str]) -> Approvals:
        """Read `rebuild:NAME` and `delete:NAME`, the name with or without `job.` in front.

        Raises:
            UsageError: a word is something else.
        """
        names: dict[str, set[str]] = {_REBUILD: set(), _DELETE: set()}
        for word in words:
            what, _, name = word.partition(":")
            if what not in names or not name:
                mend = f"write {_REBUILD}:NAME or {_DELETE}:NAME, NAME being a job"
                raise UsageError(f"`{word}` approves nothing", mend=mend)
            names[what].add(name.removeprefix("job."))
        return cls(frozenset(names[_REBUILD]), frozenset(names[_DELETE]))

    def allow_deletion(self, job: ResourceId) -> bool:
        """Whether a job that no file declares may be stopped."""
        return job.name in self.deleted

    def allow(self, change: Change) -> bool:
        """Whether a change that loses state was approved; one that loses data never is."""
        return change.effect is Effect.REBUILD and change.resource.name in self.rebuilt


NO_APPROVALS = Approvals()


def approval(change: Change) -> str:
    """The word that approves a rebuild."""
    return f"{_REBUILD}:{change.resource.name}"


def deletion(job: ResourceId) -> str:
    """The word that approves the end of a job that no file declares."""
    return f"{_DELETE}:{job.name}"
