"""Edges across engines, order and circles."""

from __future__ import annotations

import pytest
from projects import load, make

from millstream.errors import ProjectError
from millstream.graph import Graph
from millstream.project.model import Kind, ResourceId


def graph(root, namespace="", changes=None):
    return Graph.of(load(make(root, changes), namespace))


def names(resources):
    return {str(resource) for resource in resources}


@pytest.mark.parametrize(
    ("needed", "by"),
    [
        ("topic.dev_orders", "flink_table.dev_orders"),
        ("postgres_table.bronze.dev_revenue_by_city", "flink_table.dev_bronze_revenue_by_city"),
        ("flink_table.dev_orders", "flink_view.dev_good_orders"),
        ("flink_view.dev_good_orders", "job.dev_parse_orders"),
        ("flink_table.dev_order_items", "job.dev_parse_orders"),
        ("job.dev_parse_orders", "job.dev_revenue_by_city"),
        ("topic.dev_revenue_by_city", "clickhouse_table.dev_revenue_by_city_queue"),
        ("clickhouse_table.dev_revenue_by_city_queue", "clickhouse_materialized_view.dev_revenue_by_city_feed"),
        ("clickhouse_table.dev_revenue_by_city_rows", "clickhouse_materialized_view.dev_revenue_by_city_feed"),
        ("clickhouse_table.dev_revenue_by_city_rows", "clickhouse_view.dev_revenue_by_city"),
    ],
)
def test_edges(tmp_path, needed, by):
    drawn = graph(tmp_path, "dev_")
    resource = next(r for r in drawn.needs if str(r) == by)
    assert needed in names(drawn.needs[resource])


KSQL = {
    "ksql/sources/orders.sql": (
        "CREATE STREAM ${NS:-}orders (order_id VARCHAR KEY, city_id INTEGER) WITH (kafka_topic = '${NS:-}orders');"
    ),
    "ksql/queries/by_city.sql": (
        "CREATE TABLE ${NS:-}by_city WITH (KAFKA_TOPIC = '${NS:-}cities') AS"
        " SELECT city_id, COUNT(*) AS n FROM ${NS:-}Orders GROUP BY city_id EMIT CHANGES;"
    ),
    "ksql/queries/copy.sql": "INSERT INTO ${NS:-}items SELECT city_id FROM ${NS:-}orders;",
    "ksql/queries/again.sql": "CREATE TABLE ${NS:-}again AS SELECT * FROM ${NS:-}by_city EMIT CHANGES;",
    "ksql/sources/items.sql": "CREATE STREAM ${NS:-}items (city_id INTEGER) WITH (KAFKA_TOPIC = '${NS:-}order_items');",
    "ksql/sources/cities.sql": "CREATE STREAM ${NS:-}cities (n BIGINT) WITH (KAFKA_TOPIC = '${NS:-}cities');",
    "flink_sql/tables/cities.sql": (
        "CREATE TABLE cities (n BIGINT) WITH ('connector' = 'kafka', 'topic' = '${NS:-}cities');"
    ),
}


@pytest.mark.parametrize(
    ("needed", "by"),
    [
        ("topic.dev_orders", "ksql_source.dev_orders"),
        ("ksql_source.dev_orders", "ksql_query.dev_by_city"),
        ("ksql_query.dev_by_city", "ksql_query.dev_again"),
        ("ksql_query.dev_by_city", "ksql_source.dev_cities"),
        ("ksql_query.dev_by_city", "flink_table.dev_cities"),
        ("ksql_source.dev_items", "ksql_query.dev_copy"),
        ("topic.dev_order_items", "ksql_query.dev_copy"),
        ("ksql_query.dev_copy", "flink_table.dev_order_items"),
    ],
)
def test_edges_lead_over_ksqldb(tmp_path, needed, by):
    drawn = graph(tmp_path, "dev_", KSQL)
    resource = next(r for r in drawn.needs if str(r) == by)
    assert needed in names(drawn.needs[resource])
    assert drawn.cycles() == ()


def test_order_puts_everything_behind_what_it_needs(tmp_path):
    drawn = graph(tmp_path)
    order = drawn.order()
    assert set(order) == set(drawn.needs)
    for resource, needed in drawn.needs.items():
        assert all(order.index(other) < order.index(resource) for other in needed)


def test_order_does_not_depend_on_the_order_of_files(tmp_path):
    drawn = graph(tmp_path)
    turned = Graph(dict(reversed(drawn.needs.items())))
    assert turned.order() == drawn.order()


def test_job_waits_for_the_writer_of_its_topic_under_another_name(tmp_path):
    other = "CREATE TABLE items_again (a INT) WITH ('connector' = 'kafka', 'topic' = '${NS:-}order_items');"
    job = "INSERT INTO revenue_by_city SELECT a, a FROM items_again;"
    drawn = graph(tmp_path, "", {"flink_sql/tables/items_again.sql": other, "flink_sql/jobs/a_first.sql": job})
    assert "job.parse_orders" in names(drawn.upstream(ResourceId(Kind.JOB, "a_first")))


def test_upstream_and_downstream(tmp_path):
    drawn = graph(tmp_path)
    assert names(drawn.downstream(ResourceId(Kind.TOPIC, "orders"))) == {
        "flink_table.orders",
        "flink_view.good_orders",
        "job.parse_orders",
        "job.revenue_by_city",
    }
    assert names(drawn.upstream(ResourceId(Kind.CLICKHOUSE_VIEW, "revenue_by_city"))) == {
        "clickhouse_table.revenue_by_city_rows"
    }


def test_each_circle_is_told_once_and_has_no_order(tmp_path):
    loop = {
        "flink_sql/jobs/back.sql": "INSERT INTO orders SELECT order_id, city_id, amount FROM order_items;",
        "flink_sql/jobs/own.sql": "INSERT INTO revenue_by_city SELECT * FROM revenue_by_city;",
    }
    drawn = graph(tmp_path, "", loop)
    assert [[str(node) for node in cycle] for cycle in drawn.cycles()] == [
        ["job.back", "job.parse_orders"],
        ["job.own"],
    ]
    with pytest.raises(ProjectError, match=r"job\.back → job\.parse_orders → job\.back"):
        drawn.order()
