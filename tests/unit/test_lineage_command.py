"""`millstream lineage` as a person runs it; the planner stays out."""

from __future__ import annotations

import json

import pytest
from command_line import CommandLine


@pytest.fixture
def command(tmp_path):
    return CommandLine.of_base(tmp_path)


def run(command, *arguments):
    return command.run("lineage", "--no-columns", *arguments)


def test_tree_shows_both_directions(command):
    done = run(command, "parse_orders")
    assert done.code == 0
    assert done.output.startswith(
        "job.parse_orders\n"
        "made from\n"
        "└── flink_view.good_orders\n"
        "    └── flink_table.orders\n"
        "        └── topic.orders\n"
        "goes into\n"
        "└── topic.order_items\n"
        "    └── flink_table.order_items\n"
        "        └── job.revenue_by_city\n"
    )


def test_one_direction_alone(command):
    assert "goes into" not in run(command, "parse_orders", "--upstream").output
    assert "made from" not in run(command, "parse_orders", "--downstream").output


def test_without_a_name_everything_is_listed_by_engine(command):
    done = run(command)
    assert done.code == 0
    assert "kafka  3\n" in done.output
    assert "topic.orders  → 1\n" in done.output


def test_json_is_only_what_was_asked_for(command):
    done = run(command, "topic.orders", "--downstream", "--format", "json")
    document = json.loads(done.output)
    assert "job.parse_orders" in {node["id"] for node in document["nodes"]}
    assert all(edge["from"] != "topic.nothing" for edge in document["edges"])
    assert "flink_table.revenue_by_city" in {node["id"] for node in document["nodes"]}


@pytest.mark.parametrize(
    ("format_", "begin"), [("html", "<!doctype html>"), ("text", "job."), ("mermaid", "flowchart LR")]
)
def test_file_is_written_and_nothing_said(command, format_, begin):
    done = run(command, "parse_orders", "--format", format_, "--out", "made")
    assert (done.code, done.output) == (0, "")
    assert (command.root / "made").read_text(encoding="utf-8").startswith(begin)


def test_columns_are_followed_without_the_planner_where_sql_tells_them(command):
    done = run(command, "clickhouse_view.revenue_by_city.revenue", "--upstream")
    assert "clickhouse_table.revenue_by_city_queue.after.revenue" in done.output
    assert "topic.revenue_by_city.after.revenue" in done.output


def test_long_lines_are_not_cut(tmp_path):
    sums = " + ".join(f"a.the_column_number_{number}" for number in range(9))
    columns = ", ".join(f"the_column_number_{number} Int64" for number in range(9))
    table = f"CREATE TABLE ${{NS:-}}many ({columns}) ENGINE = MergeTree ORDER BY tuple();"
    view = f"CREATE VIEW ${{NS:-}}summed AS SELECT {sums} AS total FROM ${{NS:-}}many AS a;"
    command = CommandLine.of_base(tmp_path, {"clickhouse/many.sql": table, "clickhouse/summed.sql": view})
    assert "clickhouse_table.many.the_column_number_8\n" in run(command, "summed").output


def test_what_a_broken_file_takes_away_is_said(tmp_path):
    command = CommandLine.of_base(tmp_path, {"flink_sql/views/good_orders.sql": "CREATE VIEW"})
    done = run(command, "parse_orders")
    assert done.code == 0
    assert "error(s), and what they are about is missing here" in done.output


def test_unknown_name_is_a_usage_error_with_the_closest_one(command):
    run(command, "parse_order").is_one_error(2, "nothing is called `parse_order`", "did you mean `parse_orders`?")


def test_folder_of_the_file_must_be_there(command):
    run(command, "--out", "nowhere/made").is_one_error(2, "there is no folder nowhere")
