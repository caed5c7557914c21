"""Load a file in one transaction: fit records replace what the file brought before, the others go to quarantine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql

from include.sheets import geojson, reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection, Cursor

    from include.sheets.layout import Layout
    from include.sheets.reading import Record

TABLES = Path(__file__).with_name("tables.sql")
INCOMING = sql.Identifier("incoming")
READERS = {".csv": reading.records, ".json": geojson.records}


@dataclass(frozen=True)
class Outcome:
    """What became of a file's records; `records` is the sum of the other two."""

    file: str
    records: int
    loaded: int
    quarantined: int
    unchanged: bool = False


def make_tables(connection: Connection) -> None:
    """Make schema `reference` and its tables where they are missing."""
    with connection.transaction():
        # Two first runs at once would both find nothing, and one would fail.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('reference'))")
        connection.execute(TABLES.read_text(encoding="utf-8"))


def load(connection: Connection, path: Path, name: str, layout: Layout) -> Outcome:
    """Load a file unless this very content was loaded last time.

    Args:
        connection: to the warehouse; the file is one transaction of it.
        path: the file.
        name: what the file is called in the tables.
        layout: what it must look like.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT records, loaded, quarantined FROM reference.files WHERE file = %s AND sha256 = %s", (name, digest)
        )
        if found := cursor.fetchone():
            return Outcome(name, found[0], found[1], found[2], unchanged=True)
        _copy(cursor, layout, READERS[path.suffix](path, layout))
        _set_repeats_aside(cursor, layout)
        _replace(cursor, name, layout)
        return _account(cursor, name, layout, digest, path.stat().st_size)


def _copy(cursor: Cursor, layout: Layout, found: Iterable[Record]) -> None:
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.sql_type)) for column in layout.columns
    )
    cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming")
    cursor.execute(
        sql.SQL(
            "CREATE TEMP TABLE {} (line bigint, stands_for bigint, reason text, raw text, {}) ON COMMIT DROP"
        ).format(INCOMING, columns)
    )
    nothing = (None,) * len(layout.columns)
    with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(INCOMING)) as copy:
        for record in found:
            copy.write_row((record.line, record.stands_for, record.reason, record.raw, *(record.values or nothing)))


def _set_repeats_aside(cursor: Cursor, layout: Layout) -> None:
    """Of equal lines of one key the first counts; of lines that contradict each other, none."""
    key = sql.SQL(", ").join(map(sql.Identifier, layout.key))
    rest = sql.SQL(", ").join(sql.Identifier(name) for name in layout.header if name not in layout.key)
    whole = sql.SQL(", ").join(map(sql.Identifier, layout.header))
    cursor.execute(
        sql.SQL(
            """
            WITH keyed AS (
              SELECT
                line,
                min(line) OVER same AS first_line,
                max(line) OVER same AS last_line,
                min(ROW({rest})::text) OVER same <> max(ROW({rest})::text) OVER same AS contradict
              FROM {incoming}
              WHERE reason IS NULL
              WINDOW same AS (PARTITION BY {key})
            )
            UPDATE {incoming} AS i
            SET raw = concat_ws(',', {whole}),
                reason = CASE
                  WHEN contradict THEN format('lines %s to %s give one key different values', first_line, last_line)
                  ELSE format('repeats line %s', first_line)
                END
            FROM keyed AS k
            WHERE k.line = i.line AND (k.contradict OR k.line > k.first_line)
            """
        ).format(incoming=INCOMING, key=key, rest=rest, whole=whole)
    )


def _replace(cursor: Cursor, name: str, layout: Layout) -> None:
    table = sql.Identifier("reference", layout.table)
    columns = sql.SQL(", ").join(map(sql.Identifier, layout.header))
    cursor.execute(sql.SQL("DELETE FROM {} WHERE file = %s").format(table), (name,))
    cursor.execute("DELETE FROM reference.quarantine WHERE file = %s", (name,))
    cursor.execute(
        sql.SQL("INSERT INTO {} (file, line, {}) SELECT %s, line, {} FROM {} WHERE reason IS NULL").format(
            table, columns, columns, INCOMING
        ),
        (name,),
    )
    cursor.execute(
        sql.SQL(
            "INSERT INTO reference.quarantine (file, line, records, reason, raw) "
            "SELECT %s, line, stands_for, reason, raw FROM {} WHERE reason IS NOT NULL"
        ).format(INCOMING),
        (name,),
    )


def _account(cursor: Cursor, name: str, layout: Layout, digest: str, size: int) -> Outcome:
    """Count what came and where it went, each by itself: the table refuses counts that do not add up."""
    cursor.execute(
        sql.SQL(
            """
            INSERT INTO reference.files (file, sha256, bytes, records, loaded, quarantined)
            SELECT
              %(file)s, %(sha256)s, %(bytes)s,
              coalesce(sum(stands_for), 0),
              (SELECT count(*) FROM {table} WHERE file = %(file)s),
              (SELECT coalesce(sum(records), 0) FROM reference.quarantine WHERE file = %(file)s)
            FROM {incoming}
            ON CONFLICT (file) DO UPDATE SET
              sha256 = excluded.sha256, bytes = excluded.bytes, records = excluded.records, loaded = excluded.loaded,
              quarantined = excluded.quarantined, loaded_at = excluded.loaded_at
            RETURNING records, loaded, quarantined
            """
        ).format(table=sql.Identifier("reference", layout.table), incoming=INCOMING),
        {"file": name, "sha256": digest, "bytes": size},
    )
    (counts,) = cursor.fetchall()
    return Outcome(name, *counts)
