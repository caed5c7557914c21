"""The fate of every hand-written record of the flat topics is the one a person reads from the contract."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import duckdb
import pytest

from oracle.event_samples import VALID, event, event_sample, event_samples
from oracle.expected import compute, violations
from oracle.samples import START, Sample, dump_samples, iso, millis
from oracle.topics import EVENT_TOPICS, INVENTORY_CHANGES, SHIPMENTS, VEHICLE_POSITIONS, WEATHER

FLAT = (SHIPMENTS, VEHICLE_POSITIONS, INVENTORY_CHANGES, WEATHER)
SAMPLES = {topic.name: event_samples(topic.name) for topic in FLAT}
CASES = [(topic, offset, sample) for topic, records in SAMPLES.items() for offset, sample in enumerate(records)]


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    path = tmp_path_factory.mktemp("oracle") / "records.parquet"
    dump_samples([sample for records in SAMPLES.values() for sample in records], path)
    with duckdb.connect() as connection:
        compute(connection, path)
        yield connection


def typed(sample, topic, tmp_path):
    """The typed row of one good record, as texts by column."""
    path = tmp_path / "records.parquet"
    dump_samples([sample], path)
    with duckdb.connect() as connection:
        compute(connection, path)
        found = connection.execute(f"SELECT COLUMNS(*)::VARCHAR FROM expected.{topic.typed}")
        return dict(zip((column[0] for column in found.description), found.fetchone(), strict=True))


@pytest.mark.parametrize(("topic", "offset", "sample"), CASES, ids=[f"{t}-{s.name}" for t, _, s in CASES])
def test_fate_is_the_one_a_person_reads_from_the_contract(judged, topic, offset, sample):
    row = judged.execute(
        "SELECT coalesce(error_type, if(is_late, 'late', 'good')) FROM fate WHERE topic = ? AND source_offset = ?",
        [topic, offset],
    ).fetchone()
    assert row == (sample.fate,)


@pytest.mark.parametrize("topic", FLAT, ids=lambda topic: topic.name)
def test_samples_show_every_fate(topic):
    assert {sample.fate for sample in SAMPLES[topic.name]} == {*topic.error_types, "good", "late"}


def test_every_record_has_exactly_one_fate(judged):
    rows = judged.execute(
        "SELECT count(*), bool_and((error_type IS NOT NULL)::INT + is_late::INT + is_good::INT = 1) FROM fate"
    ).fetchone()
    assert rows == (len(CASES), True)


def test_found_as_expected_no_promise_is_broken_but_that_nothing_closed_the_topics(judged):
    broken = violations(judged, "expected", FLAT)
    assert len(broken) == 3
    assert all("has no closing marker" in violation for violation in broken)


def test_dead_letters_of_every_topic_name_its_job(judged):
    rows = judged.execute("SELECT DISTINCT source_topic, job FROM expected.dead_letters ORDER BY 1").fetchall()
    assert rows == sorted((topic.name, f"parse_{topic.name}") for topic in FLAT)


@pytest.mark.parametrize("topic", FLAT, ids=lambda topic: topic.name)
def test_typed_row_keeps_every_value(topic, tmp_path):
    sample = event_sample(topic.name, "", "good", event(topic.name), 2.5)
    sent = {name: str(value) for name, value in VALID[topic.name].items()}
    sent[topic.event_time] = "2025-03-01 12:00:00"
    place = {"record_time": "2025-03-01 12:00:02.5", "source_partition": "3", "source_offset": "0"}
    assert typed(replace(sample, partition=3), topic, tmp_path) == sent | place


@pytest.mark.parametrize("changes", [{"cargo_temp_c": None}, {}], ids=["null", "absent"])
def test_vehicle_without_cold_cargo_has_no_temperature(changes, tmp_path):
    value = {name: v for name, v in event("vehicle_positions").items() if name != "cargo_temp_c"} | changes
    row = typed(event_sample("vehicle_positions", "", "good", value), VEHICLE_POSITIONS, tmp_path)
    assert row["cargo_temp_c"] is None


def test_numbers_are_decimals_with_the_digits_sent(tmp_path):
    text = json.dumps(event("vehicle_positions", latitude="@")).replace('"@"', "-0.1e1").encode()
    row = typed(Sample("", "good", None, text, millis(START), topic="vehicle_positions"), VEHICLE_POSITIONS, tmp_path)
    assert Decimal(row["latitude"]) == -1
    assert row["latitude"] == "-1.000000"


@pytest.mark.parametrize("topic", EVENT_TOPICS, ids=lambda topic: topic.name)
def test_error_types_stand_in_the_order_of_the_contract(topic):
    order = [
        *("not_json", "missing_field", "wrong_type", "unknown_enum"),
        *("quantity_not_positive", "coordinates_out_of_range", "event_time_in_future"),
    ]
    assert list(topic.error_types) == [error for error in order if error in set(topic.error_types)]


@pytest.mark.parametrize(
    ("topic", "ids"),
    [
        ("shipments", {"shipment_id": "close-0", "order_id": "close-0", "warehouse_id": "0", "vehicle_id": "0"}),
        ("vehicle_positions", {"vehicle_id": "0"}),
        ("inventory_changes", {"change_id": "close-0", "warehouse_id": "0", "product_id": "0"}),
    ],
)
def test_record_of_zero_ids_is_a_closing_marker(topic, ids, tmp_path):
    later = START + timedelta(hours=1)
    marker = event(topic, **ids) | {field: iso(later) for field in ("event_at", "measured_at", "changed_at")}
    path = tmp_path / "records.parquet"
    dump_samples(
        [
            event_sample(topic, "", "good", event(topic)),
            replace(event_sample(topic, "", "good", marker), record_time=millis(later)),
        ],
        path,
    )
    with duckdb.connect() as connection:
        compute(connection, path)
        rows = connection.execute("SELECT is_closing_marker FROM fate ORDER BY source_offset").fetchall()
        results = ("shipment_event_history", "inventory_change_history", "inventory_levels", "vehicle_last_position")
        counted = [connection.execute(f"SELECT count(*) FROM expected.{name}").fetchone()[0] for name in results]
    assert rows == [(False,), (True,)]
    assert max(counted) == 1
