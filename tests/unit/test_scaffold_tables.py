"""Tables of PostgreSQL and ClickHouse as sources, from catalogs as the engines give them."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from control_server import running_postgres
from projects import errors, load, make

from millstream import project, scaffold
from millstream.engines.postgres import Postgres
from millstream.errors import ProjectError
from millstream.project.model import FlinkTable
from millstream.scaffold import catalogs, table_source

ROOT = Path(__file__).parents[2]
SHOP = sorted((ROOT / "postgres/shop").glob("*.sql"))
CONNECTOR = """config:
  connector.class: io.debezium.connector.postgresql.PostgresConnector
  database.dbname: erp
  topic.prefix: ${NS:-}erp
  table.include.list: public.stock
"""
TOPICS = "topics:\n  orders: {}\n  order_items: {}\n  revenue_by_city: {}\n  erp.public.stock: {partitions: 1}\n"
STOCK = catalogs.PostgresTable(
    "erp",
    "public",
    "stock",
    (
        ("id", "integer"), ("cost", "numeric(12,2)"), ("seen", "date"), ("at", "timestamp(3) without time zone"),
        ("place", "uuid"), ("tags", "text[]"), ("order", "text"), ("updated_at", "timestamp with time zone"),
    ),
    ("id",),
)  # fmt: skip
QUEUE = """CREATE TABLE realtime.dev_totals_queue (before Tuple(city_id Int32, total Nullable(Decimal(14, 2))),
after Tuple(city_id Int32, total Nullable(Decimal(14, 2)), at DateTime64(3, 'UTC')), op String) ENGINE = Kafka
SETTINGS kafka_broker_list = 'b', kafka_topic_list = 'dev_totals', kafka_group_name = 'g',
  kafka_format = 'JSONEachRow'"""
FEED = """CREATE MATERIALIZED VIEW realtime.dev_totals_feed TO realtime.dev_totals_rows (`city_id` Int32) AS
SELECT tupleElement(after, 'city_id') AS city_id FROM realtime.dev_totals_queue"""
ROWS = "CREATE TABLE realtime.dev_totals_rows (city_id Int32) ENGINE = ReplacingMergeTree ORDER BY city_id"
VIEW = "CREATE VIEW realtime.dev_totals (city_id Int32) AS SELECT city_id FROM realtime.dev_totals_rows FINAL"
ALONE = "CREATE TABLE realtime.dev_alone (a Int32) ENGINE = MergeTree ORDER BY a"


class Catalog:
    """ClickHouse, as far as its catalog goes."""

    def query(self, _):
        statements = {"queue": QUEUE, "feed": FEED, "rows": ROWS, "": VIEW}
        named = [(f"dev_totals{'_' if end else ''}{end}", text) for end, text in statements.items()]
        keys = {"dev_totals_rows": "city_id"}
        return (), [(name, text, keys.get(name, "")) for name, text in [*named, ("dev_alone", ALONE)]]


def captured(tmp_path):
    return make(tmp_path, {"kafka/connectors/erp.yml": CONNECTOR, "kafka/topics.yml": TOPICS})


def test_a_captured_table_is_read_as_its_changes(tmp_path):
    root = captured(tmp_path)
    draft = table_source.of_postgres(load(root), STOCK, None, frozenset())
    text = draft.files[0].text
    assert "'value.format' = 'debezium-json'" in text
    assert "'topic' = '${NS:-}erp.public.stock'" in text
    for line in ("PRIMARY KEY (id) NOT ENFORCED", "cost       DECIMAL(12, 2)", "`order`    STRING", "place      STRING",
                 "seen       INT,  -- days since 1970", "`at`       BIGINT,  -- microseconds since 1970",
                 "WATERMARK FOR updated_at AS updated_at - INTERVAL '0.001' SECOND"):  # fmt: skip
        assert line in text
    scaffold.write(root, draft)
    assert [d for d in errors(root) if d.where and "erp_stock" in d.where.path.name] == []


def test_any_other_table_is_read_by_jdbc_as_far_as_flink_can(tmp_path):
    draft = table_source.of_postgres(load(make(tmp_path)), STOCK, "stock", frozenset({"ERP_JDBC_URL"}))
    text = draft.files[0].text
    assert "'connector' = 'jdbc'" in text
    assert "updated_at TIMESTAMP(6)" in text
    assert "tags" not in text
    assert "column `tags` is left out: Flink's JDBC connector cannot read text[]" in draft.notes
    assert draft.next_steps[0] == "export ERP_USER and ERP_PASSWORD: this target does not know them"
    scaffold.write(tmp_path, draft)
    known = load(tmp_path, "", ERP_JDBC_URL="u", ERP_USER="u", ERP_PASSWORD="p")
    assert known.diagnostics == ()


def test_a_key_that_flink_can_read_in_part_is_no_key(tmp_path):
    table = catalogs.PostgresTable("erp", "public", "t", (("a", "integer"), ("b", "uuid")), ("a", "b"))
    text = table_source.of_postgres(load(make(tmp_path)), table, "t", frozenset()).files[0].text
    assert "PRIMARY KEY" not in text


def test_a_table_of_clickhouse_is_traced_to_its_topic(tmp_path):
    found = catalogs.clickhouse_table(Catalog(), "totals", "dev_")
    assert (found.topic, found.key) == ("totals", ("city_id",))
    draft = table_source.of_clickhouse(load(make(tmp_path), "dev_"), found, None)
    text = draft.files[0].text
    assert "'topic' = '${NS:-}totals'" in text
    assert "  PRIMARY KEY (city_id) NOT ENFORCED\n" in text
    assert "at      TIMESTAMP_LTZ(3)" in text.replace("`at`   ", "at     ")
    assert any("written with a `Z`" in note for note in draft.notes)


def test_a_table_that_no_topic_feeds_is_refused():
    with pytest.raises(ProjectError, match="no topic feeds ClickHouse table `alone`"):
        catalogs.clickhouse_table(Catalog(), "alone", "dev_")


def test_a_close_name_is_suggested():
    with pytest.raises(ProjectError) as caught:
        catalogs.clickhouse_table(Catalog(), "alon", "dev_")
    assert "did you mean" in caught.value.mend


def test_the_shop_gives_the_tables_that_the_tree_holds(tmp_path):
    """From the live catalog: columns, types, key and options are those of the hand-written files."""
    tree = project.load(ROOT, name="t", variables={})
    written = {table.id.name: table for table in tree.of(FlinkTable)}
    with running_postgres() as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE ROLE shop_app; CREATE ROLE debezium")
            for file in sorted(SHOP, key=lambda file: "CREATE TABLE" not in file.read_text()):
                connection.execute(file.read_text().replace("${NS:-}", "").encode())
        client = Postgres(server.url)
        for name in ("cities", "suppliers", "products", "customers", "salespeople", "warehouses"):
            found = catalogs.postgres_table(client, "shop", name, "")
            draft = table_source.of_postgres(tree, found, None, frozenset())
            made = read(draft.files[0], tmp_path)
            hand = written[f"shop_{name}"]
            assert {c.name: c.type for c in made.columns} == {c.name: c.type for c in hand.columns}
            assert made.primary_key == hand.primary_key
            assert dict(made.options) == dict(hand.options)
            assert made.content.watermark == hand.content.watermark


def read(file, folder):
    """The table of a file that is not in the tree yet."""
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(file.text)
    tables = project.load(folder, name="t", variables={}).of(FlinkTable)
    return next(table for table in tables if table.path == file.path)
