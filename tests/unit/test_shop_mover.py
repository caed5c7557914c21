"""The shop's changes carried out on a real PostgreSQL server that is stopped, started and taken away."""

import threading
import time
from collections import defaultdict
from pathlib import Path

import psycopg
import pytest
from control_server import running_postgres

from millstream.errors import EngineError
from millstream.generate.scenario import CALM
from millstream.generate.shop import mover
from millstream.generate.shop.course import Course
from millstream.generate.shop.mover import Mover, require_seeded
from millstream.generate.shop.rows import DIMENSIONS, TABLES, dimension
from millstream.generate.shop.seed import seed

REPOSITORY = Path(__file__).parents[2]
START = 1_767_225_600
COURSE = Course(1, START, CALM)

# Every version of every row, in the order in which they were written.
WATCH = """
CREATE TABLE versions (n serial, name text, id integer, updated_at timestamptz);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO versions (name, id, updated_at)
  VALUES (TG_TABLE_NAME, (to_jsonb(NEW) ->> TG_ARGV[0])::int, NEW.updated_at);
  RETURN NEW;
END $$;
"""


def url_of(server):
    return f"postgresql://postgres@127.0.0.1:{server.port}/shop"


@pytest.fixture(scope="module")
def server():
    with running_postgres() as running:
        yield running


@pytest.fixture
def empty(server):
    """A database without a table."""
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute("DROP DATABASE IF EXISTS shop WITH (FORCE)")
        owner.execute("CREATE DATABASE shop")
    return url_of(server)


@pytest.fixture
def shop(empty):
    """A seeded database that notes every version."""
    url = empty
    seed(url, REPOSITORY)
    with psycopg.connect(url) as connection:
        connection.execute(WATCH.encode())
        for name in TABLES:
            key = dimension(name).key if name in DIMENSIONS else "po_id"
            trigger = (
                f"CREATE TRIGGER watch AFTER INSERT OR UPDATE ON {name} FOR EACH ROW EXECUTE FUNCTION note('{key}')"
            )
            connection.execute(trigger.encode())
    return url


def versions(url):
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT name, id, updated_at FROM versions ORDER BY n").fetchall()
    return [(name, number, updated_at.timestamp()) for name, number, updated_at in rows]


def expected(seconds):
    """What must be written: the course's changes, in each second before the heartbeats."""
    written = []
    for second in range(START, START + seconds):
        written += [(change.table, change.row, second) for change in COURSE.changes(second)]
        written += [(name, 0, second) for name in DIMENSIONS]
    return written


def settle(moving, seconds=20):
    deadline = time.monotonic() + seconds
    while moving.is_behind():
        moving.check()
        assert time.monotonic() < deadline, "the shop stays behind"
        time.sleep(0.01)


def run(url, seconds, **options):
    moving = Mover(url, COURSE, **options)
    moving.advance((START + seconds) * 1000 - 1)
    settle(moving)
    moving.stop()


def test_each_second_has_its_changes_and_then_its_heartbeats_once_and_in_order(shop):
    run(shop, 250)
    assert versions(shop) == expected(250)


def test_rows_hold_what_the_course_says(shop):
    run(shop, 120)
    last = defaultdict(dict)
    for second in range(START, START + 120):
        for change in COURSE.changes(second):
            last[change.table, change.row] |= change.values
    with psycopg.connect(shop) as connection:
        for (table, row), values in last.items():
            key = dimension(table).key if table in DIMENSIONS else "po_id"
            query = f"SELECT {', '.join(values)} FROM {table} WHERE {key} = {row}"
            found = connection.execute(query.encode()).fetchone()
            assert [str(value) for value in found] == [str(value) for value in values.values()]


def test_the_shop_is_never_ahead_of_the_events(shop):
    moving = Mover(shop, COURSE)
    moving.advance(START * 1000 + 2999)
    settle(moving)
    assert versions(shop) == expected(3)
    moving.advance(START * 1000 + 3000)
    settle(moving)
    moving.stop()
    assert versions(shop) == expected(4)


def test_doing_the_same_again_writes_nothing(shop):
    run(shop, 60)
    before = versions(shop)
    run(shop, 60)
    assert versions(shop) == before


def test_closing_moves_every_heartbeat_to_the_markers_time(shop):
    moving = Mover(shop, COURSE)
    moving.advance(START * 1000 + 9000)
    moving.close_at((START + 3610) * 1000 + 250)
    settle(moving)
    moving.stop()
    assert versions(shop) == expected(10) + [(name, 0, START + 3610.25) for name in DIMENSIONS]


def test_the_log_tells_of_each_arrival_once(shop, tmp_path):
    log = tmp_path / "arrivals.log"
    run(shop, 200, arrivals=log)
    arrived = [c.arrival for s in range(START, START + 200) for c in COURSE.changes(s) if c.arrival]
    assert arrived
    assert log.read_text().splitlines() == arrived
    with psycopg.connect(shop) as connection:
        found = connection.execute("SELECT po_id FROM purchase_orders WHERE received_at IS NOT NULL").fetchall()
    assert len(found) == len(arrived)
    assert all(any(f"po={po} " in line for line in arrived) for (po,) in found)


def test_a_server_that_goes_and_comes_back_changes_nothing(server, shop, tmp_path):
    log = tmp_path / "arrivals.log"
    moving = Mover(shop, COURSE, log)
    away = threading.Thread(target=lambda: (server.stop(), time.sleep(0.5), server.start()))
    for second in range(200):
        moving.advance((START + second) * 1000)
        if second == 50:
            away.start()
        time.sleep(0.005)
    away.join()
    settle(moving)
    moving.stop()
    assert versions(shop) == expected(200)
    arrived = [c.arrival for s in range(START, START + 200) for c in COURSE.changes(s) if c.arrival]
    assert log.read_text().splitlines() == arrived


def test_a_server_that_stays_away_ends_the_run_with_an_error(server, shop, monkeypatch):
    monkeypatch.setattr(mover, "PATIENCE_S", 1.0)
    moving = Mover(shop, COURSE)
    moving.advance(START * 1000)
    settle(moving)
    server.stop()
    moving.advance((START + 5) * 1000)
    try:
        with pytest.raises(EngineError, match="does not answer") as refused:
            settle(moving)
        assert refused.value.exit_code == 3
        assert "millstream status" in refused.value.mend
    finally:
        server.start()


def test_a_table_that_was_dropped_ends_the_run_at_once(shop):
    with psycopg.connect(shop) as connection:
        connection.execute("DROP TABLE suppliers CASCADE")
    moving = Mover(shop, COURSE)
    moving.advance((START + 5) * 1000)
    with pytest.raises(EngineError, match="suppliers") as refused:
        settle(moving)
    assert "millstream seed" in refused.value.mend


def test_a_log_that_cannot_be_written_is_an_error(shop, tmp_path):
    moving = Mover(shop, COURSE, tmp_path / "missing" / "arrivals.log")
    moving.advance((START + 200) * 1000)
    with pytest.raises(EngineError, match=r"arrivals\.log cannot be written") as refused:
        settle(moving)
    assert "ARRIVALS_LOG" in refused.value.mend


def test_a_shop_that_was_not_seeded_is_told_before_the_run(empty):
    url = empty
    with pytest.raises(EngineError, match="lacks a table") as refused:
        require_seeded(url)
    assert "millstream seed" in refused.value.mend
    seed(url, REPOSITORY)
    require_seeded(url)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM salespeople WHERE salesperson_id = 0")
    with pytest.raises(EngineError, match="salespeople has no heartbeat"):
        require_seeded(url)
