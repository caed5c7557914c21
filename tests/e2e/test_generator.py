"""The generator against a real broker."""

import math
from collections import defaultdict
from datetime import UTC, datetime

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from millstream.errors import EngineError
from millstream.generate import GeneratorOptions, run
from millstream.generate.stream import TOPICS

pytestmark = pytest.mark.e2e

PARTITIONS = 4
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
NAMESPACES = ("gen_fast_", "gen_paced_", "gen_small_")
ANY_TIME = {"retention.ms": "-1", "message.timestamp.after.max.ms": str(2**63 - 1)}


@pytest.fixture(scope="module")
def bootstrap(platform):
    address = platform.env["KAFKA_BOOTSTRAP"]
    admin = AdminClient({"bootstrap.servers": address})
    topics = [
        NewTopic(name + topic.name, PARTITIONS, 1, config=dict(ANY_TIME)) for name in NAMESPACES for topic in TOPICS
    ]
    # Topics that refuse old record times stand for any refusal of the broker.
    strict = {"message.timestamp.before.max.ms": "1000"}
    topics += [NewTopic(f"gen_strict_{topic.name}", PARTITIONS, 1, config=dict(strict)) for topic in TOPICS]
    for created in admin.create_topics(topics).values():
        created.result()
    yield address
    for dropped in admin.delete_topics([topic.topic for topic in topics]).values():
        dropped.result()


def options(bootstrap, namespace, **changes):
    given = {"rate": 2000, "events": 6000, "seed": 3, "as_of": AS_OF, "speed": math.inf, "bad_pct": 2, "late_pct": 2}
    return GeneratorOptions(bootstrap, namespace=namespace, **(given | changes))


def dump(bootstrap, topic):
    """Every record of a topic up to its present end: partition → (time, key, value) in order of offsets."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "dump", "enable.partition.eof": False})
    partitions = [TopicPartition(topic, number, 0) for number in range(PARTITIONS)]
    missing = sum(consumer.get_watermark_offsets(partition, timeout=10)[1] for partition in partitions)
    consumer.assign(partitions)
    found = defaultdict(list)
    while missing:
        batch = consumer.consume(min(missing, 1000), timeout=20)
        assert batch, f"{missing} records did not come"
        missing -= len(batch)
        for message in batch:
            assert message.error() is None
            found[message.partition()].append((message.timestamp()[1], message.key(), message.value()))
    consumer.close()
    return found


def test_a_seed_reproduces_the_same_topics_whatever_the_pace(bootstrap):
    fast = run(options(bootstrap, "gen_fast_", close=True))
    paced = run(options(bootstrap, "gen_paced_", close=True, speed=2.0))
    assert fast.confirmed == paced.confirmed == 6016
    assert paced.seconds >= 1.5
    for topic in TOPICS:
        assert dump(bootstrap, f"gen_fast_{topic.name}") == dump(bootstrap, f"gen_paced_{topic.name}")


def test_record_time_never_goes_back_and_every_partition_ends_with_its_marker(bootstrap):
    run(options(bootstrap, "gen_small_", events=500, close=True))
    for topic in TOPICS:
        found = dump(bootstrap, f"gen_small_{topic.name}")
        assert sorted(found) == list(range(PARTITIONS))
        for partition, rows in found.items():
            times = [time for time, _, _ in rows]
            assert times == sorted(times)
            assert rows[-1][1].decode() == topic.closing(partition, rows[-1][0])[0]


def test_a_refusal_of_the_broker_is_an_error_that_says_how_many_were_confirmed(bootstrap):
    with pytest.raises(EngineError, match=r"confirmed \d+ of \d+ records") as refused:
        run(options(bootstrap, "gen_strict_", events=100))
    assert "message.timestamp.before.max.ms" in refused.value.mend


def test_a_missing_topic_is_an_error_that_names_it(bootstrap):
    with pytest.raises(EngineError, match="`gen_nowhere_orders`"):
        run(options(bootstrap, "gen_nowhere_"))


def test_topics_can_be_left_out(bootstrap):
    report = run(options(bootstrap, "gen_small_", events=100, topics=("orders",)))
    assert report.by_topic == {"orders": 100}


def test_a_shop_that_is_away_ends_the_run_before_anything_is_sent(bootstrap):
    with pytest.raises(EngineError, match="the shop's database does not answer"):
        run(options(bootstrap, "gen_small_", shop_url="postgresql://shop_app@127.0.0.1:1/shop"))
