"""What a restored job has written, beside what the new query wrote that had always run.

What counts are the rows since the savepoint, in tables that were written before under the same key; any other table has
to be whole, so there everything counts (tests/cases/changes/README.md).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from millstream.rehearse.model import Outcome, Result, RowDifference
from millstream.rehearse.standins import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from millstream.engines.kafka_throwaway import Stored
    from millstream.rehearse.standins import Sink

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?")
# Clocks of engines and ours are those of one machine; a record is stamped a little before it is sent.
_NOW = "(now)"


@dataclass(frozen=True)
class Written:
    """What one run wrote to one table, in order; `before` the savepoint and `after` it."""

    sink: Sink
    before: tuple[Stored, ...] = ()
    after: tuple[Stored, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """One restore beside the truth.

    Args:
        old: what the old job wrote, until the savepoint, by place.
        restored: what the restored job wrote, since then, by place.
        wanted: what the new query wrote that ran all the time, by place.
        since: when the rehearsal began; a time of day that is read in it is the same as any other.
    """

    old: Mapping[str, Written]
    restored: Mapping[str, Written]
    wanted: Mapping[str, Written]
    since: datetime

    def outcome(self) -> Outcome:
        """Whether the tables are left alike."""
        compared, rows = 0, []
        for place, wanted in self.wanted.items():
            count, found = self._table(self.old.get(place), self.restored[place], wanted)
            compared += count
            rows += found
        result = Result.DIFFERS if rows else Result.PROVED if compared else Result.UNSEEN
        return Outcome(result, compared=compared, rows=tuple(rows))

    def _table(self, old: Written | None, restored: Written, wanted: Written) -> tuple[int, list[RowDifference]]:
        whole = old is None or (old.sink.key, old.sink.encoding) != (wanted.sink.key, wanted.sink.encoding)
        left = old.before if old else ()
        if wanted.sink.encoding is Encoding.UPSERT:
            return self._by_key(left, restored.after, wanted, whole=whole)
        everything = self._by_row((*left, *restored.after), (*wanted.before, *wanted.after), wanted.sink)
        # A source that is new begins at its beginning, so that rows of before come after the savepoint.
        if whole or not everything[1]:
            return everything
        return self._by_row(restored.after, wanted.after, wanted.sink)

    def _by_key(
        self, left: Sequence[Stored], restored: Sequence[Stored], wanted: Written, *, whole: bool
    ) -> tuple[int, list[RowDifference]]:
        mine = {record.key: self._row(record.value) for record in (*left, *restored)}
        truth = {record.key: self._row(record.value) for record in (*wanted.before, *wanted.after)}
        counted = mine.keys() | truth if whole else {record.key for record in (*restored, *wanted.after)}
        differing = sorted((key for key in counted if mine.get(key, "") != truth.get(key, "")), key=repr)
        rows = [
            RowDifference(wanted.sink.table, _keyed(key, mine.get(key, "")), _keyed(key, truth.get(key, "")))
            for key in differing
        ]
        return len(counted), rows

    def _by_row(
        self, restored: Iterable[Stored], wanted: Iterable[Stored], sink: Sink
    ) -> tuple[int, list[RowDifference]]:
        mine, truth = self._counted(restored, sink.encoding), self._counted(wanted, sink.encoding)
        differing = sorted(row for row in mine.keys() | truth.keys() if mine[row] != truth[row])
        rows = [RowDifference(sink.table, _times(row, mine[row]), _times(row, truth[row])) for row in differing]
        return len(mine.keys() | truth.keys()), rows

    def _counted(self, records: Iterable[Stored], encoding: Encoding) -> Counter[str]:
        """How often each row is there: what was added less what was taken back."""
        found: Counter[str] = Counter()
        for record in records:
            for row, times in self._changes(record, encoding):
                found[row] += times
        return Counter({row: times for row, times in found.items() if times})

    def _changes(self, record: Stored, encoding: Encoding) -> Iterator[tuple[str, int]]:
        if encoding is Encoding.PLAIN:
            yield _keyed(record.key, self._row(record.value)), 1
            return
        change = json.loads(record.value or b"{}")
        if change.get("before") is not None:
            yield self._canonical(change["before"]), -1
        if change.get("after") is not None:
            yield self._canonical(change["after"]), 1

    def _row(self, value: bytes | None) -> str:
        """A row as text that is equal when the row is; none for a tombstone."""
        if value is None:
            return ""
        try:
            return self._canonical(json.loads(value))
        except ValueError:
            return repr(value)

    def _canonical(self, row: Any) -> str:
        return json.dumps(self._timeless(row), sort_keys=True, ensure_ascii=False)

    def _timeless(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._timeless(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._timeless(inner) for inner in value]
        return _NOW if isinstance(value, str) and self._is_now(value) else value

    def _is_now(self, text: str) -> bool:
        if not _TIME.fullmatch(text):
            return False
        try:
            moment = datetime.fromisoformat(text.removesuffix("Z"))
        except ValueError:
            return False
        return self.since <= moment.replace(tzinfo=UTC) <= datetime.now(UTC)


def _keyed(key: bytes | None, row: str) -> str:
    if not row:
        return ""
    return row if key is None else f"{key.decode(errors='replace')} {row}"


def _times(row: str, times: int) -> str:
    return "" if times == 0 else row if times == 1 else f"{times} times {row}"
