"""Alerts in a real PostgreSQL: opened once, closed once, told once, whatever happens in between."""

import psycopg
import pytest
from control_server import running_warehouse

from include import operations
from include.health import alerts, measures
from include.health.alerts import Changes
from include.health.checks import Check
from include.health.limits import Limits

NOTHING = Changes((), ())


@pytest.fixture(scope="module")
def server():
    with running_warehouse() as running:
        yield running


@pytest.fixture
def warehouse(server):
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS operations CASCADE")
        operations.make_tables(connection)
        yield connection


def check(name, *, ok=False, detail="broken"):
    return Check(name, ok, detail)


def settle(warehouse, *checks, scope="health"):
    return alerts.settle(warehouse, scope, checks)


def tell(warehouse):
    sent = []
    alerts.tell(warehouse, lambda title, text: sent.append((title, text)))
    return sent


def test_alert_opens_once_and_closes_once(warehouse):
    assert settle(warehouse, check("a"), check("b", ok=True)) == Changes(("a",), ())
    assert settle(warehouse, check("a", detail="still broken")) == NOTHING
    assert settle(warehouse, check("a", ok=True)) == Changes((), ("a",))
    assert settle(warehouse, check("a", ok=True)) == NOTHING
    found = warehouse.execute("SELECT name, detail, closed_at IS NOT NULL FROM operations.alerts").fetchall()
    assert found == [("a", "still broken", True)]


def test_alert_that_comes_back_is_a_new_one(warehouse):
    for ok in (False, True, False):
        settle(warehouse, check("a", ok=ok))
    assert warehouse.execute("SELECT count(*), count(closed_at) FROM operations.alerts").fetchone() == (2, 1)


def test_alert_whose_check_is_gone_closes_and_those_of_other_scopes_stay(warehouse):
    settle(warehouse, check("warehouse_daily"), scope="warehouse_daily")
    settle(warehouse, check("job a"))
    assert settle(warehouse) == Changes((), ("job a",))
    assert settle(warehouse, check("warehouse_daily"), scope="warehouse_daily") == NOTHING


def test_people_are_told_once_of_each(warehouse):
    settle(warehouse, check("a"), check("b", detail="too late"))
    assert tell(warehouse) == [("millstream alerts: 2 opened", "opened: a: broken\nopened: b: too late")]
    assert tell(warehouse) == []
    settle(warehouse, check("b", detail="too late"), check("c"))
    assert tell(warehouse) == [("millstream alerts: 1 opened, 1 closed", "opened: c: broken\nclosed: a")]
    assert tell(warehouse) == []


def test_what_could_not_be_told_is_told_at_the_next_look(warehouse):
    def down(*_):
        raise RuntimeError("mail is down")

    settle(warehouse, check("a"))
    with pytest.raises(RuntimeError, match="mail"):
        alerts.tell(warehouse, down)
    assert [title for title, _ in tell(warehouse)] == ["millstream alert: 1 opened"]


def test_nobody_hears_of_the_end_of_what_he_was_never_told_of(warehouse):
    settle(warehouse, check("a"))
    settle(warehouse)
    assert tell(warehouse) == []


def test_measures_are_kept_for_a_week(warehouse):
    operations.keep_measures(warehouse, [Check("a", is_ok=True, detail="1 s", value=1.0, most=2.0)])
    warehouse.execute("UPDATE operations.measures SET measured_at = measured_at - interval '8 days'")
    operations.keep_measures(warehouse, [Check("b", is_ok=False, detail="3 s", value=3.0, most=2.0)])
    found = warehouse.execute("SELECT name, value, most, is_ok FROM operations.measures").fetchall()
    assert found == [("b", 3.0, 2.0, False)]


@pytest.fixture
def landing(warehouse):
    warehouse.execute("DROP SCHEMA IF EXISTS bronze CASCADE")
    warehouse.execute("CREATE SCHEMA bronze")
    warehouse.execute("CREATE TABLE bronze.t (at timestamptz, landed_at timestamptz)")
    return warehouse


def measured(connection, **limits):
    return {c.name: (c.is_ok, c.detail) for c in measures.of_postgres(connection, Limits.model_validate(limits))}


def test_table_must_be_fresh_and_its_rows_quick(landing):
    limit = {"t": {"time": "at", "freshness_s": 60, "latency_s": 5}}
    landing.execute("INSERT INTO bronze.t SELECT now() - interval '10 seconds', now() FROM generate_series(1, 20)")
    found = measured(landing, postgres=limit)
    assert found["postgres t: freshness"][0]
    assert found["postgres t: latency"] == (False, "10 s, at most 5")
    landing.execute("UPDATE bronze.t SET at = at - interval '1 hour', landed_at = landed_at - interval '1 hour'")
    found = measured(landing, postgres=limit)
    assert not found["postgres t: freshness"][0]
    assert found["postgres t: latency"] == (True, "nothing to measure")
    landing.execute("TRUNCATE bronze.t")
    assert measured(landing, postgres=limit)["postgres t: freshness"] == (False, "nothing landed within a day")


def test_table_that_is_not_there_breaks_its_own_check_only(landing):
    found = measured(
        landing,
        postgres={"missing": {"time": "at", "freshness_s": 60}},
        queries={"count": {"sql": "SELECT count(*) FROM bronze.{ns}t", "most": 0, "unit": "rows"}},
    )
    assert found == {
        "postgres missing": (False, 'relation "bronze.missing" does not exist'),
        "count": (True, "0 rows, at most 0"),
    }
