"""What was done to engines: a line before and an outcome after each external call."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.errors import MillstreamError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from millstream.engines.control.database import Database

_SELECT = "SELECT apply_id, step, resource, action, started_at, finished_at, outcome FROM journal"


@dataclass(frozen=True)
class Entry:
    """One external call; without an outcome it was interrupted, and may or may not have taken effect."""

    apply_id: str
    step: int
    resource: str
    action: str
    started_at: datetime
    finished_at: datetime | None = None
    outcome: str | None = None


class Journal:
    """The journal of one control database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def step(self, apply_id: str, step: int, resource: str, action: str) -> Iterator[None]:
        """Note that a call begins, run the block, note how it ended.

        Raises:
            EngineError: the control database is away; the call is not made then.
        """
        key = self._begin(apply_id, step, resource, action)
        try:
            yield
        except MillstreamError as exc:
            self._end(key, f"failed: {exc.summary}")
            raise
        except Exception as exc:
            # The text of an error nobody foresaw might hold a secret.
            self._end(key, f"failed: {type(exc).__name__}")
            raise
        self._end(key, "done")

    def entries(self, apply_id: str) -> tuple[Entry, ...]:
        """The calls of one apply, in order."""
        with self._database.transaction() as cursor:
            cursor.execute(_SELECT + " WHERE apply_id = %s ORDER BY step, id", [apply_id])
            return tuple(Entry(**row) for row in cursor.fetchall())

    def interrupted(self) -> tuple[Entry, ...]:
        """Calls that began and have no outcome: their process was killed."""
        with self._database.transaction() as cursor:
            cursor.execute(_SELECT + " WHERE finished_at IS NULL ORDER BY id")
            return tuple(Entry(**row) for row in cursor.fetchall())

    def _begin(self, apply_id: str, step: int, resource: str, action: str) -> int:
        with self._database.transaction() as cursor:
            cursor.execute(
                "INSERT INTO journal (apply_id, step, resource, action) VALUES (%s, %s, %s, %s) RETURNING id",
                [apply_id, step, resource, action],
            )
            key: int = cursor.fetchall()[0]["id"]
            return key

    def _end(self, key: int, outcome: str) -> None:
        with self._database.transaction() as cursor:
            cursor.execute(
                "UPDATE journal SET finished_at = clock_timestamp(), outcome = %s WHERE id = %s", [outcome, key]
            )
