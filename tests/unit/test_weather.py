"""The recorded weather API, and the declaration that polls it or the real one."""

from __future__ import annotations

import asyncio
import csv
import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import yaml
from scripted_api import answer, serving

from millstream.local.weather.app import application
from millstream.local.weather.recordings import Recordings
from millstream.project.http_source import HttpDeclaration
from millstream.sources.attempts import Attempts
from millstream.sources.fetch import Client
from millstream.sources.memory import Memory
from millstream.sources.poll import Poller, Source
from millstream.sources.sink import MemorySink

ROOT = Path(__file__).parents[2]
RECORDINGS = Recordings.of(ROOT / "data/weather")
DECLARED = HttpDeclaration.model_validate(yaml.safe_load((ROOT / "kafka/sources/weather.yml").read_text("utf-8")))
CITIES = [
    row
    for row in csv.DictReader((ROOT / "src/millstream/generate/shop/rows/cities.csv").read_text("utf-8").splitlines())
    if row["city_id"] != "0"
]
NOON = datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC)
BERLIN = {"latitude": "52.5", "longitude": "13.4", "current": "temperature_2m,weather_code"}


def ask(params, now=NOON, **headers):
    async def get():
        transport = httpx.ASGITransport(application(RECORDINGS, lambda: now))
        async with httpx.AsyncClient(transport=transport, base_url="http://weather") as client:
            return await client.get("/v1/forecast", params=params, headers=headers)

    return asyncio.run(get())


def poll(content, sink):
    """One poll of the example's own declaration."""
    with serving(answer(content)) as server, Client(DECLARED) as client:
        variables = {"WEATHER_URL": server.address}
        attempts, memory = Attempts(DECLARED, threading.Event()), Memory(":memory:")
        source = Source("weather", "", DECLARED)
        Poller(source, variables, client=client, attempts=attempts, memory=memory, sink=sink).poll()
        memory.close()


def everywhere(now):
    found = ask(DECLARED.params, now)
    assert found.status_code == 200
    return found.json()


def test_the_declaration_asks_for_the_shops_cities_in_the_order_of_their_ids():
    assert [row["city_id"] for row in CITIES] == [str(number) for number in range(1, 61)]
    for name in ("latitude", "longitude"):
        declared = [float(text) for text in DECLARED.params[name].split(",")]
        assert declared == [float(row[name]) for row in CITIES]


def test_every_answer_of_the_day_maps_without_a_dead_letter():
    sink = MemorySink()
    for hour in range(24):
        poll(everywhere(NOON.replace(hour=hour)), sink)
    assert sink.letters == []
    assert len({(record.key, record.time_ms) for record in sink.records}) == 24 * 60


def test_a_record_has_the_columns_of_the_topic():
    sink = MemorySink()
    poll(everywhere(NOON), sink)
    first = json.loads(sink.records[0].value)
    assert list(first) == ["city_id", "temp_c", "wind_kmh", "precipitation_mm", "condition", "observed_at"]
    assert first["city_id"] == "1"
    assert first["observed_at"] == "2026-11-21T12:00:00.000Z"
    assert sink.records[0].time_ms == int(NOON.replace(second=0).timestamp() * 1000)


def test_recorded_hours_are_answered_as_recorded_and_the_time_between_lies_between():
    place = RECORDINGS.nearest(52.5, 13.4)
    noon, between, later = (
        place.at(NOON.replace(hour=hour, minute=minute)) for hour, minute in ((12, 0), (13, 30), (15, 0))
    )
    recorded = json.loads((ROOT / "data/weather/12.json").read_text("utf-8"))[10]["current"]
    assert noon == {name: value for name, value in recorded.items() if name != "time"}
    low, high = sorted((noon["temperature_2m"], later["temperature_2m"]))
    assert low <= between["temperature_2m"] <= high
    assert place.at(NOON.replace(hour=23, minute=59))


def test_the_answer_is_unchanged_within_a_minute_and_another_in_the_next():
    tag = ask(BERLIN).headers["etag"]
    unchanged = ask(BERLIN, NOON.replace(second=59), **{"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    later = ask(BERLIN, NOON.replace(minute=1), **{"If-None-Match": tag})
    assert later.status_code == 200


def test_one_place_is_one_object_with_what_was_asked_for():
    found = ask(BERLIN).json()
    assert list(found["current"]) == ["time", "interval", "temperature_2m", "weather_code"]
    assert (found["latitude"], found["current"]["time"]) == (52.52, "2026-11-21T12:00")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"latitude": "95"}, "range"),
        ({"latitude": "52.5,48"}, "same number"),
        ({"latitude": "north"}, "list of numbers"),
        ({"latitude": "nan"}, "range"),
        ({"current": "mood"}, "mood"),
    ],
)
def test_a_wrong_question_is_refused_in_words(changes, reason):
    found = ask(BERLIN | changes)
    assert found.status_code == httpx.codes.BAD_REQUEST
    assert reason in found.json()["reason"]
