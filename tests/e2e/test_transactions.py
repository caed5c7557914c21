"""The broker forgets no transaction, however it ends: the versions after 4.2 do (docs/decisions/kafka-4.2.md).

A transaction that the coordinator calls complete, while a partition never got its marker, holds up every reader of
committed records; or the producer's next transaction decides over its records, and they are lost or doubled.
"""

import threading
import time

import pytest
import test_kills
from confluent_kafka import IsolationLevel, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec
from embedded import Embedded

pytestmark = pytest.mark.e2e

PARTITIONS = [TopicPartition(f"t{n // 4}", n % 4) for n in range(48)]
SECONDS = 30


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    embedded = Embedded.of_copy(tmp_path_factory.mktemp("broker") / "project")
    try:
        embedded.millstream("up", "--only", "kafka")
        topics = [NewTopic(name, 4, 1) for name in {partition.topic for partition in PARTITIONS}]
        client = admin(embedded)
        for created in client.create_topics(topics).values():
            created.result(timeout=SECONDS)
        yield embedded
    finally:
        embedded.millstream("reset", "--yes")


@pytest.fixture(params=["once", "again"])
def again(request):
    """One round may miss it."""
    return request.param


def admin(platform):
    return AdminClient({"bootstrap.servers": platform.env["KAFKA_BOOTSTRAP"]})


def producer(platform, number):
    """A producer of one transactional id; as it begins, what its predecessor left open is ended."""
    settings = {"transactional.id": f"writer-{number}", "transaction.timeout.ms": 600_000, "log_level": 0}
    found = Producer({"bootstrap.servers": platform.env["KAFKA_BOOTSTRAP"], **settings})
    found.init_transactions(SECONDS)
    return found


def write(platform, number, ending, finished):
    """Write small transactions, every third one aborted, until the broker has gone."""
    target = PARTITIONS[number]
    try:
        writer = producer(platform, number)
        while not ending.is_set():
            writer.begin_transaction()
            for _ in range(3):
                writer.produce(target.topic, b"record", partition=target.partition)
                time.sleep(0.02)
            writer.flush(5)
            (writer.commit_transaction if len(finished) % 3 else writer.abort_transaction)(20)
            finished.append(number)
    except KafkaException:
        # It was away in the middle of a transaction: that is the point.
        return


def undecided(platform):
    """Partitions with records that no marker decides over."""
    client, ends = admin(platform), {}
    for level in (IsolationLevel.READ_COMMITTED, IsolationLevel.READ_UNCOMMITTED):
        asked = dict.fromkeys(PARTITIONS, OffsetSpec.latest())
        answers = client.list_offsets(asked, isolation_level=level, request_timeout=SECONDS)
        for partition, answer in answers.items():
            ends.setdefault(partition, []).append(answer.result(timeout=SECONDS).offset)
    return {str(partition): offsets for partition, offsets in ends.items() if len(set(offsets)) > 1}


def kill(platform):
    test_kills.kill(platform, "kafka")


def restart(platform):
    platform.millstream("restart", "kafka")


@pytest.mark.usefixtures("again")
@pytest.mark.parametrize("end", [kill, restart])
def test_every_transaction_is_decided_however_the_broker_ends(broker, end):
    ending, finished = threading.Event(), []
    writers = [threading.Thread(target=write, args=(broker, n, ending, finished)) for n in range(len(PARTITIONS))]
    for writer in writers:
        writer.start()
    time.sleep(4)
    assert finished, "no transaction came through before the broker went"
    end(broker)
    ending.set()
    for writer in writers:
        writer.join(60)
    for number in range(len(PARTITIONS)):
        producer(broker, number)
    assert not undecided(broker)
