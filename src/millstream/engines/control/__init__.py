"""The control database: what the engines themselves cannot hold.

Locks, the journal, owners of untagged objects, what was applied to Flink, how objects were left, and signs of life.
Losing it makes verdicts more severe, ownership unknown and drift unseen, never wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.engines.control import lock, migrations
from millstream.engines.control.database import Database
from millstream.engines.control.heartbeat import Heartbeat, Heartbeats
from millstream.engines.control.jobs import AppliedJob, Desired, Jobs
from millstream.engines.control.journal import Entry, Journal
from millstream.engines.control.lock import Holder, Lock, LockHeldError
from millstream.engines.control.objects import AppliedObject, Objects
from millstream.engines.control.ownership import Owned, Ownership
from millstream.engines.control.sources import AppliedSource, Sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

__all__ = [
    "AppliedJob",
    "AppliedObject",
    "AppliedSource",
    "Control",
    "Desired",
    "Entry",
    "Heartbeat",
    "Holder",
    "Journal",
    "Lock",
    "LockHeldError",
    "Owned",
    "Ownership",
    "Sources",
]


class Control:
    """The control database of a target.

    Nothing is connected until it is used; every method raises `EngineError` when the server is away, and works again
    when it is back.

    Args:
        url: `postgresql://user:password@host:port/control`.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._database = Database(url)
        self._heartbeats = Heartbeats(self._database)
        self.journal = Journal(self._database)
        self.ownership = Ownership(self._database)
        self.jobs = Jobs(self._database)
        self.sources = Sources(self._database)
        self.objects = Objects(self._database)

    def migrate(self) -> None:
        """Create or update the tables."""
        migrations.migrate(self._database)

    def lock(
        self, command: str, patience: float = 0, on_wait: Callable[[LockHeldError], None] | None = None
    ) -> AbstractContextManager[Lock]:
        """Hold the target's lock for the length of a block; see `lock.hold`."""
        return lock.hold(self._url, command, patience, on_wait)

    def beat(self, name: str) -> None:
        """Give a sign of life as `name`."""
        self._heartbeats.beat(name)

    def heartbeat(self, name: str) -> Heartbeat | None:
        """The last sign of life of `name`, for readiness checks."""
        return self._heartbeats.last(name)

    def close(self) -> None:
        """Close the connection."""
        self._database.close()
