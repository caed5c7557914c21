"""The only module that speaks to Kafka: sends records and knows how many the broker confirmed.

confluent-kafka's exceptions become `EngineError` here.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from confluent_kafka import KafkaError, KafkaException, Producer

from millstream.errors import EngineError

if TYPE_CHECKING:
    from millstream.generate.event import Record

CONNECT_TIMEOUT_S = 10.0
# librdkafka writes to stderr unless it is given a logger.
_LOG = logging.getLogger("millstream.generate.kafka")
_LOG.addHandler(logging.NullHandler())


class Delivery:
    """Sends records to one broker and counts what it confirmed.

    Args:
        bootstrap: the broker's address, `host:port`.
        timeout_s: how long the broker may take to confirm a record before it counts as lost.
        namespace: prefix of the topics' names.
    """

    def __init__(self, bootstrap: str, timeout_s: float, namespace: str = "") -> None:
        self._bootstrap = bootstrap
        self._namespace = namespace
        self._sent = 0
        self._failed = 0
        self._first_error: KafkaError | None = None
        self._topics: dict[str, str] = {}
        self._producer = Producer(_settings(bootstrap, timeout_s), logger=_LOG)

    @property
    def sent(self) -> int:
        """Records handed over to be sent."""
        return self._sent

    @property
    def confirmed(self) -> int:
        """Records the broker confirmed: those that neither wait for it nor failed."""
        return self._sent - self._failed - len(self._producer)

    def partitions(self, topic: str) -> int:
        """Ask the broker how many partitions a topic has.

        Raises:
            EngineError: no broker answers, or it does not have the topic.
        """
        name = self._namespace + topic
        try:
            found = self._producer.list_topics(name, timeout=CONNECT_TIMEOUT_S).topics[name]
        except KafkaException as failure:
            raise EngineError(
                f"no Kafka broker answers at {self._bootstrap}: {failure.args[0].str()}",
                mend="Start it with `millstream up`, or give the address of one that runs.",
            ) from failure
        if found.error is not None:
            raise EngineError(
                f"topic `{name}` cannot be written at {self._bootstrap}: {found.error.str()}",
                mend="Create the project's topics with `millstream apply`.",
            )
        self._topics[topic] = name
        return len(found.partitions)

    def offer(self, record: Record) -> bool:
        """Hand over one record; false when the queue is full and `poll` must make room first.

        Raises:
            EngineError: the producer refuses the record.
        """
        _, key, value, time_ms, _, _, partition = record
        try:
            self._producer.produce(
                self._topics[record.topic], value, key, partition, timestamp=time_ms, on_delivery=self._on_failure
            )
        except BufferError:
            return False
        except KafkaException as failure:
            raise self._unconfirmed(failure.args[0]) from failure
        self._sent += 1
        return True

    def poll(self, timeout_s: float = 0.0) -> None:
        """Let the producer work for a while.

        Raises:
            EngineError: the broker did not confirm a record in time, or refused it.
        """
        self._producer.poll(timeout_s)
        if self._first_error is not None:
            raise self._unconfirmed(self._first_error)

    def waiting(self) -> int:
        """How many records the broker has still to confirm."""
        return len(self._producer)

    def abandon(self) -> EngineError:
        """Stop waiting for the broker, and make the error that says how far it came."""
        confirmed, sent = self.confirmed, self._sent
        self.discard()
        return EngineError(
            f"the broker at {self._bootstrap} had confirmed {confirmed} of {sent} records when the run was stopped",
            mend="Look at `millstream status`: the broker was away or too slow.",
        )

    def discard(self) -> None:
        """Forget what the broker has not confirmed."""
        # Without this the producer would try to send the rest when it is thrown away.
        self._producer.purge()

    def _on_failure(self, error: KafkaError | None, _message: object) -> None:
        if error is None:
            return
        self._failed += 1
        if self._first_error is None:
            self._first_error = error

    def _unconfirmed(self, error: KafkaError) -> EngineError:
        confirmed, sent = self.confirmed, self._sent
        self._producer.purge()
        return EngineError(
            f"the broker at {self._bootstrap} confirmed {confirmed} of {sent} records: {error.str()}",
            mend=_mend(error),
        )


def _settings(bootstrap: str, timeout_s: float) -> dict[str, Any]:
    return {
        "bootstrap.servers": bootstrap,
        "client.id": "millstream-generate",
        "acks": "all",
        "enable.idempotence": True,
        "compression.type": "lz4",
        # The Java clients' default for records with a key.
        "partitioner": "murmur2_random",
        "linger.ms": 5,
        "message.timeout.ms": int(timeout_s * 1000),
        "queue.buffering.max.messages": 100_000,
        "delivery.report.only.error": True,
    }


def _mend(error: KafkaError) -> str:
    # Brokers answer with either one when a record time is outside of what the topic allows.
    if error.code() in {KafkaError.INVALID_TIMESTAMP, KafkaError.INVALID_RECORD}:
        return "Set `message.timestamp.before.max.ms` and `message.timestamp.after.max.ms` of the topic high enough."
    if error.code() == KafkaError._MSG_TIMED_OUT:  # noqa: SLF001 - how the library names its public constants
        return "The broker stopped answering: look at `millstream status`, start it with `millstream up`, run again."
    return "Look at `millstream logs kafka`, then run again."
