"""What a plan is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.plan.state import StateVerdict
    from millstream.project.model import ResourceId


class Action(StrEnum):
    """What apply does to a resource."""

    CREATE = "create"
    RESUME = "resume"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


class Effect(IntEnum):
    """What a change does to running state and data, in order of severity.

    `NONE`: nothing. `IN_PLACE`: the object stays. `RESTART`: the job restarts from its state. `REBUILD`: state is lost
    and made again from the earliest retained offset. `DESTROY`: data is lost.
    """

    NONE = 0
    IN_PLACE = 1
    RESTART = 2
    REBUILD = 3
    DESTROY = 4

    def __str__(self) -> str:
        words = ("none", "in place", "restart from savepoint", "rebuild", "destroy data")
        return words[self.value]


@dataclass(frozen=True)
class Change:
    """One resource that differs between the tree and its engine.

    Args:
        resource: which one.
        action: what apply does to it.
        effect: what that does to state and data.
        reasons: why, a clause each.
        replay: of a rebuild, how far back its results can be made again.
    """

    resource: ResourceId
    action: Action
    effect: Effect
    reasons: tuple[str, ...]
    replay: str = ""


@dataclass(frozen=True)
class JobState:
    """A job as it was last applied and as it is now.

    Args:
        parts: its fingerprint when it was applied, by part.
        digest: the whole of that fingerprint.
        state: Flink's word for it now, lower case, or `unknown to the JobManager`.
        is_alive: whether it runs, or is on its way to.
        has_state: whether it ever completed a checkpoint, and so has state and results to lose.
        verdict: what its changed SQL does to that state.
    """

    digest: str
    parts: Mapping[str, str]
    state: str
    is_alive: bool
    has_state: bool
    verdict: StateVerdict | None = None


@dataclass(frozen=True)
class Drift:
    """One way in which a resource differs from what was last applied, that no change of a file explains.

    Args:
        resource: what has drifted.
        kind: one word for machines, see docs/apply.md.
        words: what happened, a clause each.
    """

    resource: ResourceId
    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Undeclared:
    """A job that no file declares.

    Args:
        name: what Flink calls it.
        job_id: its id.
        state: Flink's word for how it is, lower case, or `unknown to the JobManager`.
        reason: how it came to be, as far as anybody knows.
        resource: what it was when it was declared; none for a job that somebody else submitted.
    """

    name: str
    job_id: str
    state: str
    reason: str
    resource: ResourceId | None = None


@dataclass(frozen=True)
class Unmet:
    """A change that cannot be made alone: it needs what does not exist and is not to be created either."""

    resource: ResourceId
    needs: tuple[ResourceId, ...]


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Args:
        changes: in an order in which they can be made.
        unchanged: how many resources stay as they are.
        unmet: changes that lack something which was not selected.
        drift: what was changed by hand; some of it is undone by `changes`.
        undeclared: jobs that no file declares and nobody has approved to stop.
    """

    changes: tuple[Change, ...]
    unchanged: int = 0
    unmet: tuple[Unmet, ...] = ()
    drift: tuple[Drift, ...] = ()
    undeclared: tuple[Undeclared, ...] = ()

    @property
    def refused(self) -> tuple[Change, ...]:
        """The changes that lose state or data and so need an approval."""
        return tuple(change for change in self.changes if change.effect >= Effect.REBUILD)
