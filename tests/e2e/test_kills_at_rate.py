"""The first slice of the example alone, at 1,000 events/s: every service of it is killed twice, and nothing changes.

Two cores do not carry the whole company at that rate, so `test_kills` kills the company's services at a lower one.
"""

import random
import signal
import time

import pytest
from embedded import Embedded
from judge import Scope, assert_exact
from test_kills import await_sent, generating, kill, lag, restored, sent

from oracle import EVENT_TOPICS, TABLES

pytestmark = [pytest.mark.e2e, pytest.mark.full]

RATE = 1000
JOBS = ("parse_orders", "revenue_by_city_minute", "land_dead_letters", "land_late_events")
SERVICES = ("kafka", "flink-jobmanager", "flink-taskmanager", "postgres", "clickhouse", "resume")
RESULTS = {"order_items", "revenue_by_city_minute", "dead_letters", "late_events"}
SLICE = Scope(
    sources=("orders",),
    topics=tuple(topic for topic in EVENT_TOPICS if topic.name == "orders"),
    tables=tuple(table for table in TABLES if table.name in RESULTS),
)


@pytest.fixture(scope="module")
def first_slice(tmp_path_factory):
    embedded = Embedded.of_copy(tmp_path_factory.mktemp("slice") / "project")
    for job in (embedded.root / "flink_sql" / "jobs").glob("*.sql"):
        if job.stem not in JOBS:
            job.unlink()
    try:
        embedded.start_company()
        yield embedded
    finally:
        embedded.millstream("reset", "--yes")


def test_every_service_may_be_killed_twice_at_a_thousand_events_a_second(first_slice, tmp_path):
    chance = random.Random(20260220)
    order = [service for _ in range(2) for service in chance.sample(SERVICES, len(SERVICES))]
    with generating(
        first_slice, "--rate", str(RATE), "--seed", "31", "--as-of", "2026-02-20T09:00:00Z", "--close"
    ) as run:
        await_sent(first_slice, 5 * RATE)
        for service in order:
            time.sleep(chance.uniform(1, 4))
            before = sent(first_slice)
            assert lag(first_slice) > 0
            kill(first_slice, service)
            assert sent(first_slice) > before, "no event flowed while the service was away"
            assert run.poll() is None
        run.send_signal(signal.SIGTERM)
    assert_exact(first_slice, tmp_path, 600, scope=SLICE)
    assert set(restored(first_slice)) == {f"job.{name}" for name in JOBS}


def test_killed_supervisor_at_a_thousand_events_a_second(first_slice, tmp_path):
    arguments = ("--rate", str(RATE), "--seed", "32", "--as-of", "2026-02-20T21:00:00Z", "--duration", "90", "--close")
    with generating(first_slice, *arguments):
        await_sent(first_slice, sent(first_slice) + 5 * RATE)
        assert lag(first_slice) > 0
        first_slice.process("supervisord").send_signal(signal.SIGKILL)
        first_slice.millstream("up")
    assert_exact(first_slice, tmp_path, 600, scope=SLICE)
