"""The joined picture: edges in the direction of the data, columns across engines, names that people give."""

from __future__ import annotations

from dataclasses import replace

import pytest
from projects import load, make

from millstream import lineage
from millstream.compiled import CompiledPlan
from millstream.errors import UsageError
from millstream.lineage import Field, around, find
from millstream.project import dags, dbt_models
from millstream.project.dbt_values import DbtModel, DbtRead
from millstream.project.model import Job

DATASET = "table_name: ${NS:-}sales\nschema: gold\ncolumns:\n  - {column_name: amount, type: TEXT}\n"
QUERY = "table_name: now\nsql: SELECT revenue, city_id FROM ${NS:-}revenue_by_city\n"
COLUMNS = "columns:\n  - {column_name: revenue, type: Float64}\n  - {column_name: city_id, type: Int32}\n"
METRICS = "metrics:\n  - {metric_name: total, expression: SUM(revenue)}\n"
CHART = "slice_name: Now\ndataset: realtime.now\nviz_type: big_number_total\nparams: {metric: total}\n"
CHANGES = {
    "superset/databases/warehouse.yaml": "database_name: W\nsqlalchemy_uri: ${SUPERSET_WAREHOUSE_URI}\n",
    "superset/databases/realtime.yaml": "database_name: R\nsqlalchemy_uri: ${SUPERSET_REALTIME_URI}\n",
    "superset/datasets/warehouse/sales.yaml": DATASET,
    "superset/datasets/realtime/now.yaml": QUERY + COLUMNS + METRICS,
    "superset/charts/now.yaml": CHART,
    "dbt_project/dbt_project.yml": "name: trial\n",
    "dbt_project/profiles.yml": "warehouse: {outputs: {local: {type: postgres}}}\n",
    "dbt_project/models/_sources.yml": (
        "sources:\n  - name: bronze\n    tables:\n"
        "      - {name: revenue_by_city, identifier: \"{{ env_var('MILLSTREAM_NS', '') }}revenue_by_city\"}\n"
        "      - name: price_sheets\n"
    ),
    "dbt_project/models/sales.sql": "select revenue as amount from {{ source('bronze', 'revenue_by_city') }}",
    "dbt_project/models/priced.sql": "select p.* from {{ source('bronze', 'price_sheets') }} p, {{ ref('sales') }} s",
    "dags/nightly.py": (
        'with DAG("nightly"):\n    DbtTaskGroup(profile_config=ProfileConfig(profile_name="warehouse"),'
        ' render_config=RenderConfig(select=["sales"]))\n'
    ),
}
PLAN = """{"flinkVersion": "2.2", "nodes": [
{"id": 1, "type": "stream-exec-table-source-scan_1", "outputType": "ROW<`city_id` INT, `amount` INT>",
 "scanTableSource": {"table": {"identifier": "`default_catalog`.`default_database`.`order_items`"}}},
{"id": 2, "type": "stream-exec-sink_1", "outputType": "ROW<`city_id` INT, `EXPR$1` INT>",
 "dynamicTableSink": {"table": {"identifier": "`default_catalog`.`default_database`.`revenue_by_city`"}}},
{"id": 3, "type": "stream-exec-sink_1", "outputType": "ROW<`city_id` INT, `EXPR$1` INT>",
 "dynamicTableSink": {"table": {"identifier": "`default_catalog`.`default_database`.`bronze_revenue_by_city`"}}}
], "edges": [{"source": 1, "target": 2}, {"source": 1, "target": 3}]}"""


def drawn(root, changes=None, namespace="", *, planned=True):
    project = load(make(root, CHANGES | (changes or {})), namespace)
    assert project.diagnostics == ()
    plans = {job.id: CompiledPlan.parse(PLAN) for job in project.of(Job) if job.id.name == "revenue_by_city"}
    dbt = dbt_models.read(root, namespace)
    return lineage.draw(project, dbt, dags.read(root), plans if planned else None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("topic.dev_orders", "flink_table.dev_orders"),
        ("flink_table.dev_orders", "flink_view.dev_good_orders"),
        ("flink_view.dev_good_orders", "job.dev_parse_orders"),
        ("job.dev_parse_orders", "topic.dev_order_items"),
        ("topic.dev_order_items", "flink_table.dev_order_items"),
        ("job.dev_revenue_by_city", "flink_table.dev_bronze_revenue_by_city"),
        ("flink_table.dev_bronze_revenue_by_city", "postgres_table.bronze.dev_revenue_by_city"),
        ("flink_table.dev_revenue_by_city", "topic.dev_revenue_by_city"),
        ("topic.dev_revenue_by_city", "clickhouse_table.dev_revenue_by_city_queue"),
        ("clickhouse_table.dev_revenue_by_city_queue", "clickhouse_materialized_view.dev_revenue_by_city_feed"),
        ("clickhouse_materialized_view.dev_revenue_by_city_feed", "clickhouse_table.dev_revenue_by_city_rows"),
        ("clickhouse_table.dev_revenue_by_city_rows", "clickhouse_view.dev_revenue_by_city"),
        ("clickhouse_view.dev_revenue_by_city", "superset_dataset.dev_realtime.now"),
        ("superset_dataset.dev_realtime.now", "superset_chart.dev_now"),
        ("postgres_table.bronze.dev_revenue_by_city", "dbt_model.dev_sales"),
        ("dbt_source.bronze.price_sheets", "dbt_model.dev_priced"),
        ("dbt_model.dev_sales", "dbt_model.dev_priced"),
        ("dbt_model.dev_sales", "superset_dataset.dev_warehouse.sales"),
        ("dag.nightly", "dbt_model.dev_sales"),
    ],
)
def test_edges_follow_the_data(tmp_path, before, after):
    assert (before, after) in drawn(tmp_path, namespace="dev_").edges


KSQL = {
    "ksql/sources/orders.sql": "CREATE STREAM ${NS:-}orders (a INTEGER) WITH (KAFKA_TOPIC = '${NS:-}orders');",
    "ksql/queries/big.sql": "CREATE STREAM ${NS:-}big AS SELECT * FROM ${NS:-}orders EMIT CHANGES;",
    "ksql/queries/more.sql": "INSERT INTO ${NS:-}big SELECT * FROM ${NS:-}orders;",
    "ksql/queries/bigger.sql": (
        "CREATE STREAM ${NS:-}bigger WITH (KAFKA_TOPIC = '${NS:-}bigger') AS SELECT * FROM ${NS:-}big EMIT CHANGES;"
    ),
    "flink_sql/tables/bigger.sql": (
        "CREATE TABLE bigger (a INT) WITH ('connector' = 'kafka', 'topic' = '${NS:-}bigger');"
    ),
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("topic.dev_orders", "ksql_source.dev_orders"),
        ("ksql_source.dev_orders", "ksql_query.dev_big"),
        ("ksql_query.dev_big", "topic.DEV_BIG"),
        ("ksql_query.dev_more", "topic.DEV_BIG"),
        ("topic.DEV_BIG", "ksql_query.dev_bigger"),
        ("ksql_query.dev_bigger", "topic.dev_bigger"),
        ("topic.dev_bigger", "flink_table.dev_bigger"),
    ],
)
def test_edges_lead_over_ksqldb_and_the_topics_it_creates(tmp_path, before, after):
    picture = drawn(tmp_path, KSQL, "dev_")
    assert (before, after) in picture.edges
    assert {picture.nodes[id_].engine for id_ in (before, after)} <= {"kafka", "ksqldb", "flink"}


def test_columns_behind_ksqldb_are_said_to_be_unknown(tmp_path):
    assert "ksqlDB" in drawn(tmp_path, KSQL).unknown["ksql_query.big"]


def test_dag_builds_only_what_it_selects(tmp_path):
    assert drawn(tmp_path).after["dag.nightly"] == ("dbt_model.sales",)


def test_dag_without_a_selection_builds_every_model_of_its_engine(tmp_path):
    changes = {"dags/nightly.py": CHANGES["dags/nightly.py"].replace('select=["sales"]', "")}
    assert drawn(tmp_path, changes).after["dag.nightly"] == ("dbt_model.priced", "dbt_model.sales")


def test_second_writer_of_a_topic_reaches_those_who_read_it(tmp_path):
    table = "CREATE TABLE more (a INT) WITH ('connector' = 'kafka', 'topic' = '${NS:-}order_items', 'format' = 'json');"
    job = "INSERT INTO more SELECT city_id FROM orders;"
    picture = drawn(tmp_path, {"flink_sql/tables/more.sql": table, "flink_sql/jobs/again.sql": job})
    part = around("job.again", picture, upstream=False, downstream=True)
    assert {"flink_table.more", "flink_table.order_items", "job.revenue_by_city"} <= part.nodes.keys()


def test_column_is_followed_from_a_topic_to_a_chart(tmp_path):
    picture = drawn(tmp_path)
    part = around(find("superset_chart.now.total", picture), picture, upstream=True, downstream=False)
    assert {
        Field("topic.order_items", "amount"),
        Field("flink_table.order_items", "amount"),
        Field("job.revenue_by_city", "revenue_by_city.revenue"),
        Field("topic.revenue_by_city", "after.revenue"),
        Field("clickhouse_table.revenue_by_city_queue", "after.revenue"),
        Field("clickhouse_materialized_view.revenue_by_city_feed", "revenue"),
        Field("clickhouse_view.revenue_by_city", "revenue"),
        Field("superset_dataset.realtime.now", "revenue"),
    } <= set(part.fields)
    assert "dbt_model.sales" not in part.nodes
    assert ("flink_table.order_items", "job.revenue_by_city") in part.edges


def test_column_is_followed_into_dbt(tmp_path):
    picture = drawn(tmp_path)
    landed = Field("postgres_table.bronze.revenue_by_city", "revenue")
    assert picture.fields_after[landed] == (Field("dbt_model.sales", "amount"),)
    assert picture.fields_after[Field("dbt_model.sales", "amount")] == (
        Field("superset_dataset.warehouse.sales", "amount"),
    )


def test_compiled_sql_is_followed_under_the_names_of_the_engine(tmp_path):
    project = load(make(tmp_path), "dev_")
    landed = DbtRead("bronze.revenue_by_city", is_source=True, schema="bronze", table="dev_revenue_by_city")
    staged = DbtRead("stg", is_source=False, schema="silver", table="dev_stg")
    models = {
        "stg": DbtModel("stg", "", (landed,), 'select * from "w"."bronze"."dev_revenue_by_city"', "postgres"),
        "mart": DbtModel("mart", "", (staged,), 'select sum(revenue) as total from "w"."silver"."dev_stg"', "postgres"),
    }
    picture = lineage.draw(project, dbt_models.DbtModels(models), ())
    stg = Field("dbt_model.dev_stg", "revenue")
    assert picture.fields_before[Field("dbt_model.dev_mart", "total")] == (stg,)
    assert picture.fields_before[stg] == (Field("postgres_table.bronze.dev_revenue_by_city", "revenue"),)


def test_models_that_read_each_other_in_a_circle_have_edges(tmp_path):
    changes = {f"dbt_project/models/{a}.sql": f"select x from {{{{ ref('{b}') }}}}" for a, b in ("ab", "ba")}
    picture = drawn(tmp_path, changes)
    assert {("dbt_model.a", "dbt_model.b"), ("dbt_model.b", "dbt_model.a")} <= picture.edges


def test_unknown_columns_say_why(tmp_path):
    unknown = drawn(tmp_path).unknown
    assert unknown["dbt_model.priced"] == (
        "it takes every column of dbt_source.bronze.price_sheets, whose columns are unknown"
    )
    assert unknown["job.parse_orders"] == "the planner did not compile it; `millstream check` says why"


def test_without_the_planner_jobs_are_unknown_and_all_else_is_not(tmp_path):
    picture = drawn(tmp_path, planned=False)
    assert picture.unknown["job.revenue_by_city"] == "the planner was not asked"
    assert picture.fields_before[Field("dbt_model.sales", "amount")]


def test_bytes_of_a_record_come_from_the_fields_written_into_it(tmp_path):
    raw = (
        "CREATE TABLE seen (at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL, bytes BYTES)"
        " WITH ('connector' = 'kafka', 'topic' = '${NS:-}revenue_by_city', 'format' = 'raw');"
    )
    picture = drawn(tmp_path, {"flink_sql/tables/seen.sql": raw})
    bytes_ = Field("topic.revenue_by_city", "record.value")
    assert picture.fields_before[Field("flink_table.seen", "bytes")] == (bytes_,)
    assert Field("topic.revenue_by_city", "after.revenue") in picture.fields_before[bytes_]


def test_virtual_columns_of_a_queue_are_told_where_a_view_reads_them(tmp_path):
    picture = drawn(tmp_path)
    queue = "clickhouse_table.revenue_by_city_queue"
    assert [c for c in picture.columns[queue] if c.startswith("_")] == ["_offset"]
    assert picture.fields_before[Field(queue, "_offset")] == (Field("topic.revenue_by_city", "record.offset"),)
    assert picture.fields_after[Field(queue, "_offset")]


def test_time_of_a_record_is_its_own(tmp_path):
    plan = PLAN.replace("`amount` INT>", "`record_time` INT>").replace("`order_items`", "`orders`")
    project = load(make(tmp_path))
    plans = {job.id: CompiledPlan.parse(plan) for job in project.of(Job) if job.id.name == "revenue_by_city"}
    text = (tmp_path / "flink_sql/tables/orders.sql").read_text(encoding="utf-8")
    assert "METADATA FROM 'timestamp'" in text
    picture = lineage.draw(project, dbt_models.DbtModels({}), (), plans)
    read = picture.fields_before[Field("flink_table.orders", "record_time")]
    assert read == (Field("topic.orders", "record.timestamp"),)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("job.parse_orders", "job.parse_orders"),
        ("parse_orders", "job.parse_orders"),
        ("bronze.revenue_by_city", "postgres_table.bronze.revenue_by_city"),
        ("order_items_typed", None),
        ("good_orders", "flink_view.good_orders"),
        ("sales.amount", None),
        ("dbt_model.sales.amount", Field("dbt_model.sales", "amount")),
        ("revenue_by_city_queue.after.revenue", Field("clickhouse_table.revenue_by_city_queue", "after.revenue")),
    ],
)
def test_names_are_full_or_bare_when_only_one_has_them(tmp_path, name, found):
    picture = drawn(tmp_path)
    if found is None:
        with pytest.raises(UsageError):
            find(name, picture)
    else:
        assert find(name, picture) == found


def test_unknown_name_gets_the_closest_one(tmp_path):
    with pytest.raises(UsageError) as wrong:
        find("job.parse_order", drawn(tmp_path))
    assert (wrong.value.summary, wrong.value.mend) == (
        "nothing is called `job.parse_order`",
        "did you mean `job.parse_orders`?",
    )


def test_unknown_column_gets_the_closest_one_of_its_table(tmp_path):
    with pytest.raises(UsageError) as wrong:
        find("flink_table.order_items.amout", drawn(tmp_path))
    assert wrong.value.mend == "did you mean `flink_table.order_items.amount`?"


def test_name_that_several_have_lists_them(tmp_path):
    with pytest.raises(
        UsageError, match=r"may be any of \d: .*flink_table.revenue_by_city, job.revenue_by_city"
    ) as wrong:
        find("revenue_by_city", drawn(tmp_path))
    assert wrong.value.mend == "give its full name"


def test_each_direction_can_be_asked_alone(tmp_path):
    picture = drawn(tmp_path)
    before = around("job.parse_orders", picture, upstream=True, downstream=False)
    after = around("job.parse_orders", picture, upstream=False, downstream=True)
    assert before.nodes.keys() == {"topic.orders", "flink_table.orders", "flink_view.good_orders", "job.parse_orders"}
    assert before.nodes.keys() & after.nodes.keys() == {"job.parse_orders"}


def test_circle_of_resources_ends(tmp_path):
    picture = drawn(tmp_path)
    turned = replace(picture, edges=picture.edges | {("superset_chart.now", "topic.orders")})
    part = around("topic.orders", turned, upstream=True, downstream=False)
    assert "superset_chart.now" in part.nodes
