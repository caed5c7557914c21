"""What people did by hand is told in the plan; one golden text a kind in tests/cases/drift."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from applied_project import HAND, PARSE, applied_project, by_hand
from projects import load

from millstream.cli.plans import as_json
from millstream.engines.control import Desired
from millstream.flinkplan import Planner
from millstream.observation import ABSENT
from millstream.project.model import Kind, ResourceId
from millstream.selection import Selection

CASES = Path(__file__).parents[1] / "cases" / "drift"
TOPIC = ResourceId(Kind.TOPIC, "orders")
FILES = ResourceId(Kind.CONNECTOR, "arrivals")
TABLE = ResourceId(Kind.POSTGRES_TABLE, "bronze.revenue_by_city")
FEED = ResourceId(Kind.CLICKHOUSE_MATERIALIZED_VIEW, "revenue_by_city_feed")


@pytest.fixture
def applied(tmp_path, monkeypatch):
    return applied_project(tmp_path, monkeypatch)


@pytest.fixture
def resuming(applied, monkeypatch):
    """The same with a planner: a job that is only resumed asks it nothing before."""
    monkeypatch.setattr(Planner, "__enter__", lambda _: None)
    return applied


def cancelled(a):
    a.engines.flink.end(a.ids[PARSE], "CANCELED")


def failed(a):
    a.engines.flink.end(a.ids[PARSE], "FAILED")


def finished(a):
    a.engines.flink.end(a.ids[PARSE], "FINISHED")


def forgotten(a):
    del a.engines.flink.held[a.ids[PARSE]]


def resubmitted(a):
    cancelled(a)
    by_hand(a)


def restored(a):
    resubmitted(a)
    a.engines.flink.restored[HAND] = "file:/savepoints/savepoint-7"


def other_fingerprint(a):
    parameters = a.engines.flink.parameters_of[a.ids[PARSE]]
    a.engines.flink.parameters_of[a.ids[PARSE]] = parameters | {"millstream.fingerprint": "abc"}


def rescaled(a):
    a.engines.flink.held[a.ids[PARSE]] = replace(a.engines.flink.held[a.ids[PARSE]], tasks=8)


def topic_settings(a):
    a.engines.kafka.alter(TOPIC, "retention.ms is 60000, declared is -1", **{"segment.ms": "1000"})


def partitions_added(a):
    a.engines.kafka.alter(TOPIC, "has 8 partitions, declared are 4")


def topic_recreated(a):
    a.engines.kafka.alter(TOPIC, id="another")


def topic_deleted(a):
    a.engines.kafka.held[TOPIC] = ABSENT


def connector_paused(a):
    a.engines.connect.alter(FILES, "is paused, declared is running")


def connector_edited(a):
    a.engines.connect.alter(FILES, "database.password differs", "tasks.max is 4, declared is 1")


def column_added(a):
    a.engines.postgres.alter(TABLE, "column note is text, declared is nothing")


def index_changed(a):
    a.engines.postgres.alter(TABLE, **{"index by_city": "CREATE INDEX by_city ON bronze.revenue_by_city (city)"})


def definition_altered(a):
    a.engines.clickhouse.alter(FEED, definition="26.1.2.1 e5f6")


def view_detached(a):
    words = ("is detached: `ATTACH TABLE revenue_by_city_feed` brings it back",)
    a.engines.clickhouse.held[FEED] = replace(ABSENT, differences=words)


KINDS = (
    cancelled, failed, finished, forgotten, resubmitted, restored, other_fingerprint, rescaled,
    connector_paused, connector_edited, topic_settings, partitions_added, topic_recreated, topic_deleted,
    column_added, index_changed, definition_altered, view_detached,
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_golden_text_of_each_kind_of_drift(resuming, kind):
    kind(resuming)
    golden, text = CASES / f"{kind.__name__}.txt", resuming.text
    assert text == golden.read_text(encoding="utf-8")


def test_every_golden_text_is_of_a_kind():
    assert {path.stem for path in CASES.iterdir()} == {kind.__name__ for kind in KINDS}


def test_a_project_as_it_was_applied_gives_three_empty_lists(applied):
    empty = {"changes": [], "drift": [], "undeclared": []}
    assert json.loads(as_json(applied.plan(), applied.touched)) == empty
    assert json.loads(as_json(applied.apply(), applied.touched)) == empty


def test_drift_in_json_has_its_kind_and_comes_in_one_order(applied):
    column_added(applied)
    rescaled(applied)
    topic_recreated(applied)
    once, again = (as_json(applied.plan(), applied.touched) for _ in range(2))
    assert once == again
    found = [(drift["resource"], drift["kind"]) for drift in json.loads(once)["drift"]]
    assert found == [(str(PARSE), "parallelism"), (str(TABLE), "altered"), (str(TOPIC), "recreated")]


def test_a_changed_file_explains_a_difference(applied):
    column_added(applied)
    file = applied.project.root / "postgres" / "revenue_by_city.sql"
    file.write_text(file.read_text(encoding="utf-8").replace("revenue ", "revenue_eur "), encoding="utf-8")
    assert replace(applied, project=load(applied.project.root)).plan().drift == ()


def test_without_a_record_nothing_is_drift(applied):
    column_added(applied)
    topic_recreated(applied)
    applied.engines.control.objects.held.clear()
    made = applied.plan()
    assert made.drift == ()
    assert [change.resource for change in made.changes] == [TABLE]


def test_an_apply_tells_drift_once_and_takes_it_as_it_is(applied):
    topic_recreated(applied)
    assert [drift.kind for drift in applied.apply().drift] == ["recreated"]
    assert applied.apply().drift == ()


def test_an_apply_takes_a_rescaled_job_as_it_is(applied):
    rescaled(applied)
    assert [drift.kind for drift in applied.apply(selection=Selection.parse(["revenue_by_city"])).drift] == []
    assert [drift.kind for drift in applied.apply().drift] == ["parallelism"]
    assert applied.apply().drift == ()


def test_an_apply_of_something_else_does_not_take_drift_as_it_is(applied):
    topic_recreated(applied)
    elsewhere = Selection.parse(["parse_orders"])
    assert applied.apply(selection=elsewhere).drift == ()
    assert [drift.kind for drift in applied.plan().drift] == ["recreated"]


def test_what_an_apply_creates_is_on_record_with_the_traits_it_got(applied):
    topic_deleted(applied)
    applied.apply()
    assert applied.plan().drift == ()
    topic_recreated(applied)
    assert [drift.kind for drift in applied.plan().drift] == ["recreated"]


def test_what_is_declared_no_longer_is_forgotten(applied):
    applied.without(TABLE).apply()
    assert str(TABLE) not in applied.engines.control.objects.held


def test_suspended_job_has_not_drifted(resuming):
    finished(resuming)
    held = resuming.engines.control.jobs.held
    held[str(PARSE)] = replace(held[str(PARSE)], desired=Desired.SUSPENDED)
    assert resuming.plan().drift == ()


def test_job_that_was_never_seen_running_has_not_drifted(resuming):
    forgotten(resuming)
    held = resuming.engines.control.jobs.held
    held[str(PARSE)] = replace(held[str(PARSE)], confirmed_at=None)
    assert resuming.plan().drift == ()


def test_an_unchanged_project_costs_one_request_a_job_and_one_for_all(applied):
    applied.engines.flink.requests = 0
    applied.plan()
    assert applied.engines.flink.requests == 1 + len(applied.ids)
