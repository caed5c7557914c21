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
from embedded import REPOSITORY
from judge import assert_exact

from oracle import EVENT_TOPICS

pytestmark = pytest.mark.e2e

SERVICES = (
    *("kafka", "connect", "flink-jobmanager", "flink-taskmanager", "postgres", "clickhouse"),
    *("resume", "weather", "sources"),
)
JOBS = {f"job.{path.stem}" for path in (REPOSITORY / "flink_sql" / "jobs").glob("*.sql")}
TOPICS = tuple(topic.name for topic in EVENT_TOPICS if topic.generated)
RATE = 400
PARTITIONS = 4
BACK_SECONDS = 240


@contextmanager
def generating(platform, *arguments):
    """Run the generator beside the test; at the end it must have been confirmed every record."""
    argv = (sys.executable, "-m", "millstream", "generate", "--bad", "2", "--late", "2", *arguments)
    with subprocess.Popen(argv, env=platform.environment, stderr=subprocess.PIPE, text=True) as process:
        yield process
        _, errors = process.communicate(timeout=600)
        assert process.returncode == 0, errors


def kill(platform, service):
    """`kill -9` a service and wait until another process has taken its place and answers."""
    before = platform.process(service)
    before.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + BACK_SECONDS
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


def test_every_service_may_be_killed(own_platform, tmp_path):
    platform = own_platform
    platform.start_company()
    chance = random.Random(20260131)
    order = chance.sample(SERVICES, len(SERVICES))
    with generating(platform, "--rate", str(RATE), "--seed", "11", "--close") as generator:
        await_sent(platform, 2 * RATE)
        for service in order:
            time.sleep(chance.uniform(1, 4))
            before = sent(platform)
            assert lag(platform) > 0
            kill(platform, service)
            assert sent(platform) > before, "no event flowed while the service was away"
            assert generator.poll() is None
        generator.send_signal(signal.SIGTERM)
    assert_exact(platform, tmp_path, 300)
    assert set(restored(platform)) == JOBS


def test_killed_supervisor_leaves_orphans_that_the_next_up_replaces(own_platform, tmp_path):
    platform = own_platform
    platform.start_company()
    with generating(platform, "--rate", str(RATE), "--seed", "12", "--duration", "60", "--close"):
        await_sent(platform, 5 * RATE)
        platform.process("supervisord").send_signal(signal.SIGKILL)
        orphans = {name: platform.process(name) for name in SERVICES}
        assert all(orphans.values())
        platform.millstream("up")
        assert not [name for name, process in orphans.items() if process.is_running()]
        assert {s["state"] for s in platform.status()["services"] if s["name"] in SERVICES} == {"ready"}
    assert_exact(platform, tmp_path, 300)


def test_down_in_the_middle_and_up_again_changes_nothing(own_platform, tmp_path):
    platform = own_platform
    platform.start_company()
    flow = ("--rate", str(RATE), "--duration", "30", "--bad", "2", "--late", "2")
    platform.millstream("generate", "--seed", "13", *flow)
    processes = platform.process("supervisord").children(recursive=True)
    platform.millstream("down")
    assert not [process for process in processes if process.is_running()]
    platform.millstream("up")
    platform.millstream("generate", "--seed", "14", *flow, "--close")
    assert_exact(platform, tmp_path, 300)
    assert set(restored(platform)) == JOBS


def test_backlog_of_200_s_changes_no_result(own_platform, tmp_path):
    platform = own_platform
    platform.start_company()
    flow = ("--rate", "200", "--bad", "2", "--late", "2", "--speed", "max")
    platform.millstream("generate", *flow, "--duration", "30", "--seed", "15", "--as-of", "2026-01-31T09:00:00Z")
    platform.millstream("down")
    # Only Kafka and the shop run while 200 s of events arrive.
    platform.millstream("up", "--only", "kafka", "--only", "postgres")
    platform.millstream(
        "generate", *flow, "--duration", "200", "--seed", "16", "--as-of", "2026-01-31T09:00:31Z", "--close"
    )
    platform.millstream("up")
    assert_exact(platform, tmp_path, 300)
