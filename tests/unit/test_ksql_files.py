"""Files of `ksql/` as resources of the tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import diagnose, load, make

from millstream.project.model import KsqlStatement

ROOT = Path(__file__).parents[2]
SOURCE = "CREATE STREAM ${NS:-}Orders (a INTEGER) WITH (KAFKA_TOPIC = '${NS:-}orders', VALUE_FORMAT = 'JSON');"
QUERY = "SET 'auto.offset.reset' = 'earliest';\nCREATE TABLE ${NS:-}sums AS SELECT a FROM ${NS:-}orders GROUP BY a;"
INSERT = "INSERT INTO ${NS:-}orders SELECT * FROM ${NS:-}sums;"
ODD = "CREATE STREAM `${NS:-}Odd name` AS SELECT * FROM ${NS:-}orders;"
FILES = {"ksql/sources/orders.sql": SOURCE, "ksql/queries/sums.sql": QUERY}


def statements(root, changes, namespace=""):
    return {str(each.id): each for each in load(make(root, changes), namespace).of(KsqlStatement)}


def test_source_and_query_are_read_with_their_topics(tmp_path):
    found = statements(tmp_path, FILES, "dev_")
    source, query = found["ksql_source.dev_orders"], found["ksql_query.dev_sums"]
    assert (source.type, source.object, source.topic, source.is_query) == ("STREAM", "ORDERS", "dev_orders", False)
    assert source.properties["VALUE_FORMAT"] == "JSON"
    assert (query.type, query.object, query.topic, query.reads) == ("TABLE", "SUMS", "DEV_SUMS", ("ORDERS",))
    assert query.template.startswith("CREATE TABLE ${NS:-}sums")
    assert (query.settings, query.engine_object) == ({"auto.offset.reset": "earliest"}, "DEV_SUMS")


def test_insert_is_named_as_its_file_and_writes_the_topic_of_its_stream(tmp_path):
    found = statements(tmp_path, {**FILES, "ksql/queries/more.sql": INSERT})["ksql_query.more"]
    assert (found.type, found.object, found.topic) == ("", "ORDERS", "orders")


def test_name_in_quotes_keeps_its_case(tmp_path):
    found = statements(tmp_path, {**FILES, "ksql/queries/Odd name.sql": ODD}, "dev_")["ksql_query.dev_Odd name"]
    assert (found.object, found.topic) == ("Odd name", "dev_Odd name")


@pytest.mark.parametrize("name", ["ORDERS", "Orders", "orders"])
def test_name_of_a_file_may_differ_from_the_object_in_its_case(tmp_path, name):
    changes = {f"ksql/sources/{name}.sql": SOURCE, "ksql/queries/sums.sql": QUERY}
    assert diagnose(make(tmp_path, changes)) == ()


@pytest.mark.parametrize("namespace", ["", "dev_"])
def test_good_files_have_nothing_wrong(tmp_path, namespace):
    assert diagnose(make(tmp_path, FILES), namespace) == ()


def test_value_of_a_variable_shows_in_no_printed_statement(tmp_path):
    query = "CREATE TABLE ${NS:-}sums WITH (X = '${FLINK_POSTGRES_PASSWORD}') AS SELECT a FROM ${NS:-}orders;"
    assert "secret" not in repr(statements(tmp_path, {**FILES, "ksql/queries/sums.sql": query}))


def test_example_is_read_whole_and_without_a_word():
    files = sorted(file.relative_to(ROOT) for file in (ROOT / "ksql").rglob("*.sql"))
    assert sorted(each.path for each in load(ROOT).of(KsqlStatement)) == files
    assert [found for found in diagnose(ROOT) if found.where.path in files] == []
