"""What engines tell of an object beyond its declaration, against clients that answer as the real ones do."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import pytest
from confluent_kafka import KafkaError, KafkaException, Uuid
from confluent_kafka.admin import ConfigEntry, ConfigSource

from millstream.engines.clickhouse import ClickHouse
from millstream.engines.kafka import Kafka
from millstream.errors import EngineError
from millstream.project.model import Column, Kind, Relation, ResourceId, Topic

DYNAMIC, DEFAULT = ConfigSource.DYNAMIC_TOPIC_CONFIG.value, ConfigSource.DEFAULT_CONFIG.value
ORDERS = Topic(ResourceId(Kind.TOPIC, "orders"), Path("kafka/topics.yml"), 2, config={"retention.ms": "-1"})
MISSING = Topic(ResourceId(Kind.TOPIC, "missing"), Path("kafka/topics.yml"), 1)


def done(value):
    future = Future()
    future.set_exception(value) if isinstance(value, Exception) else future.set_result(value)
    return future


class Admin:
    """One topic; counts what it is asked."""

    settings = (
        ConfigEntry("retention.ms", "-1", DYNAMIC),
        ConfigEntry("segment.ms", "1000", DYNAMIC),
        ConfigEntry("cleanup.policy", "delete", DEFAULT),
        ConfigEntry("a.secret", None, DYNAMIC, is_sensitive=True),
    )

    def __init__(self, refusal=None):
        self.asked, self.refusal = [], refusal

    def list_topics(self, **_):
        self.asked.append("list")
        return SimpleNamespace(topics={"orders": SimpleNamespace(partitions={0: None, 1: None})})

    def describe_configs(self, resources, **_):
        self.asked.append("settings")
        return {resource: done({entry.name: entry for entry in self.settings}) for resource in resources}

    def describe_topics(self, _topics, **_):
        self.asked.append("ids")
        answer = self.refusal or SimpleNamespace(topic_id=Uuid(1, 2))
        return {name: done(answer) for name in ("orders",)}


def kafka(admin):
    made = Kafka("127.0.0.1:9")
    made._admin = admin
    return made


def test_a_topic_tells_its_id_and_the_settings_that_nobody_declared():
    admin = Admin()
    seen = kafka(admin).observe([ORDERS, MISSING])
    assert seen[ORDERS.id].differences == ()
    assert seen[ORDERS.id].traits == {"id": str(Uuid(1, 2)), "segment.ms": "1000"}
    assert not seen[MISSING.id].exists
    assert admin.asked == ["list", "settings", "ids"]


def test_kafka_that_tells_no_ids_is_an_engine_error():
    refusal = KafkaException(KafkaError(KafkaError._TIMED_OUT, "too late"))
    with pytest.raises(EngineError, match="ids: too late"):
        kafka(Admin(refusal)).observe([ORDERS])


class Client:
    """A ClickHouse with one table, one detached view, and a count of its questions."""

    def __init__(self, text="CREATE TABLE t … ORDER BY a"):
        self.text, self.asked = text, []

    def query(self, statement, parameters=None):
        table = next(
            (name for name in ("columns", "detached_tables", "tables") if f"system.{name}" in statement), "type"
        )
        self.asked.append(table)
        rows = {
            "columns": [("t", ["a Int32", "b Int32"])],
            "tables": [("t", "11-22", self.text, "26.1.2.1")],
            "detached_tables": [("feed",)],
            "type": [((parameters or {}).get("kind"),)],
        }
        return SimpleNamespace(column_names=(), result_rows=rows[table])


def relation(name, *columns):
    kind = Kind.CLICKHOUSE_TABLE if columns else Kind.CLICKHOUSE_MATERIALIZED_VIEW
    return Relation(ResourceId(kind, name), Path(f"clickhouse/{name}.sql"), "", "", columns)


TABLE, FEED = relation("t", Column("a", "Int32"), Column("b", "Int32")), relation("feed")


def clickhouse(client):
    made = ClickHouse("http://127.0.0.1:9")
    made._opened = client
    return made


def test_a_clickhouse_table_tells_its_id_and_a_digest_of_its_text():
    before, after, same = (clickhouse(Client(text)).observe([TABLE])[TABLE.id].traits for text in ("a", "b", "a"))
    assert before == same != after
    assert before["id"] == "11-22"
    assert before["definition"].startswith("26.1.2.1 ")


def test_a_detached_view_says_how_it_comes_back():
    seen = clickhouse(Client()).observe([FEED])[FEED.id]
    assert (seen.exists, seen.differences) == (False, ("is detached: `ATTACH TABLE feed` brings it back",))


def test_clickhouse_is_asked_for_detached_tables_only_when_one_is_missing_and_once_for_each_type():
    client = Client()
    clickhouse(client).observe([TABLE])
    assert client.asked == ["columns", "type", "tables"]
