"""A project that is wrong ends a command with exit code 1, every finding with its place, and nothing is touched.

No engine runs: the addresses lead nowhere, so a command that asked an engine first would end with exit code 3.
"""

from __future__ import annotations

import shutil

import pytest
from command_line import CONFIG, CommandLine
from projects import CASES


def base(path):
    return (CASES / "base" / path).read_text(encoding="utf-8")


def test_unset_variable_is_shown_where_it_stands(tmp_path):
    table = base("flink_sql/tables/orders.sql").replace("${KAFKA_BOOTSTRAP}", "${KAFKA_BOOTSRAP}")
    done = CommandLine.of_base(tmp_path, {"flink_sql/tables/orders.sql": table}).run("apply")
    done.is_one_error(1, "flink_sql/tables/orders.sql:10:37", "`KAFKA_BOOTSRAP` is not set", "export KAFKA_BOOTSRAP")
    assert "'properties.bootstrap.servers' = '${KAFKA_BOOTSRAP}'" in done.output
    assert "^^^^^" in done.output


def test_unset_variable_of_a_target_is_named(tmp_path):
    config = CONFIG.replace("${POSTGRES_URL:-postgresql://localhost:1/warehouse}", "${WAREHOUSE}")
    done = CommandLine.of_base(tmp_path, {"millstream.yml": config}).run("apply")
    done.is_one_error(1, "`WAREHOUSE`, which is not set", "export WAREHOUSE")


def test_unknown_key_in_millstream_yml_suggests_a_close_one(tmp_path):
    config = CONFIG.replace("platform:", "platfrom:")
    done = CommandLine.of_base(tmp_path, {"millstream.yml": config}).run("apply")
    done.is_one_error(1, "millstream.yml:5:5", "did you mean `platform`?", "legal keys: platform, namespace", "5 │")


def test_unknown_key_in_topics_yml_suggests_a_close_one(tmp_path):
    topics = base("kafka/topics.yml").replace("partitions:", "partition:", 1)
    done = CommandLine.of_base(tmp_path, {"kafka/topics.yml": topics}).run("apply")
    done.is_one_error(1, "kafka/topics.yml:", "unknown key `partition`", "did you mean `partitions`?")


def test_two_files_declaring_one_object_are_both_named(tmp_path):
    view = "-- Again\nCREATE VIEW orders AS SELECT * FROM order_items;\n"
    done = CommandLine.of_base(tmp_path, {"flink_sql/views/orders.sql": view}).run("apply")
    done.is_one_error(1, "flink_sql/views/orders.sql:2:13", "first in flink_sql/tables/orders.sql:2:14", "rename one")


def test_job_that_reads_what_nobody_declares_suggests_a_close_name(tmp_path):
    job = base("flink_sql/jobs/parse_orders.sql").replace("good_orders", "good_order")
    done = CommandLine.of_base(tmp_path, {"flink_sql/jobs/parse_orders.sql": job}).run("apply")
    done.is_one_error(1, "flink_sql/jobs/parse_orders.sql:5:6", "nobody declares", "did you mean `good_orders`?")
    assert "5 │ FROM good_order" in done.output


def test_landing_table_that_does_not_fit_names_both_files(tmp_path):
    table = base("postgres/revenue_by_city.sql").replace("integer", "smallint")
    assert "smallint" in table
    done = CommandLine.of_base(tmp_path, {"postgres/revenue_by_city.sql": table}).run("apply")
    done.is_one_error(1, "bronze_revenue_by_city.sql:3:3", "cannot hold", "postgres/revenue_by_city.sql")


def test_everything_wrong_is_shown_at_once(tmp_path):
    changes = {
        "kafka/topics.yml": base("kafka/topics.yml").replace("partitions:", "partition:", 1),
        "flink_sql/jobs/parse_orders.sql": base("flink_sql/jobs/parse_orders.sql").replace("good_orders", "nothing"),
    }
    done = CommandLine.of_base(tmp_path, changes).run("apply")
    done.is_one_error(1, "TOP001", "FLK002", "nothing was changed")


@pytest.mark.parametrize("file", ["flink_sql/jobs/parse_orders.sql", "kafka/topics.yml", "millstream.yml"])
def test_file_that_is_not_utf8_is_named(tmp_path, file):
    command = CommandLine.of_base(tmp_path)
    (tmp_path / file).write_bytes((tmp_path / file).read_bytes() + "# Umsätze\n".encode("latin-1"))
    command.run("apply").is_one_error(1, file.rpartition("/")[2], "UTF-8")


def test_the_source_line_is_shown_from_any_folder(tmp_path):
    job = base("flink_sql/jobs/parse_orders.sql").replace("good_orders", "good_order")
    command = CommandLine.of_base(tmp_path / "project", {"flink_sql/jobs/parse_orders.sql": job})
    command.run("apply", cwd=command.root / "postgres").is_one_error(1, "5 │ FROM good_order")
    command.run("apply", cwd=tmp_path, MILLSTREAM_PROJECT=str(command.root)).is_one_error(1, "5 │ FROM good_order")


def test_a_right_project_is_refused_by_no_rule(tmp_path):
    done = CommandLine.of_base(tmp_path).run("apply")
    assert done.code == 2, done.output
    assert "error[" not in done.output


def test_a_folder_that_is_no_project_is_bad_usage(tmp_path):
    done = CommandLine.of_base(tmp_path / "project").run("apply", cwd=tmp_path)
    done.is_one_error(2, "no millstream.yml in", "MILLSTREAM_PROJECT")


def test_no_command_leaves_a_file_in_the_project(tmp_path):
    command = CommandLine.of_base(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    command.run("apply")
    command.run("status")
    command.run("down")
    command.run("apply", "--target", "local").is_one_error(3, "has not been started yet", "millstream up")
    assert sorted(tmp_path.rglob("*")) == before
    shutil.rmtree(tmp_path)


def test_files_of_ksql_are_told_to_be_left_out(tmp_path):
    source = "-- Orders\nCREATE STREAM ${NS:-}orders (a INTEGER) WITH (KAFKA_TOPIC = '${NS:-}orders');\n"
    query = "-- Big orders\nCREATE STREAM ${NS:-}big_orders AS SELECT * FROM ${NS:-}orders EMIT CHANGES;\n"
    files = {"ksql/queries/big_orders.sql": query, "ksql/sources/orders.sql": source}
    done = CommandLine.of_base(tmp_path, files).run("apply")
    assert "target cluster has no ksqlDB: 2 files of ksql/ were left out" in done.output


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_a_mistake_in_ksql_reaches_no_engine(tmp_path, command):
    query = "-- Big orders\nCREATE STREAM ${NS:-}big_orders AS SELECT * FROM ${NS:-}oders EMIT CHANGES;\n"
    done = CommandLine.of_base(tmp_path, {"ksql/queries/big_orders.sql": query}).run(command)
    assert done.code == 1
    assert "error[KSQ002] ksql/queries/big_orders.sql:2" in done.output


def test_project_without_ksql_hears_nothing_of_it(tmp_path):
    assert "ksql" not in CommandLine.of_base(tmp_path).run("apply").output


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_a_selector_that_means_nothing_is_bad_usage_and_suggests_a_close_one(tmp_path, command):
    done = CommandLine.of_base(tmp_path).run(command, "-s", "resource_type:jobs")
    done.is_one_error(2, "`resource_type:jobs` selects nothing", "did you mean `job`?")


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_what_check_refuses_reaches_no_engine(tmp_path, command):
    jar = "-- Parse orders\r\nADD JAR 'orders.jar';\r\n"
    done = CommandLine.of_base(tmp_path, {"flink_sql/jobs/parse_orders.sql": jar}).run(command)
    done.is_one_error(1, "error[ALW003] flink_sql/jobs/parse_orders.sql:2:1", "remove it")
    assert "localhost:1" not in done.output
