"""One connection to the control database that comes back after the server was away."""

from __future__ import annotations

from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row

from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

MEND = "start the platform with `millstream up`, or check `control:` of the target"


class Database:
    """Short transactions on one lazily opened connection, one after the other whichever thread asks.

    Args:
        url: `postgresql://…`; may hold a password, so it is never shown.
        name: how the connection names itself to the server.
    """

    def __init__(self, url: str, name: str = "millstream") -> None:
        self._url = url
        self._name = name
        self._connection: psycopg.Connection[dict[str, Any]] | None = None
        self._turn = RLock()

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Cursor[dict[str, Any]]]:
        """Run statements in one transaction, committed at the end of the block.

        Raises:
            EngineError: the server is away or refuses; the next transaction opens a new connection.
        """
        try:
            with self._turn:
                connection = self._open()
                with connection.transaction(), connection.cursor() as cursor:
                    yield cursor
        except psycopg.Error as exc:
            raise refused(exc) from exc

    def _open(self) -> psycopg.Connection[dict[str, Any]]:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._url, self._name)
        return self._connection

    def close(self) -> None:
        """Close the connection; a later transaction opens another one."""
        if self._connection is not None:
            self._connection.close()


def connect(url: str, name: str) -> psycopg.Connection[dict[str, Any]]:
    """Open an autocommit connection on which no statement can hang (10 s)."""
    return psycopg.connect(
        url,
        autocommit=True,
        connect_timeout=5,
        application_name=name,
        options="-c statement_timeout=10s -c search_path=millstream",
        row_factory=dict_row,
    )


def refused(exc: psycopg.Error) -> EngineError:
    """Translate an error of the driver; its first line is the server's own message."""
    first = str(exc).strip().partition("\n")[0] or type(exc).__name__
    return EngineError(f"the control database does not do what it is asked: {first}", MEND)
