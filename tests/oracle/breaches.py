"""Cold-chain breaches, read off each vehicle's readings one after the other.

Three readings in a row above 8 °C, the third at most two minutes after the first, start a breach. It lasts to the
last reading above 8 before the first one that is not: at most 8, or no temperature at all. Where three in a row take
longer than two minutes, the search goes on from the next reading; behind a breach it goes on from the reading that
ended it. A breach that nothing ended yet is no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from oracle.tables import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    import duckdb

LIMIT = Decimal(8)
READINGS_TO_START = 3
WITHIN = timedelta(minutes=2)


@dataclass(frozen=True)
class Reading:
    """One vehicle's cargo temperature in °C; None without one."""

    measured_at: datetime
    cargo_temp_c: Decimal | None

    @property
    def is_warm(self) -> bool:
        """Whether cold cargo should not be so warm."""
        return self.cargo_temp_c is not None and self.cargo_temp_c > LIMIT


def breaches(readings: Sequence[Reading]) -> Iterator[Sequence[Reading]]:
    """Yield the warm readings of each ended breach of one vehicle, given all its readings in order of time."""
    first = 0
    while first + READINGS_TO_START <= len(readings):
        if not _starts(readings[first : first + READINGS_TO_START]):
            first += 1
            continue
        behind = first + READINGS_TO_START
        while behind < len(readings) and readings[behind].is_warm:
            behind += 1
        if behind < len(readings):
            yield readings[first:behind]
        first = behind


def _starts(three: Sequence[Reading]) -> bool:
    return all(reading.is_warm for reading in three) and three[-1].measured_at - three[0].measured_at <= WITHIN


def compute_breaches(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `expected.cold_chain_breaches` from `expected.positions`."""
    rows = connection.execute(
        "SELECT vehicle_id, measured_at, cargo_temp_c FROM expected.positions WHERE vehicle_id > 0"
        " ORDER BY vehicle_id, measured_at, source_partition, source_offset"
    ).fetchall()
    columns = {
        "vehicle_id": "INTEGER",
        "started_at": "TIMESTAMP",
        "ended_at": "TIMESTAMP",
        "readings": "BIGINT",
        "max_temp_c": "DECIMAL(5,2)",
        "duration_s": "BIGINT",
    }
    found = (
        _row(vehicle_id, breach)
        for vehicle_id, group in groupby(rows, key=lambda row: row[0])
        for breach in breaches([Reading(*row[1:]) for row in group])
    )
    load(connection, "expected.cold_chain_breaches", columns, found)


def _row(vehicle_id: int, breach: Sequence[Reading]) -> tuple[str, ...]:
    started_at, ended_at = breach[0].measured_at, breach[-1].measured_at
    warmest = max(reading.cargo_temp_c for reading in breach if reading.cargo_temp_c is not None)
    seconds = (ended_at - started_at) // timedelta(seconds=1)
    return str(vehicle_id), str(started_at), str(ended_at), str(len(breach)), str(warmest), str(seconds)
