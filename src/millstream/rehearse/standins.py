"""The options of throw-away topics, in the place of what a job reads and writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from millstream.rehearse.model import NotRehearsable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.sql import FlinkCreate

_KAFKA = frozenset({"kafka", "upsert-kafka"})
# How these write a change is not read here.
_UNREAD_FORMATS = frozenset({"canal-json", "maxwell-json", "ogg-json", "debezium-avro-confluent"})
_STARTS = "scan.startup."
_TRANSACTIONS = "sink.transactional-id-prefix"
_UPSERT_FORMATS = {"key.format": "json", "value.format": "json", "value.json.timestamp-format.standard": "ISO-8601"}
_CHANGE_FORMATS = {"value.format": "debezium-json", "value.debezium-json.timestamp-format.standard": "ISO-8601"}


class Encoding(StrEnum):
    """How a topic says what becomes of a row."""

    UPSERT = "upsert"
    DEBEZIUM = "debezium"
    PLAIN = "plain"


@dataclass(frozen=True)
class Names:
    """What things are called in one run.

    Args:
        prefix: of the whole rehearsal.
        run: this run of a job.
    """

    prefix: str
    run: str

    @property
    def group(self) -> str:
        """Its consumer group, and what the topics it writes begin with."""
        return f"{self.prefix}{self.run}"

    def read(self, topic: str) -> str:
        """A topic that all runs read."""
        return f"{self.prefix}in_{topic}"

    def written(self, place: str) -> str:
        """A topic that this run alone writes; Kafka takes these characters only."""
        return f"{self.group}_{re.sub(r'[^A-Za-z0-9._-]', '_', place)}"


@dataclass(frozen=True)
class Sink:
    """A table that a job writes.

    Args:
        table: its name in Flink.
        place: where its rows really lie, such as `topic orders`.
        key: its primary key.
        topic: where this run writes them.
        encoding: how changes are told there.
    """

    table: str
    place: str
    key: tuple[str, ...]
    topic: str
    encoding: Encoding


def topics(create: FlinkCreate) -> tuple[str, ...]:
    """The topics that a table stands on, by their live names."""
    listed = create.values.get("topic", "") if create.values.get("connector") in _KAFKA else ""
    return tuple(topic.strip() for topic in listed.split(";") if topic.strip())


def read_options(table: str, create: FlinkCreate, names: Names) -> Mapping[str, str]:
    """Options under which a table is read.

    Raises:
        NotRehearsable: no topic can stand in for it.
    """
    values = create.values
    connector = values.get("connector", "")
    if connector == "jdbc":
        return values
    if connector not in _KAFKA:
        raise NotRehearsable(f"table {table} is read through `{connector}`, whose rows cannot be sent again")
    if not topics(create) or "scan.bounded.mode" in values:
        raise NotRehearsable(f"table {table} is read by a pattern of topics, or to an end")
    options = {key: value for key, value in values.items() if not key.startswith(_STARTS)}
    if connector == "kafka":
        options["scan.startup.mode"] = "earliest-offset"
    if create.watermark:
        options["scan.watermark.emit.strategy"] = "on-event"
    own = {
        "topic": ";".join(map(names.read, topics(create))),
        "properties.group.id": names.group,
        # Of several that read one partition all but one would hold back the watermark for ever.
        "scan.parallelism": "1",
    }
    return options | own


def written_options(
    table: str, create: FlinkCreate, hinted: Mapping[str, str], names: Names, bootstrap: str
) -> tuple[Mapping[str, str], Sink]:
    """Options under which a table is written, and where.

    Raises:
        NotRehearsable: no topic can stand in for it.
    """
    values = {**create.values, **hinted}
    connector = values.get("connector", "")
    if connector in _KAFKA:
        return _topic_options(table, create, values, names)
    place = values.get("table-name") or values.get("path") or table
    encoding, formats = (
        (Encoding.UPSERT, _UPSERT_FORMATS) if create.primary_key else (Encoding.DEBEZIUM, _CHANGE_FORMATS)
    )
    sink = Sink(table, f"{connector} {place}", create.primary_key, names.written(place), encoding)
    options = {
        "connector": "upsert-kafka" if create.primary_key else "kafka",
        "topic": sink.topic,
        "properties.bootstrap.servers": bootstrap,
    }
    return options | formats, sink


def _topic_options(
    table: str, create: FlinkCreate, values: Mapping[str, str], names: Names
) -> tuple[Mapping[str, str], Sink]:
    topic = values.get("topic", "")
    if not topic or ";" in topic:
        raise NotRehearsable(f"table {table} is written to topics that its rows name")
    sink = Sink(table, f"topic {topic}", create.primary_key, names.written(topic), _encoding(table, values))
    options = {**values, "topic": sink.topic}
    if _TRANSACTIONS in values:
        # Two producers of one transactional id shut each other out, and one of them would be the live one.
        options[_TRANSACTIONS] = f"{names.group}_{values[_TRANSACTIONS]}"
    return options, sink


def _encoding(table: str, values: Mapping[str, str]) -> Encoding:
    if values["connector"] == "upsert-kafka":
        return Encoding.UPSERT
    written = values.get("value.format") or values.get("format", "")
    if written in _UNREAD_FORMATS:
        raise NotRehearsable(f"table {table} is written as `{written}`, which is not read here")
    return Encoding.DEBEZIUM if written == "debezium-json" else Encoding.PLAIN
