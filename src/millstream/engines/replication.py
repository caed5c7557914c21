"""A PostgreSQL database as a source of changes: its replication slots, and the columns it has now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MEBIBYTE = 1024 * 1024

# PostgreSQL docs, "pg_replication_slots".
SLOTS = """
SELECT slot_name, database, active, wal_status, invalidation_reason,
  coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint, safe_wal_size
FROM pg_replication_slots WHERE slot_type = 'logical' ORDER BY slot_name
"""

COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


@dataclass(frozen=True)
class Slot:
    """A logical replication slot.

    Args:
        name: the slot.
        database: whose changes it hands out.
        active: whether somebody reads it now.
        wal_status: PostgreSQL's word: `reserved`, `extended`, `unreserved` (about to be lost) or `lost`.
        retained_bytes: write-ahead log that is kept for its reader.
        safe_bytes: how much more may be written before it is lost; none without a bound, or when it is lost.
        reason: why PostgreSQL gave it up.
    """

    name: str
    database: str
    active: bool
    wal_status: str
    retained_bytes: int
    safe_bytes: int | None = None
    reason: str | None = None

    @property
    def lost(self) -> bool:
        """Whether changes are gone that its reader has not seen."""
        return self.wal_status == "lost"

    @property
    def in_danger(self) -> bool:
        """Whether changes are lost, or about to be; that nobody reads it for a while is no danger yet."""
        return self.wal_status in {"lost", "unreserved"}

    @property
    def trouble(self) -> str:
        """What is wrong with it, empty when nothing is."""
        kept = f"{self.retained_bytes / MEBIBYTE:,.0f} MiB of write-ahead log are kept for it"
        if self.lost:
            why = f" ({self.reason})" if self.reason else ""
            return f"lost{why}: changes since its reader went away are gone"
        if self.wal_status == "unreserved":
            return f"about to be lost: {kept}, more than the bound"
        if not self.active:
            return f"nobody reads it: {kept}"
        return ""

    @property
    def mend(self) -> str:
        """What to do about it."""
        if self.lost:
            return (
                f"set the connector to `state: stopped` and apply; SELECT pg_drop_replication_slot('{self.name}') in "
                f"database {self.database}; DELETE /connectors/NAME/offsets at CONNECT_URL; set it to `running` and "
                "apply: a new snapshot begins (docs/connect.md, A lost slot)"
            )
        mend = "start its connector (`millstream status`, `millstream apply`), or, when it is needed no more, "
        return f"{mend}SELECT pg_drop_replication_slot('{self.name}')"


class Source:
    """Client of a source database.

    Args:
        url: connection URL of any role that may log in.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def slots(self) -> tuple[Slot, ...]:
        """The logical slots of the whole server.

        Raises:
            EngineError: it does not answer.
        """
        try:
            with psycopg.connect(self._url, connect_timeout=5) as connection:
                rows = connection.execute(SLOTS).fetchall()
        except psycopg.Error as exc:
            raise _unreachable(exc) from exc
        return tuple(
            Slot(name, database, active, status or "unreserved", retained, safe, reason)
            for name, database, active, status, reason, retained, safe in rows
        )

    def columns(self, tables: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Columns and PostgreSQL types of some tables (`schema.table`); a table that is missing has none.

        Raises:
            EngineError: it does not answer.
        """
        try:
            with psycopg.connect(self._url, connect_timeout=5) as connection:
                return {table: dict(connection.execute(COLUMNS, (table,)).fetchall()) for table in tables}
        except psycopg.Error as exc:
            raise _unreachable(exc) from exc


def _unreachable(exc: psycopg.Error) -> EngineError:
    return EngineError(f"the source database does not answer: {str(exc).strip().partition(chr(10))[0]}")
