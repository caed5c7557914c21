"""Notes when each row can first be seen by a reader of a database."""

from __future__ import annotations

import array
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import clickhouse_connect
import psycopg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openloop import Timetable


class Reader(Protocol):
    """One table as its readers see it."""

    def numbers(self, low: int) -> Sequence[int]:
        """Event numbers in the table, from `low` on."""
        ...


class PostgresReader:
    """A landing table, by its primary key."""

    def __init__(self, url: str, table: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._query = f"SELECT id FROM bronze.{table} WHERE id >= %s"

    def numbers(self, low: int) -> Sequence[int]:
        found = self._connection.execute(self._query, (low,), binary=True).fetchall()
        return [number for (number,) in found]


class ClickHouseReader:
    """A `FINAL` view, by its sorting key."""

    def __init__(self, url: str, view: str) -> None:
        self._client = clickhouse_connect.get_client(dsn=url, autogenerate_session_id=False)
        self._query = f"SELECT id FROM {view} WHERE id >= {{low:Int64}}"

    def numbers(self, low: int) -> Sequence[int]:
        answer = self._client.raw_query(self._query, parameters={"low": low}, fmt="RowBinary")
        return array.array("q", answer)


@dataclass
class Watch:
    """Polls one table and keeps, for each expected event, when it was first seen.

    Args:
        reader: the table.
        plan: what is being sent.
        patience: seconds to wait for rows after the last event is due.
        every: seconds between the beginnings of two polls.
    """

    reader: Reader
    plan: Timetable
    patience: float
    every: float
    seen: dict[int, float] = field(default_factory=dict)
    polls: int = 0
    ended: float = 0

    def look(self) -> None:
        """Poll until every row has been seen or patience ends."""
        expected = self.plan.passing
        deadline = self.plan.due(expected[-1]) + self.patience
        low = 0
        time.sleep(max(0.0, self.plan.start - time.time()))
        while low < len(expected) and time.time() < deadline:
            began = time.time()
            numbers = self.reader.numbers(expected[low])
            # The row was there when the answer came; when it came into sight before that is unknown, so count all.
            now = time.time()
            self.polls += 1
            for number in numbers:
                self.seen.setdefault(number, now)
            while low < len(expected) and expected[low] in self.seen:
                low += 1
            time.sleep(max(0.0, self.every - (time.time() - began)))
        self.ended = time.time()

    def latencies(self, drop: float) -> list[float]:
        """Seconds from due to seen of each row, without those due in the first `drop` seconds.

        A row that was not seen counts as seen when the watch ended, so that a stalled reader cannot look fast.
        """
        passing = self.plan.passing
        kept = passing[bisect_left(passing, self.plan.first + drop * self.plan.rate) :]
        return [self.seen.get(number, self.ended) - self.plan.due(number) for number in kept]

    @property
    def missing(self) -> int:
        """How many rows were never seen."""
        return len(set(self.plan.passing) - self.seen.keys())
