"""Connectors as resources: how they are read, where they stand in the graph, and what a changed source breaks."""

from __future__ import annotations

import pytest
from projects import load, make

from millstream import apply
from millstream.engines.connect import ConnectorStatus, TaskStatus
from millstream.engines.connect.status import cause, read
from millstream.engines.replication import Slot
from millstream.graph import Graph
from millstream.local.resume import connectors as caring
from millstream.local.resume.notices import Notices
from millstream.observation import ABSENT, Observation
from millstream.plan import Action, Effect, build, capture
from millstream.plan.captured_types import holds
from millstream.project.model import Connector, Kind, ResourceId

SHOP = """state: paused
source_url: ${SHOP_URL}
config:
  connector.class: io.debezium.connector.postgresql.PostgresConnector
  tasks.max: 1
  tombstones.on.delete: false
  topic.prefix: ${NS:-}shop
  table.include.list: public.orders, public\\.products, public.old_.*
  slot.name: ${NS:-}shop_cdc
  database.password: ${env:SHOP_PASSWORD}
  database.hostname: ${DATABASE:-localhost}
"""
ARRIVALS = """config:
  connector.class: org.apache.kafka.connect.file.FileStreamSourceConnector
  topic: ${NS:-}arrivals
"""
TABLE = """CREATE TABLE shop_products (product_id INT, price DECIMAL(6, 2), note STRING, active BOOLEAN) WITH (
  'connector' = 'kafka', 'topic' = '${NS:-}shop.public.products', 'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}'
);
"""
JOB = "INSERT INTO revenue_by_city SELECT product_id, price FROM shop_products;\n"
QUEUE = """CREATE TABLE ${NS:-}products_queue (after Tuple(product_id Int32, note String), op String)
ENGINE = Kafka SETTINGS kafka_topic_list = '${NS:-}shop.public.products', kafka_format = 'JSONEachRow';
"""
ROWS = (
    "CREATE TABLE ${NS:-}products_rows (product_id Int32, note String) ENGINE = ReplacingMergeTree ORDER BY product_id;"
)
FEED = """CREATE MATERIALIZED VIEW ${NS:-}products_feed TO ${NS:-}products_rows AS
SELECT after.product_id AS product_id, after.note AS note FROM ${NS:-}products_queue;
"""
VIEW = "CREATE VIEW ${NS:-}products AS SELECT * FROM ${NS:-}products_rows FINAL;"
LIVE = {"product_id": "integer", "price": "numeric(6,2)", "note": "text", "active": "boolean"}
IDENTITY = ResourceId(Kind.CONNECTOR, "shop")


@pytest.fixture
def tree(tmp_path):
    topics = make(tmp_path) / "kafka" / "topics.yml"
    names = ("arrivals", "shop.public.orders", "shop.public.products")
    text = topics.read_text(encoding="utf-8") + "".join(f"  {name}: {{}}\n" for name in names)
    return make(
        tmp_path,
        {
            "kafka/topics.yml": text,
            "kafka/connectors/shop.yml": SHOP,
            "kafka/connectors/arrivals.yml": ARRIVALS,
            "flink_sql/tables/shop_products.sql": TABLE,
            "flink_sql/jobs/sell.sql": JOB,
            "clickhouse/products_queue.sql": QUEUE,
            "clickhouse/products_rows.sql": ROWS,
            "clickhouse/products_feed.sql": FEED,
            "clickhouse/products.sql": VIEW,
        },
    )


def shop(tree, namespace=""):
    return next(c for c in load(tree, namespace).of(Connector) if c.id.name == "shop")


def test_settings_are_texts_and_connects_own_references_stay(tree):
    config = shop(tree, "dev_").config
    assert config["tasks.max"] == "1"
    assert config["tombstones.on.delete"] == "false"
    assert config["topic.prefix"] == "dev_shop"
    assert config["database.password"] == "${env:SHOP_PASSWORD}"
    assert config["database.hostname"] == "localhost"


def test_plain_names_of_the_include_list_are_topics(tree):
    connector = shop(tree, "dev_")
    assert connector.tables == {
        "dev_shop.public.orders": "public.orders",
        "dev_shop.public.products": "public.products",
    }
    assert (connector.state, connector.slot) == ("paused", "dev_shop_cdc")


def test_a_router_hides_which_topics_it_writes(tree):
    routed = SHOP + "  transforms.move.type: org.apache.kafka.connect.transforms.RegexRouter\n"
    make(tree, {"kafka/connectors/shop.yml": routed})
    (tree / "kafka/topics.yml").write_text("topics: {orders: {}}\n", encoding="utf-8")
    assert shop(tree).topics == ()


def test_values_of_variables_are_in_no_representation(tree):
    assert "shop_app" not in repr(shop(tree))
    assert "env:SHOP_PASSWORD" not in repr(shop(tree))


@pytest.mark.parametrize(
    ("needed", "by"),
    [
        ("topic.dev_shop.public.orders", "connector.dev_shop"),
        ("topic.dev_arrivals", "connector.dev_arrivals"),
        ("connector.dev_shop", "flink_table.dev_shop_products"),
        ("connector.dev_shop", "clickhouse_table.dev_products_queue"),
    ],
)
def test_edges(tree, needed, by):
    drawn = Graph.of(load(tree, "dev_"))
    resource = next(r for r in drawn.needs if str(r) == by)
    assert needed in {str(other) for other in drawn.needs[resource]}


def plan(seen, undeclared=()):
    return build([IDENTITY] if seen else [], {IDENTITY: seen}, {}, {}, undeclared)


def test_connector_that_differs_is_updated_in_place():
    (change,) = plan(Observation(exists=True, differences=("is paused, declared is running",))).changes
    assert (change.action, change.effect) == (Action.UPDATE, Effect.IN_PLACE)
    assert plan(Observation(exists=True)).changes == ()
    assert plan(ABSENT).changes[0].action is Action.CREATE


def test_connector_that_is_declared_no_more_is_deleted():
    made = plan(None, (IDENTITY,))
    assert [(c.resource, c.action) for c in made.changes] == [(IDENTITY, Action.DELETE)]
    assert made.refused == ()


def told(tree, live):
    project = load(tree)
    found = capture.compare(project, Graph.of(project), shop(tree), {"public.orders": LIVE, "public.products": live})
    return {diagnostic.code: diagnostic for diagnostic in found}


def test_unchanged_source_is_not_worth_a_word(tree):
    assert told(tree, LIVE) == {}


def test_dropped_column_names_its_readers_and_what_stands_on_them(tree):
    found = told(tree, {name: kind for name, kind in LIVE.items() if name != "active"})
    assert list(found) == ["CDC001"]
    assert str(found["CDC001"].where).startswith("flink_sql/tables/shop_products.sql:1:")
    assert found["CDC001"].mend.endswith("on it stand jobs sell; results revenue_by_city")


def test_dropped_column_of_a_queue_names_the_view(tree):
    (tree / "flink_sql/tables/shop_products.sql").unlink()
    (tree / "flink_sql/jobs/sell.sql").unlink()
    found = told(tree, {"product_id": "integer"})
    assert "clickhouse_table.products_queue reads it" in found["CDC001"].summary
    assert found["CDC001"].mend.endswith("on it stand results products")


def test_widened_type_is_told_with_both_types(tree):
    found = told(tree, LIVE | {"price": "numeric(12,4)"})
    assert list(found) == ["CDC002"]
    assert "numeric(12,4)" in found["CDC002"].summary
    assert "DECIMAL(6, 2)" in found["CDC002"].summary


def test_added_column_breaks_nothing(tree):
    assert "nothing breaks" in told(tree, LIVE | {"colour": "text"})["CDC003"].summary


def test_envelope_read_as_plain_json_is_looked_into(tree):
    table = tree / "flink_sql/tables/shop_products.sql"
    columns = "product_id INT, price DECIMAL(6, 2), note STRING, active BOOLEAN"
    table.write_text(TABLE.replace(f"({columns})", f"(op STRING, after ROW<{columns}>)"), encoding="utf-8")
    assert told(tree, LIVE) == {}
    assert "`price`" in told(tree, LIVE | {"price": "numeric(12,4)"})["CDC002"].summary


def test_missing_table_is_told_at_the_list(tree):
    found = told(tree, {})
    assert str(found["CDC001"].where).startswith("kafka/connectors/shop.yml:8:")


def test_source_that_is_away_is_told_without_its_password(tree):
    project = load(tree, SHOP_URL="postgresql://shop_app:geheim@127.0.0.1:1/shop")
    (warning,) = apply.schema_changes(project, Graph.of(project))
    assert (warning.code, warning.severity) == ("CDC004", "warning")
    assert "geheim" not in str(warning)


@pytest.mark.parametrize(
    ("flink", "postgres", "fits"),
    [
        ("INT", "integer", True),
        ("INT", "bigint", False),
        ("INTEGER", "smallint", True),
        ("BIGINT", "integer", True),
        ("DECIMAL(12, 2)", "numeric(12,2)", True),
        ("DECIMAL(12, 2)", "numeric(12,3)", False),
        ("DECIMAL(12, 2)", "numeric", False),
        ("DECIMAL(10, 0)", "integer", True),
        ("DECIMAL(12, 2)", "bigint", False),
        ("DOUBLE", "numeric(12,2)", False),
        ("STRING", "numeric", True),
        ("STRING", "character varying(20)", True),
        ("VARCHAR(20)", "character varying(30)", False),
        ("VARCHAR(20)", "character varying(20)", True),
        ("VARCHAR(20)", "text", False),
        ("BOOLEAN", "boolean", True),
        ("BOOLEAN", "text", False),
        ("TIMESTAMP_LTZ(3)", "timestamp with time zone", True),
        ("TIMESTAMP_LTZ(3)", "timestamp(3) with time zone", True),
        ("TIMESTAMP(3)", "timestamp with time zone", False),
        ("INT", "date", True),
        ("FLOAT", "double precision", False),
        ("ARRAY<INT>", "point", True),
    ],
)
def test_flink_type_holds_what_debezium_sends(flink, postgres, fits):
    assert holds(flink, postgres) is fits


def slot(**changes):
    given = {"active": True, "wal_status": "reserved", "retained_bytes": 5 * 2**20}
    return Slot("shop_cdc", "shop", **(given | changes))


def test_slot_that_is_read_has_no_trouble():
    assert slot().trouble == ""
    assert slot(wal_status="extended").trouble == ""


def test_trouble_of_a_slot_says_what_is_kept_and_how_to_mend_it():
    assert slot(active=False).trouble == "nobody reads it: 5 MiB of write-ahead log are kept for it"
    assert not slot(active=False).in_danger
    assert "about to be lost" in slot(wal_status="unreserved").trouble
    assert slot(wal_status="unreserved").in_danger
    lost = slot(wal_status="lost", active=False, reason="wal_removed")
    assert lost.trouble.startswith("lost (wal_removed)")
    assert "pg_drop_replication_slot('shop_cdc')" in lost.mend
    assert "new snapshot" in lost.mend


TRACE = """org.apache.kafka.connect.errors.ConnectException: An exception occurred
\tat io.debezium.pipeline.ErrorHandler.setProducerThrowable(ErrorHandler.java:67)
Caused by: org.postgresql.util.PSQLException: FATAL: role "debezium" is not permitted to log in
\tat org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2774)
"""


def test_failure_is_the_innermost_cause():
    assert cause(TRACE) == 'PSQLException: FATAL: role "debezium" is not permitted to log in'
    assert cause(TRACE.partition("Caused by")[0]) == "ConnectException: An exception occurred"
    assert cause(None) == ""


def test_status_is_read_with_its_failures():
    answer = {"connector": {"state": "RUNNING"}, "tasks": [{"id": 0, "state": "FAILED", "trace": TRACE}]}
    found = read("shop", answer)
    assert found.failures == ('task 0 failed: PSQLException: FATAL: role "debezium" is not permitted to log in',)
    assert not found.settled("running")


@pytest.mark.parametrize(
    ("state", "tasks", "declared", "settled"),
    [
        ("RUNNING", ("RUNNING",), "running", True),
        ("RUNNING", (), "running", False),
        ("RUNNING", ("RUNNING", "UNASSIGNED"), "running", False),
        ("PAUSED", ("PAUSED",), "paused", True),
        ("STOPPED", (), "stopped", True),
        ("PAUSED", ("PAUSED",), "running", False),
    ],
)
def test_settled_means_as_declared(state, tasks, declared, settled):
    status = ConnectorStatus("shop", state, tuple(TaskStatus(n, task) for n, task in enumerate(tasks)))
    assert status.settled(declared) is settled


class Cluster:
    """A Connect cluster with one connector, which fails whenever it is told to."""

    def __init__(self):
        self.failing = False
        self.restarts = []
        self.clock = 0.0
        self.loop = caring.Connectors(self, Notices(), lambda: self.clock)

    def statuses(self):
        task = TaskStatus(0, "FAILED", "no login") if self.failing else TaskStatus(0, "RUNNING")
        return (ConnectorStatus("shop", "RUNNING", (task,)),)

    def restart_failed(self, name):
        assert name == "shop"
        self.restarts.append(self.clock)

    def run(self, seconds):
        for _ in range(int(seconds)):
            self.loop.once()
            self.clock += 1


def test_running_connector_is_left_alone():
    cluster = Cluster()
    cluster.run(600)
    assert cluster.restarts == []


def test_failing_connector_is_restarted_with_longer_and_longer_pauses():
    cluster = Cluster()
    cluster.failing = True
    cluster.run(2000)
    pauses = [after - before for before, after in zip(cluster.restarts, cluster.restarts[1:], strict=False)]
    assert pauses[:5] == [5, 10, 20, 40, 80]
    assert max(pauses) == caring.LONGEST_SECONDS
    assert pauses == sorted(pauses)


def test_connector_that_ran_for_a_while_starts_over():
    cluster = Cluster()
    cluster.failing = True
    cluster.run(60)
    cluster.failing = False
    cluster.run(caring.HEALTHY_SECONDS + 10)
    cluster.failing, cluster.restarts = True, []
    cluster.run(8)
    assert len(cluster.restarts) == 2
