"""Nothing is lost and nothing doubled when services are killed, the platform goes down, or a backlog builds up.

The whole company runs. Kills happen at seeded moments while events flow and the shop changes, with records not yet
landed; each killed service must come back by itself.
"""

import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psycopg
import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec
from embedded import REPOSITORY, Embedded
from judge import assert_exact

from oracle import EVENT_TOPICS

pytestmark = pytest.mark.e2e

SERVICES = (
    *("kafka", "connect", "flink-jobmanager", "flink-taskmanager", "postgres", "clickhouse"),
    *("resume", "weather", "sources"),
)
# Such a run lasts as long as the kills take: at its end all stock may have recovered.
MAY_BE_EMPTY = ("low_stock_alerts",)
JOBS = {f"job.{path.stem}" for path in (REPOSITORY / "flink_sql" / "jobs").glob("*.sql")}
TOPICS = tuple(topic.name for topic in EVENT_TOPICS if topic.generated)
RATE = 400
PARTITIONS = 4
BACK_SECONDS = 240


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """One company for all tests, each hours later by its clock: a verdict covers everything that happened so far."""
    embedded = Embedded.of_copy(tmp_path_factory.mktemp("kills") / "a project, copied")
    try:
        embedded.start_company()
        yield embedded
    finally:
        embedded.millstream("reset", "--yes")


@contextmanager
def generating(platform, *arguments):
    """Run the generator beside the test; at the end it must have been confirmed every record."""
    argv = (sys.executable, "-m", "millstream", "generate", "--bad", "2", "--late", "2", *arguments)
    with subprocess.Popen(argv, env=platform.environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        except BaseException:
            # A run without an end would hold the test until its time is over.
            process.kill()
            raise
        _, errors = process.communicate(timeout=600)
        assert process.returncode == 0, errors


def kill(platform, service):
    """`kill -9` a service and wait until another process has taken its place and answers."""
    deadline = time.monotonic() + BACK_SECONDS
    # A TaskManager whose JDBC sinks fail ends by itself: PostgreSQL's death takes it along, and it comes back.
    while not (before := platform.process(service)):
        assert time.monotonic() < deadline, f"there is no {service}: {platform.status()}"
        time.sleep(0.5)
    before.send_signal(signal.SIGKILL)
    while time.monotonic() < deadline:
        now = platform.process(service)
        if now and now.pid != before.pid and state(platform, service) == "ready":
            return
        time.sleep(0.5)
    pytest.fail(f"{service} did not come back in {BACK_SECONDS} s: {platform.status()}")


def state(platform, service):
    return next(s["state"] for s in platform.status()["services"] if s["name"] == service)


def sent(platform, topics=TOPICS):
    """How many records topics hold."""
    admin = AdminClient({"bootstrap.servers": platform.env["KAFKA_BOOTSTRAP"]})
    newest = {TopicPartition(topic, n): OffsetSpec.latest() for topic in topics for n in range(PARTITIONS)}
    return sum(answer.result(timeout=60).offset for answer in admin.list_offsets(newest, request_timeout=30).values())


def lag(platform):
    """Orders that their parse job has not committed yet."""
    admin = AdminClient({"bootstrap.servers": platform.env["KAFKA_BOOTSTRAP"]})
    asked = ConsumerGroupTopicPartitions("parse_orders", [TopicPartition("orders", n) for n in range(PARTITIONS)])
    (answer,) = admin.list_consumer_group_offsets([asked], request_timeout=30).values()
    return sent(platform, ("orders",)) - sum(max(0, p.offset) for p in answer.result(timeout=60).topic_partitions)


def await_sent(platform, count):
    deadline = time.monotonic() + 120
    while sent(platform) < count:
        assert time.monotonic() < deadline, "the generator is stuck"
        time.sleep(0.2)


def restored(platform):
    """Attempts that were seen restored from a checkpoint or savepoint, by resource."""
    with psycopg.connect(platform.env["CONTROL_URL"]) as connection:
        rows = connection.execute(
            "SELECT resource, count(*) FROM millstream.jobs"
            " WHERE restored_from IS NOT NULL AND confirmed_at IS NOT NULL GROUP BY resource"
        )
        return dict(rows.fetchall())


@pytest.mark.full
def test_down_in_the_middle_and_up_again_changes_nothing(company, tmp_path):
    flow = ("--rate", str(RATE), "--duration", "30", "--bad", "2", "--late", "2", "--seed", "13", "--as-of")
    company.millstream("generate", *flow, "2026-01-31T00:00:00Z")
    processes = company.process("supervisord").children(recursive=True)
    company.millstream("down")
    assert not [process for process in processes if process.is_running()]
    company.millstream("up")
    company.millstream("generate", *flow, "2026-01-31T00:00:31Z", "--close")
    assert_exact(company, tmp_path, 600)
    assert set(restored(company)) == JOBS


@pytest.mark.full
def test_backlog_of_200_s_changes_no_result(company, tmp_path):
    flow = ("--rate", "200", "--bad", "2", "--late", "2", "--speed", "max", "--scenario", "black-friday")
    company.millstream("generate", *flow, "--duration", "30", "--seed", "15", "--as-of", "2026-01-31T06:00:00Z")
    company.millstream("down")
    # Only Kafka and the shop run while 200 s of events arrive.
    company.millstream("up", "--only", "kafka", "--only", "postgres")
    company.millstream(
        "generate", *flow, "--duration", "200", "--seed", "16", "--as-of", "2026-01-31T06:00:31Z", "--close"
    )
    company.millstream("up")
    assert_exact(company, tmp_path, 600)


def test_every_service_may_be_killed(company, tmp_path):
    chance = random.Random(20260131)
    order = chance.sample(SERVICES, len(SERVICES))
    already = restored(company)
    day = ("--seed", "11", "--as-of", "2026-01-31T12:00:00Z", "--scenario", "supplier-crisis", "--close")
    with generating(company, "--rate", str(RATE), *day) as run:
        await_sent(company, sent(company) + 2 * RATE)
        for service in order:
            time.sleep(chance.uniform(1, 4))
            before = sent(company)
            assert lag(company) > 0
            kill(company, service)
            assert sent(company) > before, "no event flowed while the service was away"
            assert run.poll() is None
        run.send_signal(signal.SIGTERM)
    assert_exact(company, tmp_path, 600, MAY_BE_EMPTY)
    assert {job for job, count in restored(company).items() if count > already.get(job, 0)} == JOBS


def test_killed_supervisor_leaves_orphans_that_the_next_up_replaces(company, tmp_path):
    arguments = ("--rate", str(RATE), "--seed", "12", "--as-of", "2026-01-31T18:00:00Z", "--duration", "60", "--close")
    with generating(company, *arguments):
        await_sent(company, sent(company) + 5 * RATE)
        company.process("supervisord").send_signal(signal.SIGKILL)
        orphans = {name: company.process(name) for name in SERVICES}
        assert all(orphans.values())
        company.millstream("up")
        assert not [name for name, process in orphans.items() if process.is_running()]
        assert {s["state"] for s in company.status()["services"] if s["name"] in SERVICES} == {"ready"}
    assert_exact(company, tmp_path, 600, MAY_BE_EMPTY)
