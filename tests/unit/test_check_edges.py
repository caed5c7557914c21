"""Files as nobody writes them on purpose are read for what they are, or refused by name."""

from __future__ import annotations

import time

import pytest
from planner_cases import make
from projects import load, write

from millstream import rules
from millstream.graph import Graph
from millstream.project.model import FlinkTable, Job

JOB = "flink_sql/jobs/totals.sql"
QUERY = "INSERT INTO totals\nSELECT city_id, CAST(amount AS DECIMAL(38, 2)) AS revenue\nFROM orders"


def found(root, changes=None, **variables):
    write(root, changes or {})
    project = load(root, **variables)
    diagnostics = (*project.diagnostics, *rules.check(project, Graph.of(project)))
    return project, [(d.code, d.where.line, d.where.column) for d in diagnostics if d.code != "USE002"]


@pytest.fixture
def root(tmp_path):
    root = make(tmp_path, {})
    write(root, {"flink_sql/tables/cities.sql": None})
    return root


@pytest.mark.parametrize(
    "condition",
    [
        "order_id <> ';'",
        "order_id <> '--'",
        "order_id <> 'it''s; -- /* not a comment'",
        "order_id <> 'a' -- ; and 'an open quote",
        "order_id <> 'a' /* ; -- ' */",
        "order_id <> 'a' /* SET 'x' = 'y'; */ AND `city_id` > 0",
    ],
)
def test_semicolons_dashes_and_quotes_in_strings_and_comments_end_nothing(root, condition):
    project, diagnostics = found(root, {JOB: f"-- Totals; in one\n{QUERY}\nWHERE {condition};\n"})
    (job,) = project.of(Job)
    assert diagnostics == []
    assert (job.reads, job.writes) == (("orders",), ("totals",))


def test_hints_are_no_comments(root):
    hint = "/*+ OPTIONS('scan.startup.mode' = 'latest-offset') */"
    _, diagnostics = found(root, {JOB: f"-- Totals\n{QUERY} {hint};\n"})
    assert diagnostics == [("FLK013", 4, 47)]


def test_a_hint_in_a_comment_is_one(root):
    comment = "-- /*+ OPTIONS('scan.startup.mode' = 'latest-offset') */"
    assert found(root, {JOB: f"-- Totals\n{QUERY} {comment}\n;\n"})[1] == []


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_of_windows_move_no_place(root, line_end):
    text = f"-- Totals\n{QUERY.replace('orders', 'oders')};\n"
    (root / JOB).write_bytes(text.replace("\n", line_end).encode())
    assert found(root)[1][0] == ("FLK002", 4, 6)


def test_a_byte_order_mark_moves_no_place(root):
    (root / JOB).write_bytes(b"\xef\xbb\xbf" + QUERY.replace("INTO totals", "INTO total").encode())
    assert found(root)[1][0] == ("FLK002", 1, 13)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"-- Totals\n{QUERY} /* never closed\n;", (4, 13)),
        (f"-- Totals\n{QUERY}\nWHERE order_id = 'never closed;\n", (5, 18)),
        (f"-- Totals\n{QUERY}\nWHERE `never closed > 0;\n", (5, 7)),
    ],
)
def test_what_never_closes_is_told_where_it_opens(root, text, place):
    assert found(root, {JOB: text})[1][0] == ("SQL003", *place)


def test_quotes_in_a_secret_end_no_string(root):
    table = (root / "flink_sql/tables/orders.sql").read_text()
    secret = 'it\'s; DROP TABLE -- "x" `y` ${NS}'
    guarded = table.replace("'format' =", "'properties.ssl.key.password' = '${KEY_PASSWORD}',\n  'format' =")
    project, diagnostics = found(root, {"flink_sql/tables/orders.sql": guarded}, KEY_PASSWORD=secret)
    (orders,) = (t for t in project.of(FlinkTable) if t.id.name == "orders")
    assert diagnostics == []
    assert orders.options["properties.ssl.key.password"] == secret
    assert "DROP" not in repr(project.diagnostics) + repr(project)


def test_a_link_that_leads_out_of_the_tree_is_refused(root, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "totals.sql"
    outside.write_text(f"-- Totals\n{QUERY};\n")
    (root / JOB).unlink()
    (root / JOB).symlink_to(outside)
    assert found(root)[1] == [("PRJ002", 1, 1)]


def test_a_link_inside_the_tree_is_followed(root):
    (root / "totals.sql").write_text(f"-- Totals\n{QUERY};\n")
    (root / JOB).unlink()
    (root / JOB).symlink_to("../../totals.sql")
    assert found(root)[1] == []


@pytest.mark.parametrize(
    "statement",
    [
        "ADD JAR 'functions.jar'",
        "add jar '/opt/functions.jar'",
        "CREATE FUNCTION clean AS 'com.example.Clean' USING JAR 'functions.jar'",
        "CREATE TEMPORARY SYSTEM FUNCTION clean AS 'com.example.Clean' LANGUAGE JAVA USING JAR 'a.jar', JAR 'b.jar'",
    ],
)
def test_a_statement_that_loads_a_jar_is_refused_for_that_alone(root, statement):
    assert found(root, {JOB: f"{statement};\n{QUERY};\n"})[1] == [("ALW003", 1, 1)]


def test_a_second_statement_is_told_at_its_start(root):
    assert found(root, {JOB: f"-- Totals\n{QUERY};\n{QUERY};\n"})[1] == [("PRJ006", 5, 1)]


@pytest.mark.parametrize("text", ["", "\n\n", ";\n;", "-- only a comment\n", "/* only a comment */", "\ufeff"])
def test_a_file_without_a_statement_is_told(root, text):
    assert found(root, {JOB: text})[1][0] == ("PRJ003", 1, 1)


def test_a_file_of_a_megabyte_is_read_in_seconds(root):
    numbers = ", ".join(str(number) for number in range(140_000))
    text = f"-- Totals\n{QUERY}\nWHERE city_id IN ({numbers})\n  AND amount > (SELECT MAX(nothing) FROM nowhere);\n"
    assert len(text) > 1_000_000
    before = time.process_time()
    _, diagnostics = found(root, {JOB: text})
    assert diagnostics[0] == ("FLK002", 6, 42)
    assert time.process_time() - before < 30
