"""What a source knows across restarts: what it sent, how far its topic went, what the API said of its last answer."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from millstream.sources.model import SourceFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

# Of what an API no longer mentions, so many of the newest are remembered.
MOST_REMEMBERED = 500_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sent (identity BLOB PRIMARY KEY, content BLOB NOT NULL, seen INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sent_by_age ON sent (seen);
CREATE TABLE IF NOT EXISTS ends (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS validators (header TEXT PRIMARY KEY, value TEXT NOT NULL, declaration TEXT NOT NULL);
"""


class Memory:
    """One SQLite file; every method is one transaction and raises `SourceFailed` when the disk refuses.

    Args:
        path: the file; `:memory:` forgets with the process.
    """

    def __init__(self, path: Path | str) -> None:
        with _refusals():
            self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
            # The log is safe against a killed process; after a power failure the topic's end tells what is missing.
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.executescript(_SCHEMA)
            self._poll = (self._database.execute("SELECT max(seen) FROM sent").fetchone()[0] or 0) + 1

    def content(self, identity: bytes) -> bytes | None:
        """What was sent last under an identity."""
        with _refusals():
            row = self._database.execute("SELECT content FROM sent WHERE identity = ?", (identity,)).fetchone()
        return row[0] if row else None

    def ends(self) -> Mapping[int, int]:
        """The offset behind the last record it knows of, by partition."""
        with _refusals():
            return dict(self._database.execute("SELECT partition, next FROM ends"))

    def validators(self, declaration: str) -> Mapping[str, str]:
        """The headers that ask for changes only; none after the declaration has changed, since it maps anew."""
        with _refusals():
            rows = self._database.execute("SELECT header, value FROM validators WHERE declaration = ?", (declaration,))
            return dict(rows)

    def note(self, sent: Iterable[tuple[bytes, bytes]], ends: Mapping[int, int]) -> None:
        """Remember what was confirmed, or seen again."""
        rows = [(identity, content, self._poll) for identity, content in sent]
        with self._transaction() as database:
            database.executemany("INSERT OR REPLACE INTO sent VALUES (?, ?, ?)", rows)
            database.executemany("INSERT OR REPLACE INTO ends VALUES (?, ?)", ends.items())

    def finish(self, validators: Mapping[str, str], declaration: str) -> None:
        """End a poll that went well: keep what the API said of its answer, and forget the oldest."""
        with self._transaction() as database:
            database.execute("DELETE FROM validators")
            database.executemany(
                "INSERT INTO validators VALUES (?, ?, ?)", [(h, v, declaration) for h, v in validators.items()]
            )
            surplus = database.execute("SELECT count(*) FROM sent").fetchone()[0] - MOST_REMEMBERED
            if surplus > 0:
                oldest = "SELECT identity FROM sent WHERE seen < ? ORDER BY seen LIMIT ?"
                database.execute(f"DELETE FROM sent WHERE identity IN ({oldest})", (self._poll, surplus))  # noqa: S608
        self._poll += 1

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with _refusals():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        raise SourceFailed(f"what it has sent cannot be remembered: {problem}") from problem
