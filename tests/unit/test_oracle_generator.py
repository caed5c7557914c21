"""The generator and the oracle, written apart, agree on what each event is; and a short run fills every table."""

from datetime import UTC, datetime

import duckdb
import pytest

from millstream.generate import stream
from millstream.generate.scenario import named
from millstream.generate.shop.rows import DIMENSIONS, dimension
from oracle.expected import compute, violations
from oracle.results import RESULTS, TYPED
from oracle.samples import Sample, dump_samples
from oracle.shop_samples import version
from oracle.topics import EVENT_TOPICS

AS_OF = datetime(2026, 1, 30, 23, 54, tzinfo=UTC)
EVENTS = 12_000
PARTITIONS = 4
GENERATED = [topic for topic in EVENT_TOPICS if topic.generated]


def encoded(text):
    return text.encode() if isinstance(text, str) else text


def first_rows():
    old = datetime(2020, 1, 1, tzinfo=UTC)
    for name in DIMENSIONS:
        table = dimension(name)
        for row in table.rows:
            yield version(name, old, "r", **dict(zip(table.columns, row, strict=True)))


def sent(scenario, seed):
    """Records as the broker would keep them, each as the sample it is meant to be."""
    plan = stream.StreamPlan(seed, round(AS_OF.timestamp() * 1000), 25.0, stream.TOPICS, 2.0, 2.0, named(scenario))
    generated = stream.records(plan)
    for record in (next(generated) for _ in range(EVENTS)):
        key = encoded(record.key)
        meant = record.fault or ("late" if record.late else "good")
        partition = sum(key or b"") % PARTITIONS
        yield Sample("", meant, key, encoded(record.value), record.timestamp_ms, partition, record.topic)
    for topic in stream.TOPICS:
        for marker in stream.closing_markers(plan, topic, PARTITIONS, EVENTS):
            place = (marker.timestamp_ms, marker.partition, marker.topic)
            yield Sample("", "good", encoded(marker.key), encoded(marker.value), *place)


@pytest.fixture(scope="module", params=[("calm", 7), ("black-friday", 8)], ids=lambda run: run[0])
def day(request, tmp_path_factory):
    records = [*first_rows(), *sent(*request.param)]
    path = tmp_path_factory.mktemp("day") / "records.parquet"
    dump_samples(records, path)
    with duckdb.connect() as connection:
        compute(connection, path)
        yield connection, records


def test_fate_of_each_event_is_the_one_the_generator_meant(day):
    connection, records = day
    rows = connection.execute(
        "SELECT topic, source_offset, coalesce(error_type, if(is_late, 'late', 'good')) FROM fate ORDER BY ALL"
    ).fetchall()
    found = {topic: [fate for name, _, fate in rows if name == topic] for topic in {row[0] for row in rows}}
    meant = {topic: [r.fate for r in records if r.topic == topic] for topic in found}
    assert set(found) == {topic.name for topic in GENERATED}
    assert found == meant


def test_every_error_type_occurs_and_every_partition_is_closed(day):
    assert violations(day[0], "expected", GENERATED) == []


def test_every_result_has_rows(day):
    tables = (*RESULTS, *(table for table in TYPED if table.name != "weather_observations"))
    counts = {t.name: day[0].execute(f"SELECT count(*) FROM {t.expected}").fetchone()[0] for t in tables}
    assert [name for name, count in counts.items() if count == 0] == []


def test_keys_of_every_result_are_unique(day):
    for table in RESULTS:
        key = ", ".join(f'"{column}"' for column in table.key)
        doubled = day[0].execute(f"SELECT {key} FROM {table.expected} GROUP BY ALL HAVING count(*) > 1").fetchall()
        assert doubled == [], table.name
