"""How far consumers are, against an admin client that answers as confluent-kafka's does."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, KafkaError, KafkaException, TopicPartition

from millstream.engines.kafka import Kafka
from millstream.errors import EngineError


def done(value):
    future = Future()
    future.set_exception(value) if isinstance(value, Exception) else future.set_result(value)
    return future


class Admin:
    """Two groups: one is behind on one partition, one has committed nothing."""

    def list_consumer_groups(self, **_):
        return done(SimpleNamespace(valid=[SimpleNamespace(group_id="a"), SimpleNamespace(group_id="b")], errors=[]))

    def list_consumer_group_offsets(self, asked, **_):
        (group,) = asked
        offsets = {"a": [("t", 0, 5), ("t", 1, 9), ("t", 2, -1001)], "b": []}[group.group_id]
        found = ConsumerGroupTopicPartitions(group.group_id, [TopicPartition(*place) for place in offsets])
        return {group.group_id: done(found)}

    def list_offsets(self, asked):
        assert {(at.topic, at.partition) for at in asked} == {("t", 0), ("t", 1)}
        return {at: done(SimpleNamespace(offset=9)) for at in asked}


@pytest.fixture
def kafka():
    made = Kafka("127.0.0.1:9")
    made._admin = Admin()
    return made


def test_lag_counts_the_partitions_a_group_has_committed_to(kafka):
    assert kafka.lags() == {"a": 4, "b": 0}


def test_broker_that_does_not_answer_is_an_engine_error(kafka):
    kafka._admin.list_consumer_groups = lambda **_: done(KafkaException(KafkaError(KafkaError._TIMED_OUT)))
    with pytest.raises(EngineError, match="how far its consumers are"):
        kafka.lags()
