"""Records of a live topic, read to be looked at: no consumer group is left behind, nothing is committed."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource  # type: ignore[attr-defined]

from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confluent_kafka import Message

TIMEOUT_SECONDS = 15


@dataclass(frozen=True)
class Record:
    """One record: exact bytes, the partition it stands in, and its record time in UTC."""

    key: bytes | None = field(repr=False)
    value: bytes | None = field(repr=False)
    partition: int
    record_time: datetime


@dataclass(frozen=True)
class TopicSample:
    """Some records of a topic: the oldest and the newest of each of its partitions."""

    topic: str
    partitions: int
    records: tuple[Record, ...]


def sample(bootstrap: str, topic: str, count: int = 400) -> TopicSample:
    """Read about `count` records, half of them the oldest, half the newest, spread over the partitions.

    Raises:
        EngineError: Kafka does not answer, or there is no such topic.
    """
    with _consumer(bootstrap, topic) as consumer:
        partitions = _partitions(consumer, topic)
        each = max(1, count // (2 * partitions))
        records = tuple(r for number in range(partitions) for r in _ends(consumer, topic, number, each))
    return TopicSample(topic, partitions, records)


def newest(bootstrap: str, topic: str, count: int = 400) -> TopicSample:
    """Read about `count` of the newest records, spread over the partitions.

    Raises:
        EngineError: Kafka does not answer, or there is no such topic.
    """
    with _consumer(bootstrap, topic) as consumer:
        partitions = _partitions(consumer, topic)
        each = max(1, count // partitions)
        records = tuple(r for number in range(partitions) for r in _last(consumer, topic, number, each))
    return TopicSample(topic, partitions, records)


def reader(bootstrap: str, group: str) -> Consumer:
    """A consumer of committed records that is told where a partition ends, and commits nothing itself."""
    settings: dict[str, str | int | float | bool] = {
        "bootstrap.servers": bootstrap,
        "group.id": group,
        "enable.auto.commit": False,
        "isolation.level": "read_committed",
        "enable.partition.eof": True,
        "log_level": 0,
    }
    return Consumer(settings)


@contextmanager
def _consumer(bootstrap: str, topic: str) -> Iterator[Consumer]:
    consumer = reader(bootstrap, "millstream-new-source")
    try:
        yield consumer
    except KafkaException as exc:
        raise EngineError(f"Kafka does not give records of {topic}: {exc.args[0].str()}") from exc
    finally:
        consumer.close()


def _partitions(consumer: Consumer, topic: str) -> int:
    found = consumer.list_topics(topic, timeout=TIMEOUT_SECONDS).topics.get(topic)
    if found is None or found.error is not None or not found.partitions:
        raise EngineError(f"there is no topic {topic}", mend="`millstream status` shows which Kafka is meant")
    return len(found.partitions)


def _ends(consumer: Consumer, topic: str, number: int, each: int) -> Iterator[Record]:
    """The oldest and the newest records of one partition, none twice."""
    low, high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=TIMEOUT_SECONDS)
    middle = max(low + each, high - each)
    yield from _read(consumer, TopicPartition(topic, number, low), min(low + each, high))
    if middle < high:
        yield from _read(consumer, TopicPartition(topic, number, middle), high)


def _last(consumer: Consumer, topic: str, number: int, each: int) -> Iterator[Record]:
    """The newest records of one partition."""
    low, high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=TIMEOUT_SECONDS)
    yield from _read(consumer, TopicPartition(topic, number, max(low, high - each)), high)


def _read(consumer: Consumer, start: TopicPartition, end: int) -> Iterator[Record]:
    consumer.assign([start])
    deadline = time.monotonic() + TIMEOUT_SECONDS
    at = start.offset
    while at < end and time.monotonic() < deadline:
        message = consumer.poll(1)
        if message is None:
            continue
        error = message.error()
        if error is not None:
            # The end of the partition: what is left below `end` are a transaction's markers.
            if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - its only name
                return
            raise KafkaException(error)
        at = (message.offset() or 0) + 1
        if at <= end:
            yield _record(message)


def _record(message: Message) -> Record:
    moment = datetime.fromtimestamp(message.timestamp()[1] / 1000, UTC)
    return Record(as_bytes(message.key()), as_bytes(message.value()), message.partition() or 0, moment)


def as_bytes(value: str | bytes | None) -> bytes | None:
    """A key or value of a message, whose type says more than it ever is."""
    return value.encode() if isinstance(value, str) else value


def settings(bootstrap: str, topic: str, names: tuple[str, ...]) -> dict[str, str]:
    """The live values of some of a topic's settings.

    Raises:
        EngineError: Kafka does not answer.
    """
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    try:
        found = admin.describe_configs([resource], request_timeout=TIMEOUT_SECONDS)[resource].result()
    except KafkaException as exc:
        raise EngineError(f"Kafka does not tell the settings of {topic}: {exc.args[0].str()}") from exc
    return {name: str(found[name].value) for name in names if name in found}
