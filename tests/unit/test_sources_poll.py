"""What one source does with the answers of a real HTTP server."""

from __future__ import annotations

import base64
import threading

import pytest
from scripted_api import READINGS, answer, failure, readings, serving, source

from millstream.sources.attempts import Stopped
from millstream.sources.model import SourceFailed
from millstream.sources.sink import MemorySink

CORRECTED = READINGS[0] | {"temp": 21}


def test_records_are_mapped_keyed_and_timed():
    with serving() as api, source(api) as polled:
        assert polled.poll().sent == 2
    first = polled.sink.records[0]
    assert first.key == b"1"
    assert first.value == b'{"id":"1","temp":20.5,"at":"2026-05-12T12:00:00.000Z"}'
    assert first.time_ms == 1778587200000


def test_a_repeated_answer_sends_nothing():
    with serving() as api, source(api) as polled:
        outcomes = [polled.poll() for _ in range(3)]
    assert [o.sent for o in outcomes] == [2, 0, 0]
    assert [o.repeated for o in outcomes] == [0, 2, 2]


def test_a_restart_sends_nothing_twice(tmp_path):
    with serving() as api:
        with source(api, memory=tmp_path / "memory") as before:
            before.poll()
        with source(api, memory=tmp_path / "memory") as after:
            assert after.poll().sent == 0


def test_a_correction_is_sent_and_so_is_the_way_back():
    with serving(readings(), readings(CORRECTED), readings(READINGS[0])) as api, source(api) as polled:
        assert [polled.poll().sent for _ in range(3)] == [2, 1, 1]
    assert [value["temp"] for value in polled.values if value["id"] == "1"] == [20.5, 21, 20.5]


def test_two_versions_in_one_answer_are_sent_once_in_their_order():
    with serving(readings(READINGS[0], CORRECTED)) as api, source(api) as polled:
        assert [polled.poll().sent for _ in range(3)] == [2, 0, 0]
    assert [value["temp"] for value in polled.values] == [20.5, 21]


def test_without_a_record_time_a_state_that_returns_is_sent_again():
    on, off = ({"id": 1, "temp": temp, "at": "2026-05-12T12:00"} for temp in (1, 0))
    says = [readings(on), readings(on), readings(off), readings(on)]
    with serving(*says) as api, source(api, record_time=None) as polled:
        assert [polled.poll().sent for _ in says] == [1, 0, 1, 1]


def test_what_a_killed_process_sent_but_did_not_note_is_not_sent_again(tmp_path):
    sink = MemorySink()
    with serving(readings(), readings(CORRECTED, *READINGS)) as api:
        with source(api, sink=sink, memory=tmp_path / "memory") as killed:
            killed.memory.note = lambda *_: pytest.fail("killed before it could note what it sent")
            with pytest.raises(pytest.fail.Exception):
                killed.poll()
        with source(api, sink=sink, memory=tmp_path / "another, empty one") as after:
            after.poll()
    assert [(r.key, r.content) for r in sink.records].count((sink.records[1].key, sink.records[1].content)) == 1


def test_an_unchanged_answer_is_asked_for_with_what_is_known_of_it():
    first = readings(ETag='"7"', Last_Modified="Tue, 12 May 2026 12:00:00 GMT")
    with serving(first, answer(b"", status=304)) as api, source(api) as polled:
        assert polled.poll().sent == 2
        assert polled.poll().unchanged
    asked = api.requests[1][1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"7"', "Tue, 12 May 2026 12:00:00 GMT")


def test_an_answer_that_did_not_reach_the_topic_is_asked_for_in_full_again():
    class Away(MemorySink):
        def send(self, *_):
            raise SourceFailed("Kafka is away")

    with serving(readings(ETag='"7"')) as api, source(api, sink=Away()) as polled:
        for _ in range(2):
            with pytest.raises(SourceFailed, match="Kafka is away"):
                polled.poll()
    assert ["if-none-match" in headers for _, headers in api.requests] == [False, False]


def test_a_changed_mapping_is_applied_to_an_unchanged_answer(tmp_path):
    fields = {"id": {"path": "id", "type": "text"}, "at": {"path": "at", "type": "time"}}
    with serving(readings(ETag='"7"')) as api:
        with source(api, memory=tmp_path / "memory") as before:
            before.poll()
        with source(api, memory=tmp_path / "memory", fields=fields) as after:
            assert after.poll().sent == 2
    assert "if-none-match" not in api.requests[1][1]


@pytest.mark.parametrize(
    ("body", "error_type"),
    [
        (b"<html>sorry</html>", "unmapped_not_json"),
        (b'{"list": [', "unmapped_not_json"),
        (b'{"list": [NaN]}', "unmapped_not_json"),
        (b"[" * 100_000, "unmapped_not_json"),
        (b"\xff\xfe", "unmapped_not_json"),
        (b'{"items": []}', "unmapped_no_records"),
        (b'{"list": "none"}', "unmapped_no_records"),
    ],
)
def test_an_answer_that_is_not_what_was_declared_becomes_one_dead_letter(body, error_type):
    with serving(answer(body)) as api, source(api) as polled:
        for _ in range(3):
            with pytest.raises(SourceFailed, match=error_type):
                polled.poll()
    (letter,) = polled.letters
    assert letter["error_type"] == error_type
    assert base64.b64decode(letter["value_bytes"]) == body
    assert letter["job"] == "source_readings"
    assert (letter["source_topic"], letter["source_partition"]) == ("readings", -1)


BAD = [
    ({"id": 3, "at": "2026-05-12T12:00"}, "unmapped_missing_field", "temp is absent or null"),
    ({"id": 3, "temp": None, "at": "2026-05-12T12:00"}, "unmapped_missing_field", "temp is absent or null"),
    ({"id": 3, "temp": "warm", "at": "2026-05-12T12:00"}, "unmapped_wrong_type", 'temp must be a number, found "warm"'),
    ({"id": 3, "temp": True, "at": "2026-05-12T12:00"}, "unmapped_wrong_type", "temp must be a number, found true"),
    ({"id": [3], "temp": 1, "at": "2026-05-12T12:00"}, "unmapped_wrong_type", "id must be text or a number"),
    ({"id": 3, "temp": 1, "at": "yesterday"}, "unmapped_wrong_type", "at must be a time"),
    ({"id": 3, "temp": 1, "at": "1969-01-01T00:00"}, "unmapped_wrong_type", "at must be after 1970"),
    ({"id": "\ud800", "temp": 1, "at": "2026-05-12T12:00"}, "unmapped_wrong_type", "cannot be written as JSON"),
    ("nothing like it", "unmapped_missing_field", "id is absent or null"),
]


@pytest.mark.parametrize(("record", "error_type", "message"), BAD)
def test_a_record_that_does_not_map_is_a_dead_letter_and_stops_no_other(record, error_type, message):
    with serving(readings(READINGS[0], record, READINGS[1])) as api, source(api) as polled:
        outcomes = [polled.poll() for _ in range(3)]
    assert [(o.sent, o.dead) for o in outcomes] == [(2, 1), (0, 0), (0, 0)]
    (letter,) = polled.letters
    assert letter["error_type"] == error_type
    assert message in letter["error_message"]


def test_an_unknown_value_is_a_dead_letter():
    fields = {
        "id": {"path": "id", "type": "text"},
        "temp": {"path": "temp", "values": {"20.5": "warm"}},
        "at": {"path": "at", "type": "time"},
    }
    with serving() as api, source(api, fields=fields) as polled:
        polled.poll()
    assert polled.values[0]["temp"] == "warm"
    assert polled.letters[0]["error_type"] == "unmapped_unknown_enum"
    assert polled.letters[0]["error_message"] == "temp must be one of 20.5, found -3"


def test_a_dead_letter_has_the_same_number_whoever_sends_it_and_another_for_another_record():
    numbers = []
    for bad in ({"id": 3}, {"id": 3}, {"id": 4}):
        with serving(readings(bad)) as api, source(api) as polled:
            polled.poll()
            numbers.append(polled.letters[0]["source_offset"])
    assert numbers[0] == numbers[1] != numbers[2]
    assert all(0 <= number < 2**63 for number in numbers)


def test_a_record_the_topic_refuses_is_a_dead_letter_and_blocks_nothing():
    sink = MemorySink(refuses={b"1": "the record time is out of range"})
    with serving() as api, source(api, sink=sink) as polled:
        outcomes = [polled.poll() for _ in range(2)]
    assert [(o.sent, o.dead) for o in outcomes] == [(1, 1), (0, 0)]
    (letter,) = polled.letters
    assert letter["error_type"] == "unmapped_refused_by_topic"
    assert base64.b64decode(letter["key_bytes"]) == b"1"


def test_an_optional_field_may_be_missing():
    fields = {
        "id": {"path": "id", "type": "text"},
        "wind": {"path": "wind.speed", "type": "number", "optional": True},
    }
    with serving() as api, source(api, fields=fields, record_time=None) as polled:
        polled.poll()
    assert polled.values[0] == {"id": "1", "wind": None}


def test_a_source_that_is_told_to_end_does_not_wait_for_its_next_attempt():
    ending = threading.Event()
    ending.set()
    retry = {"attempts": 5, "first": 60, "longest": 600}
    with serving(answer({}, status=500)) as api, source(api, ending=ending, retry=retry) as polled:
        failure(polled, None, Stopped)
    assert len(api.requests) == 1
