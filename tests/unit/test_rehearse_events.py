"""Records of a rehearsal, from files and from topics."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from millstream.engines.kafka_records import Record
from millstream.errors import ProjectError, UsageError
from millstream.rehearse import Phase, read_events
from millstream.rehearse.events import in_halves

BEFORE = {"phase": "before", "topic": "orders", "key": "a", "value": {"n": 1}, "at": "2026-01-31T09:00:00Z"}
AFTER = BEFORE | {"phase": "after", "value": None}


def written(tmp_path, *lines):
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return file


def test_values_are_sent_as_json_and_null_as_a_tombstone(tmp_path):
    first, last = read_events(written(tmp_path, BEFORE, "", AFTER))
    assert (first.topic, first.key, first.value, first.phase) == ("orders", b"a", b'{"n":1}', Phase.BEFORE)
    assert first.at == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert (last.value, last.phase) == (None, Phase.AFTER)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "events.jsonl:2: the line: invalid json"),
        (BEFORE | {"phase": "during"}, "events.jsonl:2: phase: input should be 'before' or 'after'"),
        (BEFORE | {"at": "2026-01-31T09:00:00"}, "events.jsonl:2: at: input should have timezone info"),
        (BEFORE | {"colour": "red"}, "events.jsonl:2: colour: unexpected keyword argument"),
    ],
)
def test_wrong_line_is_told_by_its_number(tmp_path, line, why):
    with pytest.raises(ProjectError) as told:
        read_events(written(tmp_path, BEFORE, line))
    assert why in told.value.summary


def test_file_needs_both_sides_of_the_savepoint(tmp_path):
    with pytest.raises(ProjectError, match="both phases"):
        read_events(written(tmp_path, BEFORE))


def test_missing_file_is_told(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_events(tmp_path / "none.jsonl")


def test_savepoint_stands_in_the_middle_of_all_topics_by_record_time():
    start = datetime(2026, 1, 31, 9, tzinfo=UTC)

    def record(second):
        return Record(None, str(second).encode(), 0, start + timedelta(seconds=second))

    events = in_halves({"a": [record(0), record(3)], "b": [record(1), record(2)]})
    assert [(event.topic, event.value, event.phase.value) for event in events] == [
        ("a", b"0", "before"),
        ("b", b"1", "before"),
        ("b", b"2", "after"),
        ("a", b"3", "after"),
    ]
