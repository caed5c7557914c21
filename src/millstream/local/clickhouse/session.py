"""Sessions: connections that outlive a request, so that `SET` and temporary tables stay.

clickhouse-connect invents a session for each client, so most requests come in one.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from millstream.local.clickhouse.errors import SESSION_IS_LOCKED, SESSION_NOT_FOUND, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from millstream.local.clickhouse.engine import Connection, Engine
    from millstream.local.clickhouse.request import Request


def literal(text: str) -> str:
    """A string literal of ClickHouse's SQL."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def identifier(name: str) -> str:
    """A quoted identifier of ClickHouse's SQL."""
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


@dataclass
class _Session:
    """One session.

    Args:
        database: the connection's current one.
        home: the session's own, for requests that name none.
        applied: the URL settings in force, with the values to put back in their place.
        own_settings: whether a `SET` was run, so that what to put back must be looked up.
    """

    connection: Connection
    timeout_s: int
    home: str
    database: str = ""
    applied: dict[str, str] = field(default_factory=dict)
    put_back: dict[str, str | None] = field(default_factory=dict)
    own_settings: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    used_at: float = field(default_factory=time.monotonic)

    def is_over(self) -> bool:
        return not self.lock.locked() and time.monotonic() - self.used_at > self.timeout_s

    def use(self, database: str) -> None:
        if database != self.database:
            self.connection.run(f"USE {identifier(database)}")
            self.database = database

    def apply(self, wanted: dict[str, str]) -> None:
        """Bring the URL settings of one request into force; they hold for it alone.

        Clients send the same ones again and again, so they are left until others are wanted.
        """
        if wanted == self.applied:
            return
        _set(self.connection, self.put_back)
        self.applied, self.put_back = {}, {}
        before = _changed(self.connection, wanted) if self.own_settings else {}
        _set(self.connection, wanted)
        self.applied, self.put_back = wanted, {name: before.get(name) for name in wanted}

    def note(self, keyword: str) -> None:
        """Take note of a finished statement that changed the session itself."""
        if keyword == "SET":
            self.own_settings = True
        elif keyword == "USE":
            self.home = self.database = (
                self.connection.run("SELECT currentDatabase()", "TSVRaw").output.decode().strip()
            )


class Sessions:
    """The open sessions of a server."""

    def __init__(self, engine: Engine, database: str) -> None:
        self._engine = engine
        self._database = database
        self._open: dict[tuple[str, str], _Session] = {}
        self._lock = threading.Lock()

    @contextmanager
    def connection(self, request: Request, keyword: str) -> Iterator[Connection]:
        """A connection with the request's database and settings: its session's, or a new one.

        A reader's connection is always new: with `readonly = 1` there is nothing a session could
        keep, and that level could not be lowered to apply the next request's settings.

        Raises:
            ServerError: the session is in use, or does not exist though it must.
        """
        if not request.session_id or request.user.reads_only:
            with self._fresh(request) as connection:
                yield connection
            return
        session = self._claim(request)
        try:
            session.use(request.database or session.home)
            # A level once set could not be taken back; `execution` holds such requests to reading.
            settings = {name: value for name, value in request.settings.items() if name != "readonly"}
            session.apply({} if keyword == "SET" else settings)
            yield session.connection
            session.note(keyword)
        finally:
            session.used_at = time.monotonic()
            session.lock.release()

    @contextmanager
    def _fresh(self, request: Request) -> Iterator[Connection]:
        connection = self._engine.connect()
        try:
            prepare(connection, request.database or self._database, request.settings)
            yield connection
        finally:
            connection.close()

    def _claim(self, request: Request) -> _Session:
        key = (request.user.name, request.session_id)
        with self._lock:
            self._end_old()
            session = self._open.get(key)
            if session is None:
                if request.session_must_exist:
                    raise refuse(SESSION_NOT_FOUND, "Session not found")
                session = self._open[key] = _Session(self._engine.connect(), request.session_timeout_s, self._database)
            if not session.lock.acquire(blocking=False):
                raise refuse(SESSION_IS_LOCKED, f"Session {request.session_id} is locked by a concurrent client")
            session.timeout_s = request.session_timeout_s
            return session

    def _end_old(self) -> None:
        for key in [key for key, session in self._open.items() if session.is_over()]:
            self._open.pop(key).connection.close()

    def close(self) -> None:
        """End all sessions; their statements must have ended."""
        with self._lock:
            for session in self._open.values():
                session.connection.close()
            self._open.clear()


def prepare(connection: Connection, database: str, settings: Mapping[str, str]) -> None:
    """Set the database, and the settings in one statement with `readonly` last."""
    connection.run(f"USE {identifier(database)}")
    _set(connection, settings)


def _set(connection: Connection, settings: Mapping[str, str | None]) -> None:
    """Set values; None stands for the default."""
    if settings:
        values = (f"{name} = {'DEFAULT' if value is None else literal(value)}" for name, value in settings.items())
        connection.run("SET " + ", ".join(values))


def _changed(connection: Connection, settings: Iterable[str]) -> dict[str, str]:
    names = ", ".join(literal(name) for name in settings)
    query = f"SELECT name, value FROM system.settings WHERE changed AND name IN ({names or literal('')})"  # noqa: S608 - quoted
    lines = connection.run(query, "TSVRaw").output.decode().splitlines()
    return dict(line.split("\t", 1) for line in lines)
