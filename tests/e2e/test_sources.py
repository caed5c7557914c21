"""HTTP sources on a real broker: weather from the recorded API, and a source that is killed."""

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
from scripted_api import DECLARED, READINGS, readings, serving

pytestmark = pytest.mark.e2e

ONLY = ("kafka", "postgres", "weather", "sources")
TOPICS = """
topics:
  weather: {config: {retention.ms: -1}}
  readings: {partitions: 3, config: {message.timestamp.before.max.ms: 1262304000000}}
  dead_letters: {}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A platform with only what sources need, and a project of topics and sources."""
    from embedded import Embedded  # noqa: PLC0415

    embedded = Embedded.of_copy(tmp_path_factory.mktemp("sources") / "project")
    for folder in ("flink_sql", "postgres", "clickhouse", "kafka/connectors"):
        for file in sorted((embedded.root / folder).rglob("*.*")):
            file.unlink()
    (embedded.root / "kafka/topics.yml").write_text(TOPICS)
    try:
        embedded.millstream("up", *(word for name in ONLY for word in ("--only", name)))
        embedded.millstream("apply")
        yield embedded
    finally:
        embedded.millstream("reset", "--yes")


def records(platform, topic, partitions=1):
    """Every record of a topic up to its present end."""
    consumer = Consumer({"bootstrap.servers": platform.env["KAFKA_BOOTSTRAP"], "group.id": "test"})
    starts = [TopicPartition(topic, number, 0) for number in range(partitions)]
    missing = sum(consumer.get_watermark_offsets(start, timeout=10)[1] for start in starts)
    consumer.assign(starts)
    found = []
    while len(found) < missing:
        batch = consumer.consume(missing - len(found), timeout=20)
        assert batch
        found += batch
    consumer.close()
    return found


def until(look, seconds=180):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.3)
    pytest.fail("did not come in time")


def state(platform, name):
    return next((s for s in platform.status()["sources"] if s["name"] == name), None)


def test_weather_of_every_city_arrives_once_an_observation(small):
    until(lambda: len(records(small, "weather")) >= 60)
    # Several polls later the minute may have changed; within one nothing comes twice.
    time.sleep(25)
    found = records(small, "weather")
    keys = [(message.key(), message.timestamp()[1]) for message in found]
    assert len(keys) == len(set(keys))
    assert {int(key) for key, _ in keys} == set(range(1, 61))
    for message in found:
        value = json.loads(message.value())
        assert list(value) == ["city_id", "temp_c", "wind_kmh", "precipitation_mm", "condition", "observed_at"]
        assert value["city_id"].encode() == message.key()
        assert value["condition"] in {"clear", "clouds", "fog", "rain", "snow", "storm"}
        assert value["observed_at"].endswith(":00.000Z")
    assert state(small, "weather")["state"] == "ok"


def test_killed_at_any_moment_it_sends_every_record_once_and_says_what_is_wrong(small):
    """The process is killed again and again while an API grows; what it refuses stays visible."""
    grown = [{"id": number, "temp": number, "at": "2026-05-12T12:00"} for number in range(3000)]
    said = {"count": 0}

    def growing(handler):
        said["count"] += 1
        readings(*grown[: said["count"] * 100])(handler)

    with serving(growing) as api:
        write(small, url=f"{api.address}/readings", interval=0.05)
        small.millstream("apply")
        killed = set()
        while said["count"] < 30 or len(killed) < 3:
            process = until(lambda: small.process("sources"))
            if process.pid not in killed and said["count"] >= 5 * len(killed):
                time.sleep(0.4 + 0.17 * len(killed))
                os.kill(process.pid, signal.SIGKILL)
                killed.add(process.pid)
            time.sleep(0.1)
        until(lambda: len(records(small, "readings", 3)) >= 3000)
        time.sleep(1)
        found = [message.key() for message in records(small, "readings", 3)]
        assert len(found) == len(set(found)) == 3000


def write(platform, **changes):
    content = DECLARED | {"interval": 0.1} | changes
    (platform.root / "kafka/sources/readings.yml").write_text(json.dumps(content))


def test_what_was_applied_runs_not_the_edited_file_and_refused_records_are_dead_letters(small):
    old = READINGS[0] | {"id": "old", "at": "1971-01-01T00:00"}
    with serving(readings(old, READINGS[1] | {"id": "good"})) as api:
        write(small, url=f"{api.address}/nowhere")
        small.millstream("restart", "sources")
        assert api.requests == []
        small.millstream("apply")
        letter = until(lambda: records(small, "dead_letters", 1))[0]
        assert "good" in {m.key().decode() for m in records(small, "readings", 3)}
    value = json.loads(letter.value())
    assert value["error_type"] == "unmapped_refused_by_topic"
    assert value["job"] == "source_readings"
    assert letter.key() is None
    failing = until(lambda: state(small, "readings")["state"] == "failing" and state(small, "readings"))
    assert failing["trouble"].startswith("cannot be reached")
    shown = small.millstream("status").stdout
    assert "cannot be reached" in shown
    (small.root / "kafka/sources/readings.yml").unlink()
    assert "http_source.readings" in small.millstream("apply").stderr
    assert state(small, "readings") is None
