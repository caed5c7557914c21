"""The lock under which running state is changed: one apply, or one round of the resume process, at a time.

It is a session lock of PostgreSQL, so a holder that dies, however it dies, lets go of it. Who holds it is asked of the
server, where the holder's connection names itself, and so can never be out of date.
"""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from millstream.engines.control.database import connect, refused
from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

_CLASS, _OBJECT = 0x6D696C6C, 1

_HOLDER = """
SELECT activity.application_name AS name, activity.backend_start AS since
FROM pg_locks AS locks JOIN pg_stat_activity AS activity USING (pid)
WHERE locks.locktype = 'advisory' AND locks.granted
  AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND locks.classid::bigint = %s AND locks.objid::bigint = %s
"""


@dataclass(frozen=True)
class Holder:
    """Who holds the lock."""

    command: str
    pid: int
    host: str
    since: datetime

    def __str__(self) -> str:
        return f"`{self.command}`, process {self.pid} on {self.host}, since {self.since:%Y-%m-%d %H:%M:%S %Z}"


class LockHeldError(EngineError):
    """Somebody else holds the lock; `who` says it in words; `holder` is `None` when they let go of it in between."""

    def __init__(self, holder: Holder | None) -> None:
        self.who = str(holder) if holder else "another process, which has just let go of it"
        super().__init__(f"the lock of this target is held by {self.who}", "wait for it to end, then try again")
        self.holder = holder


class Lock:
    """A lock that is held."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]]) -> None:
        self._connection = connection

    def recheck(self) -> None:
        """Make sure the lock is still ours; call it before each step that changes something.

        Raises:
            EngineError: the connection is gone, and the lock with it.
        """
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error as exc:
            raise EngineError("the lock was lost: its connection to the control database broke", "apply again") from exc


@contextmanager
def hold(
    url: str, command: str, patience: float = 0, on_wait: Callable[[LockHeldError], None] | None = None
) -> Iterator[Lock]:
    """Hold the lock for the length of a block.

    Args:
        url: the control database.
        command: what we are, for others to read, for example `apply`.
        patience: seconds to wait for another holder.
        on_wait: told once who is waited for.

    Raises:
        LockHeldError: somebody else holds it.
        EngineError: the control database is away.
    """
    try:
        connection = connect(url, f"{command} {os.getpid()} {socket.gethostname()}"[:63])
    except psycopg.Error as exc:
        raise refused(exc) from exc

    def tell(attempt: RetryCallState) -> None:
        held = attempt.outcome.exception() if attempt.outcome else None
        if on_wait and attempt.attempt_number == 1 and isinstance(held, LockHeldError):
            on_wait(held)

    with connection:
        attempts = Retrying(
            before_sleep=tell,
            retry=retry_if_exception_type(LockHeldError),
            wait=wait_fixed(0.3),
            stop=stop_after_delay(patience),
            reraise=True,
        )
        attempts(_take, connection)
        yield Lock(connection)


def _take(connection: psycopg.Connection[dict[str, Any]]) -> None:
    try:
        row = connection.execute("SELECT pg_try_advisory_lock(%s, %s) AS ours", [_CLASS, _OBJECT]).fetchone()
        if row and row["ours"]:
            return
        found = connection.execute(_HOLDER, [_CLASS, _OBJECT]).fetchone()
    except psycopg.Error as exc:
        raise refused(exc) from exc
    raise LockHeldError(_holder(found) if found else None)


def _holder(row: dict[str, Any]) -> Holder:
    # A command may hold blanks; the last two words are the process and its host.
    command, pid, host = row["name"].rsplit(" ", 2)
    return Holder(command, int(pid), host, row["since"])
