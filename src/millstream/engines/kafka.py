"""Kafka as an engine: topics, their partitions and settings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    ConfigResource,
    NewTopic,
    OffsetSpec,
)

from millstream.errors import EngineError
from millstream.observation import ABSENT, Observation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.project.model import ResourceId, Topic

TIMEOUT_SECONDS = 15


class Kafka:
    """Client of one Kafka cluster.

    Args:
        bootstrap: `host:port` of its brokers, separated by commas.
    """

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})

    def observe(self, resources: Sequence[Topic]) -> Mapping[ResourceId, Observation]:
        """Compare partitions and every declared setting with the live ones."""
        if not resources:
            return {}
        partitions = self._partitions()
        live = self._settings([t for t in resources if t.id.engine_name in partitions])
        return {topic.id: _compare(topic, partitions, live) for topic in resources}

    def create(self, resource: Topic) -> None:
        """Create a topic and wait until the broker knows it."""
        new = NewTopic(
            resource.id.engine_name,
            num_partitions=resource.partitions,
            replication_factor=resource.replication_factor,
            config=dict(resource.config),
        )
        try:
            self._admin.create_topics([new])[resource.id.engine_name].result(timeout=TIMEOUT_SECONDS)
        except KafkaException as exc:
            raise EngineError(f"Kafka refused topic {resource.id.engine_name}: {exc.args[0].str()}") from exc

    def newest_record_time(self, topic: str) -> datetime | None:
        """The greatest record time in a topic, or `None` when it is empty or missing."""
        count = self._partitions().get(topic, 0)
        asked = {
            TopicPartition(topic, number): OffsetSpec.max_timestamp()  # type: ignore[no-untyped-call]
            for number in range(count)
        }
        if not asked:
            return None
        try:
            answers = [f.result(timeout=TIMEOUT_SECONDS) for f in self._admin.list_offsets(asked).values()]
        except KafkaException as exc:
            raise EngineError(f"Kafka does not tell the offsets of {topic}: {exc.args[0].str()}") from exc
        newest = max(answer.timestamp for answer in answers)
        return datetime.fromtimestamp(newest / 1000, UTC) if newest >= 0 else None

    def lags(self) -> Mapping[str, int]:
        """How many records each consumer group has yet to commit, over the partitions it has committed to.

        Flink's jobs are in no group: their offsets are in their checkpoints.
        """
        try:
            listed = self._admin.list_consumer_groups(request_timeout=TIMEOUT_SECONDS).result()
            committed = {group.group_id: self._committed(group.group_id) for group in listed.valid}
            partitions = {
                TopicPartition(at.topic, at.partition): OffsetSpec.latest()  # type: ignore[no-untyped-call]
                for offsets in committed.values()
                for at in offsets
            }
            ends = {
                (at.topic, at.partition): answer.result(timeout=TIMEOUT_SECONDS).offset
                for at, answer in (self._admin.list_offsets(partitions) if partitions else {}).items()
            }
        except KafkaException as exc:
            raise EngineError(f"Kafka does not tell how far its consumers are: {exc.args[0].str()}") from exc
        return {
            group: sum(max(0, ends[at.topic, at.partition] - at.offset) for at in offsets)
            for group, offsets in committed.items()
        }

    def _committed(self, group: str) -> Sequence[TopicPartition]:
        asked = [ConsumerGroupTopicPartitions(group)]
        found = self._admin.list_consumer_group_offsets(asked, request_timeout=TIMEOUT_SECONDS)[group]
        return [at for at in found.result(timeout=TIMEOUT_SECONDS).topic_partitions if at.offset >= 0]

    def _partitions(self) -> Mapping[str, int]:
        try:
            topics = self._admin.list_topics(timeout=TIMEOUT_SECONDS).topics
        except KafkaException as exc:
            mend = "is the broker running? `millstream status` tells"
            raise EngineError(f"Kafka at {self._bootstrap} does not answer: {exc.args[0].str()}", mend) from exc
        return {name: len(topic.partitions) for name, topic in topics.items()}

    def _settings(self, topics: Sequence[Topic]) -> Mapping[str, Mapping[str, str]]:
        if not topics:
            return {}
        asked = [ConfigResource(ConfigResource.Type.TOPIC, topic.id.engine_name) for topic in topics]
        answers = self._admin.describe_configs(asked, request_timeout=TIMEOUT_SECONDS)
        return {
            resource.name: {name: entry.value for name, entry in future.result(timeout=TIMEOUT_SECONDS).items()}
            for resource, future in answers.items()
        }


def _compare(topic: Topic, partitions: Mapping[str, int], live: Mapping[str, Mapping[str, str]]) -> Observation:
    name = topic.id.engine_name
    if name not in partitions:
        return ABSENT
    return Observation(exists=True, differences=tuple(_differences(topic, partitions[name], live[name])))


def _differences(topic: Topic, partitions: int, settings: Mapping[str, str]) -> Iterator[str]:
    if partitions != topic.partitions:
        yield f"has {partitions} partitions, declared are {topic.partitions}"
    for key, value in topic.config.items():
        if settings.get(key) != value:
            yield f"{key} is {settings.get(key)}, declared is {value}"
