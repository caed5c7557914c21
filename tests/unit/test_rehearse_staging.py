"""Jobs in throw-away topics: nothing live is written, and the rest stays what it was."""

from __future__ import annotations

import pytest
from change_cases import CHANGES
from projects import VARIABLES

from millstream.flinkplan import Bundle, Template
from millstream.rehearse import NotRehearsable
from millstream.rehearse.staging import stage
from millstream.rehearse.standins import Encoding, Names

NAMES = Names("rehearse_1_", "old")
ORDERS = """CREATE TABLE orders (id STRING, at TIMESTAMP_LTZ(3), WATERMARK FOR at AS at) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}orders',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'scan.startup.mode' = 'specific-offsets',
  'scan.startup.specific-offsets' = 'partition:0,offset:42',
  'format' = 'json'
)"""
LANDED = """CREATE TABLE landed (id STRING, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}',
  'table-name' = 'bronze.${NS:-}landed',
  'password' = '${FLINK_POSTGRES_PASSWORD}'
)"""
COUNTED = """CREATE TABLE counted (id STRING, n BIGINT) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}counted',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = '${NS:-}counted',
  'value.format' = 'debezium-json'
)"""


def bundle(job, *tables, settings=(), namespace=""):
    named = tuple(Template(f"flink_table.{namespace}t{number}", text) for number, text in enumerate(tables))
    return Bundle(named, Template("job.j", job), "j", settings, namespace=namespace)


def staged(job, *tables, **options):
    return stage(bundle(job, *tables, **options), VARIABLES, NAMES)


def test_source_is_read_from_its_beginning_in_a_topic_of_the_rehearsal():
    found = staged("INSERT INTO landed SELECT id, 1 FROM orders", ORDERS, LANDED)
    text = next(table.text for table in found.source.tables if "orders" in table.text)
    assert found.reads == {"orders": "rehearse_1_in_orders"}
    assert "'topic' = 'rehearse_1_in_orders'" in text
    assert "'scan.startup.mode' = 'earliest-offset'" in text
    assert "specific-offsets" not in text
    assert "'properties.group.id' = 'rehearse_1_old'" in text
    assert "'scan.watermark.emit.strategy' = 'on-event'" in text


def test_database_is_not_written_but_a_topic_of_the_same_key():
    found = staged("INSERT INTO landed SELECT id, 1 FROM orders", ORDERS, LANDED)
    text = next(table.text for table in found.source.tables if "landed" in table.text)
    assert "PRIMARY KEY (id) NOT ENFORCED" in text
    assert "'connector' = 'upsert-kafka'" in text
    assert "jdbc:" not in text
    assert VARIABLES["FLINK_POSTGRES_PASSWORD"] not in text
    (sink,) = found.sinks
    assert (sink.topic, sink.key, sink.place) == ("rehearse_1_old_bronze.landed", ("id",), "jdbc bronze.landed")


def test_transactions_of_the_live_job_are_left_alone():
    found = staged("INSERT INTO counted SELECT id, 1 FROM orders", ORDERS, COUNTED)
    text = next(table.text for table in found.source.tables if "counted" in table.text)
    assert "'sink.transactional-id-prefix' = 'rehearse_1_old_counted'" in text
    assert found.sinks[0].encoding is Encoding.DEBEZIUM


def test_hint_cannot_lead_into_a_live_topic():
    query = "SELECT /*+ STATE_TTL('o' = '1 d') */ id, 1 FROM orders"
    found = staged(f"INSERT INTO counted /*+ OPTIONS('topic' = 'elsewhere') */ {query}", ORDERS, COUNTED)
    assert "elsewhere" not in found.source.job.text
    assert "STATE_TTL" in found.source.job.text
    assert found.sinks[0].topic == "rehearse_1_old_elsewhere"
    assert found.sinks[0].place == "topic elsewhere"


def test_namespace_stays_in_the_live_names():
    found = staged("INSERT INTO counted SELECT id, 1 FROM orders", ORDERS, COUNTED, namespace="dev_")
    assert found.reads == {"dev_orders": "rehearse_1_in_dev_orders"}
    assert found.sinks[0].place == "topic dev_counted"


def test_failure_ends_a_rehearsed_job_and_its_own_settings_stay():
    settings = (("restart-strategy.type", "fixed-delay"), ("parallelism.default", "4"))
    found = staged("INSERT INTO counted SELECT id, 1 FROM orders", ORDERS, COUNTED, settings=settings)
    assert dict(found.source.settings) == {"parallelism.default": "4", "restart-strategy.type": "none"}


@pytest.mark.parametrize(
    ("tables", "why"),
    [
        ((ORDERS.replace("'kafka'", "'datagen'"), COUNTED), "read through `datagen`"),
        ((ORDERS.replace("'topic'", "'topic-pattern'"), COUNTED), "pattern of topics"),
        ((ORDERS, COUNTED.replace("debezium-json", "canal-json")), "written as `canal-json`"),
        ((ORDERS, COUNTED.replace("}counted',\n  'sink.d", "}orders',\n  'sink.d")), "reads and writes topic orders"),
        ((f"{ORDERS} LIKE base", COUNTED), "takes its options from another one"),
    ],
)
def test_what_no_topic_stands_in_for_is_told(tables, why):
    with pytest.raises(NotRehearsable, match=why):
        staged("INSERT INTO counted SELECT id, 1 FROM orders", *tables)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_every_case_can_be_rehearsed(change):
    for side in (change.bundles.old, change.bundles.new):
        found = stage(side, VARIABLES, NAMES)
        assert found.reads
        assert found.sinks
        written = "".join(table.text for table in found.source.tables) + found.source.job.text
        assert all(f"'topic' = '{topic}'" in written for topic in found.reads.values())
        assert written.count("'topic' = '") == written.count("'topic' = 'rehearse_1_")
