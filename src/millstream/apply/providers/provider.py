"""What a plan asks of every engine, and how the steps of an apply are taken."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from millstream.engines.control import Journal, Lock
    from millstream.observation import Observation
    from millstream.plan import Change
    from millstream.project.model import Kind, ResourceId


@dataclass(frozen=True)
class Steps:
    """Takes the steps of one apply: each is told, under the lock, and in the journal before and after.

    Args:
        apply_id: of the apply.
        lock: the target's.
        journal: in the control database.
        tell: called with a resource and what is being done to it.
    """

    apply_id: str
    lock: Lock
    journal: Journal
    tell: Callable[[str, str], None]
    _numbers: Iterator[int] = field(default_factory=count, repr=False)

    @contextmanager
    def take(self, what: str, action: str) -> Iterator[None]:
        """Take one step.

        Raises:
            EngineError: the lock was lost, so nothing more may be changed.
        """
        self.lock.recheck()
        self.tell(what, action)
        with self.journal.step(self.apply_id, next(self._numbers), what, action):
            yield


class Provider(ABC):
    """All that a project has in one engine, on one target; `kinds` are those of its resources.

    Raises:
        EngineError: from any call, when the engine is unreachable or refuses.
    """

    kinds: frozenset[Kind]

    def observe(self) -> Mapping[ResourceId, Observation]:
        """Look at each declared object; changes nothing."""
        return {}

    def undeclared(self) -> Sequence[ResourceId]:
        """What this project made there and declares no longer."""
        return ()

    def check(self, changes: Sequence[Change]) -> None:  # noqa: B027 - most have nothing to say
        """Have the engine itself judge what is to be changed, before anything is.

        Raises:
            ProjectError: with a diagnostic for each refusal.
        """

    @abstractmethod
    def carry_out(self, changes: Sequence[Change], steps: Steps) -> None:
        """Make the changes, in their order; what fails leaves those before it done.

        Raises:
            ProjectError: the engine refuses what is declared.
        """

    def settle(self, changes: Sequence[Change], tell: Callable[[str, str], None]) -> None:  # noqa: B027 - as above
        """See at work what was changed, once all else is done.

        Raises:
            ProjectError: something of it does not work.
        """
