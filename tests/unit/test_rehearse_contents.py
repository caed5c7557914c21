"""What counts of a restored job's rows, and what does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from millstream.engines.kafka_throwaway import Stored
from millstream.rehearse import Result
from millstream.rehearse.contents import Comparison, Written
from millstream.rehearse.standins import Encoding, Sink

SINCE = datetime.now(UTC) - timedelta(seconds=5)


def sink(encoding=Encoding.UPSERT, key=("k",)):
    return Sink("t", "topic t", key, "rehearse_t", encoding)


def upserts(**rows):
    return tuple(
        Stored(n, key.encode(), None if value is None else json.dumps({"n": value}).encode())
        for n, (key, value) in enumerate(rows.items())
    )


def changes(*listed):
    """Rows added, and rows taken back where they begin with a minus."""
    return tuple(
        Stored(n, None, json.dumps({"before": {"n": row[1:]}} if row[0] == "-" else {"after": {"n": row}}).encode())
        for n, row in enumerate(listed)
    )


def outcome(old, restored, wanted, was=None, now=None):
    """Rows of the old job, of the restored one, and of the one that always ran, before and after."""
    was, now = was or now or sink(), now or was or sink()
    before, after = wanted
    written = {
        "old": {was.place: Written(was, before=old)},
        "restored": {now.place: Written(now, after=restored)},
        "wanted": {now.place: Written(now, before, after)},
    }
    return Comparison(**written, since=SINCE).outcome()


def test_same_last_row_of_each_key_is_proof():
    wanted = upserts(a=1, b=2), upserts(a=3)
    assert outcome(upserts(a=1, b=2), upserts(a=3), wanted).result is Result.PROVED
    again = upserts(a=2)[0], upserts(a=3)[0]
    assert outcome(upserts(a=1, b=2), again, wanted).result is Result.PROVED


def test_another_last_row_is_told_beside_the_right_one():
    found = outcome(upserts(a=1), upserts(a=7), (upserts(a=1), upserts(a=3)))
    assert found.result is Result.DIFFERS
    (row,) = found.rows
    assert (row.table, row.restored, row.wanted) == ("t", 'a {"n": 7}', 'a {"n": 3}')


def test_row_that_the_restored_job_lacks_is_told():
    found = outcome((), (), ((), upserts(a=3)))
    assert [(row.restored, row.wanted) for row in found.rows] == [("", 'a {"n": 3}')]


def test_rows_of_before_may_stay_as_the_old_query_wrote_them():
    assert outcome(upserts(a=1, b=9), upserts(a=3), (upserts(a=1), upserts(a=3))).result is Result.PROVED


def test_table_under_another_key_has_to_be_whole():
    wanted = upserts(x=1), upserts(y=2)
    found = outcome(upserts(a=1), upserts(y=2), wanted, was=sink(), now=sink(key=("other",)))
    assert [(row.restored, row.wanted) for row in found.rows] == [('a {"n": 1}', ""), ("", 'x {"n": 1}')]


def test_table_that_was_not_written_before_has_to_be_whole():
    new = sink()
    comparison = Comparison({}, {"topic t": Written(new)}, {"topic t": Written(new, before=upserts(a=1))}, SINCE)
    assert comparison.outcome().result is Result.DIFFERS


@pytest.mark.parametrize("encoding", [Encoding.DEBEZIUM, Encoding.PLAIN])
def test_rows_without_a_key_are_counted(encoding):
    rows, table = changes("1", "1", "2"), sink(encoding, key=())
    assert outcome((), rows, ((), rows[::-1]), was=table).result is Result.PROVED
    assert outcome((), rows[1:], ((), rows), was=table).result is Result.DIFFERS


def test_rows_of_before_may_be_made_up_for_after_the_savepoint():
    table = sink(Encoding.DEBEZIUM, key=())
    late = changes("2", "3")
    assert outcome(changes("1"), late, (changes("1", "2"), changes("3")), was=table).result is Result.PROVED
    assert outcome(changes("1"), late, (changes("1"), changes("3")), was=table).result is Result.DIFFERS


def test_row_that_was_taken_back_is_not_there():
    table = sink(Encoding.DEBEZIUM, key=())
    assert outcome((), changes("1", "-1", "2"), ((), changes("2")), was=table).result is Result.PROVED


def test_nothing_written_is_no_proof():
    assert outcome(upserts(a=1), (), (upserts(a=1), ())).result is Result.UNSEEN


def test_moment_of_writing_is_like_any_other_moment_but_event_time_is_not():
    def at(moment):
        return (Stored(0, b"k", json.dumps({"at": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}).encode()),)

    sooner, later = at(datetime.now(UTC) - timedelta(seconds=2)), at(datetime.now(UTC) - timedelta(seconds=1))
    assert outcome((), sooner, ((), later)).result is Result.PROVED
    long_ago = at(datetime(2026, 1, 31, 9, tzinfo=UTC))
    assert outcome((), long_ago, ((), later)).result is Result.DIFFERS
