"""The table `millstream.query_log`: who asked what, how long it took, how it ended.

The embedded engine has no `system.query_log`. Entries are written in the background in batches;
when they come faster than they can be written, the oldest are dropped and counted.
"""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from millstream.local.clickhouse.errors import ServerError
from millstream.local.clickhouse.lexer import Kind, tokens

if TYPE_CHECKING:
    from millstream.local.clickhouse.engine import Engine
    from millstream.local.clickhouse.statement import Statement

_log = logging.getLogger(__name__)

_TABLE = """CREATE TABLE IF NOT EXISTS millstream.query_log (
  started_at DateTime64(3), user LowCardinality(String), query_id String, kind LowCardinality(String),
  duration_ms Float64, rows UInt64, bytes UInt64, read_rows UInt64, read_bytes UInt64,
  error_code Int32, query String
) ENGINE = MergeTree ORDER BY started_at TTL toDateTime(started_at) + INTERVAL 7 DAY
SETTINGS ttl_only_drop_parts = 1"""
_SECRET_NAMES = ("password", "secret", "token", "access_key", "private_key", "api_key", "credential")
# Table functions and engines whose arguments hold a password (ClickHouse, FunctionSecretArgumentsFinder).
_SECRET_CALLS = frozenset(
    {
        *("MYSQL", "POSTGRESQL", "MATERIALIZEDPOSTGRESQL", "MONGODB", "REDIS", "SQLITE", "ODBC", "JDBC"),
        *("S3", "S3CLUSTER", "GCS", "COSN", "OSS", "AZUREBLOBSTORAGE", "ICEBERG", "DELTALAKE", "HUDI", "URL"),
        *("REMOTE", "REMOTESECURE", "ENCRYPT", "DECRYPT", "AES_ENCRYPT_MYSQL", "AES_DECRYPT_MYSQL", "TRYDECRYPT"),
    },
)
LONGEST_TEXT = 10_000
LONGEST_QUEUE = 20_000
FLUSH_EVERY_S = 2.0


@dataclass(frozen=True)
class Entry:
    """One finished statement.

    Args:
        rows: rows of its result, or rows it inserted from a body; `bytes` likewise.
        started_at: seconds since 1970 with three decimals, as `DateTime64(3)` reads them.
    """

    user: str
    query_id: str
    kind: str
    query: str
    duration_ms: float
    rows: int = 0
    bytes: int = 0
    read_rows: int = 0
    read_bytes: int = 0
    error_code: int = 0
    started_at: str = ""


def without_secrets(text: bytes) -> str:
    """Replace every string literal that stands where passwords stand, and cut what is too long."""
    out, position = [], 0
    call_depth: int | None = None
    words: deque[str] = deque(maxlen=3)
    for token in tokens(text[:LONGEST_TEXT]):
        if token.kind is Kind.OPEN and call_depth is None and words and words[-1] in _SECRET_CALLS:
            call_depth = token.depth
        elif token.kind is Kind.CLOSE and call_depth == token.depth:
            call_depth = None
        if token.kind is Kind.STRING and (call_depth is not None or _asks_for_secret(words)):
            out += [text[position : token.start], b"'[HIDDEN]'"]
            position = token.end
        words.append(token.text.decode(errors="replace").strip("`\"'").upper())
    return b"".join([*out, text[position:LONGEST_TEXT]]).decode(errors="replace")


def _asks_for_secret(words: deque[str]) -> bool:
    return any(name in word.lower() for word in words for name in _SECRET_NAMES) or "IDENTIFIED" in words


class QueryLog:
    """Writes entries from a thread of its own; call `open` first and `close` at the end."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._entries: deque[Entry] = deque(maxlen=LONGEST_QUEUE)
        self._writing = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write_on, name="query-log", daemon=True)

    def open(self) -> None:
        """Make the table and begin to write."""
        connection = self._engine.connect()
        connection.run("CREATE DATABASE IF NOT EXISTS millstream")
        connection.run(_TABLE)
        connection.close()
        self._thread.start()

    def add(self, entry: Entry) -> None:
        """Queue an entry; never waits."""
        self._entries.append(entry)

    def flush(self) -> None:
        """Write what is queued, now."""
        with self._writing:
            batch = [self._entries.popleft() for _ in range(len(self._entries))]
            if not batch:
                return
            connection = self._engine.connect()
            try:
                connection.run(_insert(batch))
            except ServerError as failure:
                _log.warning("%d entries of the query log are lost: %s", len(batch), failure.message)
            finally:
                connection.close()

    def _write_on(self) -> None:
        while not self._stop.wait(FLUSH_EVERY_S):
            self.flush()

    def close(self) -> None:
        """Write the rest and stop."""
        self._stop.set()
        self._thread.join()
        self.flush()


def _insert(batch: list[Entry]) -> str:
    rows = "\n".join(json.dumps(asdict(entry)) for entry in batch)
    return f"INSERT INTO millstream.query_log SETTINGS input_format_skip_unknown_fields = 0 FORMAT JSONEachRow\n{rows}"


def entry_query(statement: Statement) -> str:
    """What the log keeps of a statement's text."""
    return without_secrets(statement.text.strip())
