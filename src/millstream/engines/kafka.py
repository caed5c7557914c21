"""Kafka as an engine: topics, their partitions and settings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    ConfigResource,
    ConfigSource,
    NewTopic,
    OffsetSpec,
)

from millstream.errors import EngineError
from millstream.observation import ABSENT, Observation, Retained

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from confluent_kafka.admin import ConfigEntry, ListOffsetsResultInfo  # type: ignore[attr-defined]

    from millstream.project.model import ResourceId, Topic

TIMEOUT_SECONDS = 15
# That a topic itself has a setting is told by number; the enumeration is the client's own.
_OWN = (ConfigSource.DYNAMIC_TOPIC_CONFIG, ConfigSource.DYNAMIC_TOPIC_CONFIG.value)


class Kafka:
    """Client of one Kafka cluster.

    Args:
        bootstrap: `host:port` of its brokers, separated by commas.
    """

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})

    def observe(self, resources: Sequence[Topic]) -> Mapping[ResourceId, Observation]:
        """Compare partitions and every declared setting with the live ones.

        Traits are a topic's id and the settings that it alone has and nobody declared.
        """
        if not resources:
            return {}
        partitions = self._partitions()
        there = [topic for topic in resources if topic.id.engine_name in partitions]
        settings, ids = self._settings(there), self._ids(there)
        return {
            topic.id: _compare(topic, partitions[name], settings[name], ids[name]) if name in settings else ABSENT
            for topic in resources
            for name in (topic.id.engine_name,)
        }

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

    def retained(self, topics: Iterable[str]) -> Mapping[str, Retained]:
        """How far back the records of topics reach; two requests for all of them, and no record is read.

        Retention deletes from the start of a partition, so one that starts at offset 0 has all. A topic that does not
        exist is left out.
        """
        partitions = self._partitions()
        places = [(topic, number) for topic in topics for number in range(partitions.get(topic, 0))]
        if not places:
            return {}
        starts = self._offsets(places, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
        # Of the records at or after a time Kafka tells the first one: after the epoch's first millisecond, all are.
        oldest = self._offsets(places, OffsetSpec.for_timestamp(1))
        found: dict[str, list[tuple[int, int]]] = {}
        for place in places:
            found.setdefault(place[0], []).append((starts[place].offset, oldest[place].timestamp))
        return {topic: _retained(ends) for topic, ends in found.items()}

    def _offsets(
        self, places: Iterable[tuple[str, int]], spec: OffsetSpec
    ) -> Mapping[tuple[str, int], ListOffsetsResultInfo]:
        asked = {TopicPartition(*place): spec for place in places}
        try:
            answers = self._admin.list_offsets(asked, request_timeout=TIMEOUT_SECONDS)
            return {(at.topic, at.partition): found.result(timeout=TIMEOUT_SECONDS) for at, found in answers.items()}
        except KafkaException as exc:
            raise EngineError(f"Kafka does not tell how far its topics reach back: {exc.args[0].str()}") from exc

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

    def _settings(self, topics: Sequence[Topic]) -> Mapping[str, Mapping[str, ConfigEntry]]:
        if not topics:
            return {}
        asked = [ConfigResource(ConfigResource.Type.TOPIC, topic.id.engine_name) for topic in topics]
        answers = self._admin.describe_configs(asked, request_timeout=TIMEOUT_SECONDS)
        return {resource.name: future.result(timeout=TIMEOUT_SECONDS) for resource, future in answers.items()}

    def _ids(self, topics: Sequence[Topic]) -> Mapping[str, str]:
        if not topics:
            return {}
        asked = TopicCollection([topic.id.engine_name for topic in topics])
        try:
            answers = self._admin.describe_topics(asked, request_timeout=TIMEOUT_SECONDS)
            return {name: str(found.result(timeout=TIMEOUT_SECONDS).topic_id) for name, found in answers.items()}
        except KafkaException as exc:
            raise EngineError(f"Kafka does not tell its topics' ids: {exc.args[0].str()}") from exc


def _compare(topic: Topic, partitions: int, settings: Mapping[str, ConfigEntry], topic_id: str) -> Observation:
    live = {name: str(entry.value) for name, entry in settings.items() if entry.value is not None}
    own = {
        name: live[name]
        for name, entry in settings.items()
        if name in live.keys() - topic.config and entry.source in _OWN
    }
    return Observation(
        exists=True, differences=tuple(_differences(topic, partitions, live)), traits={"id": topic_id, **own}
    )


def _retained(ends: Sequence[tuple[int, int]]) -> Retained:
    """Of each partition its first offset, and its oldest record's time in milliseconds, -1 without a record."""
    cut = [oldest for start, oldest in ends if start > 0]
    times = cut or [oldest for _, oldest in ends if oldest >= 0]
    # What is complete on all partitions begins where the last of those that were cut does.
    since = (max(cut) if cut else min(times)) if times and min(times) >= 0 else None
    return Retained(not cut, None if since is None else datetime.fromtimestamp(since / 1000, UTC))


def _differences(topic: Topic, partitions: int, settings: Mapping[str, str]) -> Iterator[str]:
    if partitions != topic.partitions:
        yield f"has {partitions} partitions, declared are {topic.partitions}"
    for key, value in topic.config.items():
        if settings.get(key) != value:
            yield f"{key} is {settings.get(key)}, declared is {value}"
