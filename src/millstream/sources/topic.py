"""A source's topics in Kafka: an idempotent producer that waits for the broker, and a look at the topic's end."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from millstream.sources.attempts import Stopped
from millstream.sources.model import SourceFailed
from millstream.sources.sink import Found, Receipt, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from threading import Event

    from confluent_kafka import Message

    from millstream.sources.letters import Letter
    from millstream.sources.model import Record

REQUEST_SECONDS = 15
# As long as that is nothing to talk about.
PATIENCE_SECONDS = 5
# Of a partition of which nothing is known: how far back records are looked at, so that a lost memory costs little.
NEWEST = 10_000
# What the broker says of a record it will never take (org.apache.kafka.common.protocol.Errors).
_NEVER = frozenset({KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.INVALID_TIMESTAMP, KafkaError.INVALID_RECORD})


class KafkaTopic:
    """The sink that is Kafka.

    Args:
        bootstrap: `host:port` of the brokers.
        topic: engine name of the source's topic.
        dead_letters: engine name of the topic for what does not map.
        ending: set when the source is to end; no wait outlasts it.
        on_wait: told when the broker lets records wait.
    """

    def __init__(
        self, bootstrap: str, topic: str, dead_letters: str, ending: Event, on_wait: Callable[[str], None]
    ) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._dead_letters = dead_letters
        self._ending = ending
        self._on_wait = on_wait
        self._producer: Producer | None = None

    def send(self, records: Sequence[Record], letters: Sequence[Letter]) -> Receipt:
        """Send, and return when every record is confirmed or refused."""
        ends: dict[int, int] = {}
        self._deliver([partial(self._letter, one) for one in letters], ends={})
        refused = self._deliver([partial(self._record, one) for one in records], ends)
        # A batch is refused as a whole: each for itself tells which one the broker means.
        alone = [found for index in refused for found in self._alone(records[index], ends)]
        return Receipt(tuple(alone), ends)

    def _alone(self, record: Record, ends: dict[int, int]) -> list[Refused]:
        reasons = self._deliver([partial(self._record, record)], ends)
        return [Refused(record, reason) for reason in reasons.values()]

    def behind(self, ends: Mapping[int, int]) -> Iterator[Found]:
        """What the topic has behind these offsets; of a partition that is not named, its newest records."""
        settings = {"bootstrap.servers": self._bootstrap, "group.id": "millstream-sources", "log_level": 0}
        consumer = Consumer({**settings, "enable.auto.commit": False, "enable.partition.eof": True})
        try:
            yield from self._read(consumer, ends)
        except KafkaException as exc:
            raise SourceFailed(f"Kafka does not tell what {self._topic} has: {exc.args[0].str()}") from exc
        finally:
            consumer.close()

    def _read(self, consumer: Consumer, ends: Mapping[int, int]) -> Iterator[Found]:
        found = consumer.list_topics(self._topic, timeout=REQUEST_SECONDS).topics[self._topic]
        if found.error is not None:
            raise SourceFailed(f"topic {self._topic} cannot be used: {found.error.str()}; `millstream apply` makes it")
        starts = []
        for number in found.partitions:
            low, high = consumer.get_watermark_offsets(TopicPartition(self._topic, number), timeout=REQUEST_SECONDS)
            # A topic that was made anew begins at 0 again.
            start = max(low, ends.get(number, high - NEWEST)) if ends.get(number, 0) <= high else low
            starts += [TopicPartition(self._topic, number, start)] if start < high else []
        consumer.assign(starts)
        unread = {start.partition for start in starts}
        while unread:
            if self._ending.is_set():
                raise Stopped
            message = consumer.poll(REQUEST_SECONDS)
            if message is None:
                raise SourceFailed(f"Kafka does not give what {self._topic} has")
            if (problem := message.error()) is None:
                yield _found(message)
            elif problem.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - how the library names its public constants
                unread.discard(message.partition() or 0)
            else:
                raise KafkaException(problem)

    def close(self) -> None:
        """Forget what was not confirmed; what was is noted already."""
        if self._producer is not None:
            self._producer.purge()
            self._producer = None

    def _deliver(self, sends: Sequence[Callable[[Any], None]], ends: dict[int, int]) -> dict[int, str]:
        """Send all and wait for the broker; gives the refused ones by their index, with the reason."""
        refused: dict[int, str] = {}
        failed: list[KafkaError] = []

        def on_delivery(index: int, problem: KafkaError | None, message: Message) -> None:
            if problem is None:
                number, offset = message.partition() or 0, message.offset() or 0
                ends[number] = max(ends.get(number, 0), offset + 1)
            elif problem.code() in _NEVER:
                refused[index] = problem.str()
            else:
                failed.append(problem)

        for index, send in enumerate(sends):
            self._hand_over(index, send, partial(on_delivery, index), refused)
        self._wait()
        if failed:
            self.close()
            raise SourceFailed(f"Kafka did not take its records: {failed[0].str()}")
        return refused

    def _hand_over(self, index: int, send: Callable[[Any], None], on_delivery: Any, refused: dict[int, str]) -> None:
        while True:
            try:
                send(on_delivery)
            except BufferError:
                self._wait_a_moment()
            except KafkaException as exc:
                if exc.args[0].code() not in _NEVER:
                    self.close()
                    raise SourceFailed(f"Kafka's client refuses: {exc.args[0].str()}") from exc
                refused[index] = exc.args[0].str()
                return
            else:
                return

    def _wait(self) -> None:
        began, told = time.monotonic(), False
        while self._producing().flush(0.5):
            self._wait_a_moment()
            if not told and time.monotonic() - began > PATIENCE_SECONDS:
                self._on_wait("Kafka does not confirm its records; they wait")
                told = True

    def _wait_a_moment(self) -> None:
        self._producing().poll(0.1)
        if self._ending.is_set():
            self.close()
            raise Stopped

    def _record(self, record: Record, on_delivery: Any) -> None:
        self._producing().produce(
            self._topic, record.value, record.key, timestamp=record.time_ms or 0, on_delivery=on_delivery
        )

    def _letter(self, one: Letter, on_delivery: Any) -> None:
        self._producing().produce(self._dead_letters, one.value, on_delivery=on_delivery)

    def _producing(self) -> Producer:
        if self._producer is None:
            self._producer = Producer(_settings(self._bootstrap))
        return self._producer


def _settings(bootstrap: str) -> dict[str, Any]:
    return {
        "bootstrap.servers": bootstrap,
        "client.id": "millstream-sources",
        "acks": "all",
        "enable.idempotence": True,
        # Without end: a record that timed out might be there or not; one that waits is sent once.
        "message.timeout.ms": 0,
        "compression.type": "lz4",
        # The Java clients' default for records with a key.
        "partitioner": "murmur2_random",
        "linger.ms": 5,
        # The topics' own limit, so that the broker is the one to refuse.
        "message.max.bytes": 8_388_608,
        # It would tell every attempt to connect.
        "log_level": 0,
    }


def _found(message: Message) -> Found:
    partition, offset = message.partition() or 0, message.offset() or 0
    return Found(partition, offset, message.key() or b"", message.value() or b"", message.timestamp()[1])
