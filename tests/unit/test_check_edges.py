"""Files as nobody writes them on purpose are read for what they are, or refused by name."""

from __future__ import annotations

import itertools
import time

import pytest
from planner_cases import make
from projects import load, write

from millstream import rules
from millstream.graph import Graph
from millstream.project.model import FlinkTable, Job, Relation

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


ROOM = "-- Rooms\nCREATE TABLE {name} (\n  room_id {kind},\n  note {text} DEFAULT {value}\n){end};\n"
POSTGRES = ("postgres/rooms.sql", {"name": "bronze.${NS:-}rooms", "kind": "integer", "text": "text", "end": ""})
CLICKHOUSE = (
    "clickhouse/rooms.sql",
    {"name": "${NS:-}rooms", "kind": "Int32", "text": "String", "end": " ENGINE = MergeTree\nORDER BY room_id"},
)


def rooms(landing, value):
    file, words = landing
    return {file: ROOM.format(value=value, **words)}


@pytest.mark.parametrize(
    ("landing", "value"),
    [
        (POSTGRES, "'it''s; -- /* none'"),
        (POSTGRES, "'a' /* ; /* -- */ ' */"),
        (POSTGRES, "$$it's; --$$"),
        (POSTGRES, "E'it\\'s; --'"),
        (CLICKHOUSE, "'it''s; -- /* none'"),
        (CLICKHOUSE, "'it\\'s; -- \\\\'"),
        (CLICKHOUSE, "'a' /* ; -- ' */"),
    ],
)
def test_landings_have_semicolons_dashes_and_quotes_where_their_engine_has_them(root, landing, value):
    project, diagnostics = found(root, rooms(landing, value))
    assert diagnostics == []
    assert [r.id.name.rpartition(".")[2] for r in project.resources if r.path.as_posix() == landing[0]] == ["rooms"]


@pytest.mark.parametrize("landing", [POSTGRES, CLICKHOUSE], ids=["postgres", "clickhouse"])
def test_a_secret_ends_no_string_of_a_landing(root, landing):
    secret = "it's \\' ; DROP TABLE x; -- \\"
    project, diagnostics = found(root, rooms(landing, "'${ROOM_TOKEN}'"), ROOM_TOKEN=secret)
    (room,) = (r for r in project.of(Relation) if r.path.as_posix() == landing[0])
    assert diagnostics == []
    assert [column.name for column in room.columns] == ["room_id", "note"]
    assert "DROP" not in repr(project)


@pytest.mark.parametrize(
    ("landing", "value", "column"),
    [
        (POSTGRES, "'open", 21),
        (POSTGRES, "'a' /* open", 25),
        (CLICKHOUSE, "'open\\'", 23),
        (CLICKHOUSE, "'it\\'s' || 'open", 34),
    ],
)
def test_what_never_closes_in_a_landing_is_told_where_it_opens(root, landing, value, column):
    assert found(root, rooms(landing, value))[1][0] == ("SQL003", 4, column)


@pytest.mark.parametrize("landing", [POSTGRES, CLICKHOUSE], ids=["postgres", "clickhouse"])
def test_landings_are_one_statement_a_file_in_whatever_bytes(root, landing):
    ((file, text),) = rooms(landing, "'a'").items()
    (root / file).parent.mkdir(exist_ok=True)
    (root / file).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert found(root)[1] == []
    end = text.count("\n") + 1
    assert found(root, {file: f"{text}SELECT 1;\n"})[1] == [("PRJ006", end, 1)]
    assert found(root, {file: ""})[1] == [("PRJ003", 1, 1)]
    assert found(root, {file: text.replace("'a'", "'a\0'")})[1] == [
        ("PRJ001", 4, text.splitlines()[3].index("'a'") + 3)
    ]


@pytest.mark.parametrize("landing", [POSTGRES, CLICKHOUSE], ids=["postgres", "clickhouse"])
def test_a_statement_too_deep_to_read_is_left_to_its_engine(root, landing):
    (diagnostic,) = found(root, rooms(landing, "(" * 3000 + "'a'" + ")" * 3000))[1]
    assert diagnostic[0] == "SQL004"


def test_a_link_to_itself_is_refused(root):
    (root / JOB).unlink()
    (root / JOB).symlink_to("totals.sql")
    assert found(root)[1] == [("PRJ002", 1, 1)]


TOPICS = "kafka/topics.yml"


def test_aliases_of_aliases_are_looked_at_once(root):
    names = "abcdefgh"
    deep = "".join(f"  {b}: &{b} {{x: [{', '.join([f'*{a}'] * 9)}]}}\n" for a, b in itertools.pairwise(names))
    before = time.process_time()
    (first, *_) = found(root, {TOPICS: f"topics:\n  a: &a {{}}\n{deep}"})[1]
    assert first == ("TOP001", 3, 10)
    assert time.process_time() - before < 5


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (TOPICS, "topics:\n" + "".join(f"  t{n}: {{description: {'x' * 300}}}\n" for n in range(3_000))),
        (POSTGRES[0], rooms(POSTGRES, f"'{'x' * 1_000_000}'")[POSTGRES[0]]),
        (CLICKHOUSE[0], rooms(CLICKHOUSE, f"'{'x' * 1_000_000}'")[CLICKHOUSE[0]]),
    ],
    ids=["topics", "postgres", "clickhouse"],
)
def test_other_files_of_a_megabyte_are_read_in_seconds_too(root, file, text):
    assert len(text) > 900_000
    before = time.process_time()
    project, _ = found(root, {file: text})
    assert any(resource.path.as_posix() == file for resource in project.resources)
    assert time.process_time() - before < 30
