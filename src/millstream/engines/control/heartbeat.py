"""Signs of life of long-running processes that have no port to ask."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from millstream.engines.control.database import Database


@dataclass(frozen=True)
class Heartbeat:
    """When a process was last seen, and how many seconds ago that is by the server's clock."""

    pid: int
    seen_at: datetime
    age: float


class Heartbeats:
    """The signs of life kept in one control database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, name: str) -> None:
        """Give a sign of life as `name`."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "INSERT INTO heartbeats VALUES (%s, %s, clock_timestamp())"
                " ON CONFLICT (name) DO UPDATE SET pid = excluded.pid, seen_at = excluded.seen_at",
                [name, os.getpid()],
            )

    def last(self, name: str) -> Heartbeat | None:
        """The last sign of life of `name`."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "SELECT pid, seen_at, extract(epoch FROM clock_timestamp() - seen_at)::float AS age"
                " FROM heartbeats WHERE name = %s",
                [name],
            )
            row = cursor.fetchone()
            return Heartbeat(**row) if row else None
