"""Topics that live as long as one trial: made, written, read to their end, and removed with what consumers left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from confluent_kafka import KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec  # type: ignore[attr-defined]

from millstream.engines.kafka_records import as_bytes, reader
from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from confluent_kafka import Consumer, Message

TIMEOUT_SECONDS = 30
_ELSEWHERE = (
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
)
# Records keep the time they had when they were live, however long ago: retention must not take them.
_CONFIG = {"retention.ms": "-1", "cleanup.policy": "delete"}


@dataclass(frozen=True)
class Stored:
    """One record as it lies in a topic of one partition."""

    offset: int
    key: bytes | None = field(repr=False)
    value: bytes | None = field(repr=False)


class ThrowawayTopics:
    """Topics of one partition and consumer groups, whose names begin with a prefix of their own.

    Args:
        bootstrap: `host:port` of the brokers, separated by commas.
        prefix: what every name begins with; nothing else is ever written or removed.
    """

    def __init__(self, bootstrap: str, prefix: str) -> None:
        self._bootstrap = bootstrap
        self._prefix = prefix
        self._made: set[str] = set()
        self._consumers: dict[str, Consumer] = {}
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})

    def create(self, names: Iterable[str]) -> None:
        """Create topics and wait until the broker knows them.

        Raises:
            EngineError: Kafka refused.
        """
        wanted = sorted(set(names) - self._made)
        if not wanted:
            return
        self._see_own(wanted)
        self._made |= set(wanted)
        new = [NewTopic(name, num_partitions=1, replication_factor=1, config=_CONFIG) for name in wanted]
        try:
            for done in self._admin.create_topics(new, request_timeout=TIMEOUT_SECONDS).values():
                done.result(timeout=TIMEOUT_SECONDS)
        except KafkaException as exc:
            raise EngineError(f"Kafka refused a topic to rehearse with: {exc.args[0].str()}") from exc

    def send(self, records: Iterable[tuple[str, bytes | None, bytes | None, datetime]]) -> None:
        """Write records in order: topic, key, value and record time of each.

        Raises:
            EngineError: Kafka did not take them all.
        """
        producer = Producer({"bootstrap.servers": self._bootstrap, "log_level": 0, "linger.ms": 1})
        failed: list[str] = []

        def told(error: KafkaError | None, _message: Message) -> None:
            if error is not None:
                failed.append(error.str())

        for topic, key, value, at in records:
            self._see_own((topic,))
            producer.produce(topic, value, key, partition=0, timestamp=int(at.timestamp() * 1000), on_delivery=told)
        left = producer.flush(TIMEOUT_SECONDS)
        if failed or left:
            raise EngineError(
                f"Kafka did not take the records to rehearse with: {failed[0] if failed else 'no answer'}"
            )

    def lag(self, group: str, topics: Iterable[str]) -> int:
        """How many records of some topics a group has yet to commit; ask for one group from one thread at a time.

        Raises:
            EngineError: Kafka does not answer.
        """
        ends = self.ends(topics)
        if not any(ends.values()):
            return 0
        try:
            asked = [TopicPartition(topic, 0) for topic in ends]
            found = self._consumer(group).committed(asked, timeout=TIMEOUT_SECONDS)
        except KafkaException as exc:
            if exc.args[0].code() in _ELSEWHERE:
                # A broker still makes up its mind who leads a group that is new.
                return sum(ends.values())
            raise EngineError(f"Kafka does not tell how far {group} is: {exc.args[0].str()}") from exc
        # An offset that was never committed is told as a negative number.
        committed = {at.topic: max(0, at.offset) for at in found}
        return sum(max(0, end - committed.get(topic, 0)) for topic, end in ends.items())

    def _consumer(self, group: str) -> Consumer:
        """A consumer that is in the group by name only: it reads nothing and commits nothing."""
        known = self._consumers.get(group)
        if known is None:
            known = self._consumers[group] = reader(self._bootstrap, group)
        return known

    def ends(self, topics: Iterable[str]) -> Mapping[str, int]:
        """The offset behind the last record of each topic.

        Raises:
            EngineError: Kafka does not answer.
        """
        asked = {TopicPartition(topic, 0): OffsetSpec.latest() for topic in topics}  # type: ignore[no-untyped-call]
        if not asked:
            return {}
        try:
            answers = self._admin.list_offsets(asked, request_timeout=TIMEOUT_SECONDS)
            return {at.topic: found.result(timeout=TIMEOUT_SECONDS).offset for at, found in answers.items()}
        except KafkaException as exc:
            raise EngineError(f"Kafka does not tell the ends of its topics: {exc.args[0].str()}") from exc

    def read(self, topics: Iterable[str]) -> Mapping[str, tuple[Stored, ...]]:
        """Every committed record of some topics.

        Raises:
            EngineError: Kafka does not answer.
        """
        try:
            return _all(self._consumer(f"{self._prefix}reader"), sorted(set(topics)))
        except KafkaException as exc:
            raise EngineError(f"Kafka does not give the rehearsed rows: {exc.args[0].str()}") from exc

    def remove(self) -> None:
        """Remove every topic and consumer group of this prefix; safe to repeat.

        Raises:
            EngineError: Kafka refused.
        """
        while self._consumers:
            self._consumers.popitem()[1].close()
        if not self._made:
            return
        try:
            for done in self._admin.delete_topics(sorted(self._made), request_timeout=TIMEOUT_SECONDS).values():
                done.result(timeout=TIMEOUT_SECONDS)
            self._made.clear()
            listed = self._admin.list_consumer_groups(request_timeout=TIMEOUT_SECONDS).result()
            groups = [group.group_id for group in listed.valid if group.group_id.startswith(self._prefix)]
            for done in (self._admin.delete_consumer_groups(groups) if groups else {}).values():
                done.result(timeout=TIMEOUT_SECONDS)
        except KafkaException as exc:
            raise EngineError(f"Kafka kept something of the rehearsal {self._prefix}: {exc.args[0].str()}") from exc

    def _see_own(self, names: Iterable[str]) -> None:
        for name in names:
            if not name.startswith(self._prefix):
                raise EngineError(f"topic {name} is none of the rehearsal {self._prefix}, so it is left alone")


def _all(consumer: Consumer, topics: list[str]) -> Mapping[str, tuple[Stored, ...]]:
    found: dict[str, list[Stored]] = {topic: [] for topic in topics}
    consumer.assign([TopicPartition(topic, 0, 0) for topic in topics])
    unread = set(topics)
    while unread:
        message = consumer.poll(TIMEOUT_SECONDS)
        if message is None:
            raise EngineError("Kafka does not give the rehearsed rows: no answer")
        error = message.error()
        if error is None:
            found[str(message.topic())].append(
                Stored(message.offset() or 0, as_bytes(message.key()), as_bytes(message.value()))
            )
        elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - its only name
            unread.discard(str(message.topic()))
        else:
            raise KafkaException(error)
    return {topic: tuple(records) for topic, records in found.items()}
