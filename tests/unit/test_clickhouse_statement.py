"""What the ClickHouse-compatible server makes of a statement's text."""

import pytest

from millstream.local.clickhouse.errors import ServerError, from_engine
from millstream.local.clickhouse.lexer import tokens
from millstream.local.clickhouse.native import empty_block, plain_type
from millstream.local.clickhouse.query_log import without_secrets
from millstream.local.clickhouse.statement import Purpose, parse, refuse_beyond_reading


def words(text):
    return [t.text.decode() for t in tokens(text.encode())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 'b''c\\'' d", ["a", "'b''c\\''", "d"]),
        ("a -- ' \n b", ["a", "b"]),
        ("a // ' \n b", ["a", "b"]),
        ("a # ' \n b", ["a", "b"]),
        ("a /* /* ' */ */ b", ["a", "b"]),
        ("$t$ ; $$ $t$ b", ["$t$ ; $$ $t$", "b"]),
        ('`a``b` "c"', ["`a``b`", '"c"']),
        ("\u2018 ; \u2019 ;", ["\u2018 ; \u2019", ";"]),
        ("a /* never closed", ["a"]),
    ],
)
def test_text_is_cut_by_the_engines_rules(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "head", "tail", "name"),
    [
        ("SELECT 1", "SELECT 1", "", None),
        ("SELECT 1 ;; -- x", "SELECT 1", "", None),
        ("SELECT 1 FORMAT JSON", "SELECT 1 ", "", "JSON"),
        ("SELECT 1 format JSON settings a=1, b='FORMAT CSV';", "SELECT 1 ", " settings a=1, b='FORMAT CSV'", "JSON"),
        ("SELECT format FROM t", "SELECT format FROM t", "", None),
        ("SELECT (SELECT 1 FORMAT CSV)", "SELECT (SELECT 1 FORMAT CSV)", "", None),
        ("(SELECT 1) UNION ALL (SELECT 2) FORMAT TSV", "(SELECT 1) UNION ALL (SELECT 2) ", "", "TSV"),
        ("WITH 1 AS x SELECT x", "WITH 1 AS x SELECT x", "", None),
    ],
)
def test_a_query_is_cut_where_its_format_stands(text, head, tail, name):
    statement = parse(text.encode())
    assert statement.purpose is Purpose.READ
    assert (statement.head.decode(), statement.tail.decode(), statement.format) == (head, tail, name)


@pytest.mark.parametrize(
    ("text", "head", "tail", "rows"),
    [
        ("INSERT INTO t FORMAT CSV\n1;'", "INSERT INTO t ", "", "1;'"),
        ("INSERT INTO d.t (a, b) FORMAT CSV 1", "INSERT INTO d.t (a, b) ", "", "1"),
        ("INSERT INTO t SETTINGS x=1 FORMAT CSV\r\n\n1", "INSERT INTO t ", "SETTINGS x=1 ", "\n1"),
        ("INSERT INTO format FORMAT CSV\n1", "INSERT INTO format ", "", "1"),
        (
            "INSERT INTO TABLE FUNCTION null('a Int8') FORMAT CSV\n1",
            "INSERT INTO TABLE FUNCTION null('a Int8') ",
            "",
            "1",
        ),
    ],
)
def test_an_insert_is_cut_where_its_rows_begin(text, head, tail, rows):
    statement = parse(text.encode())
    assert statement.purpose is Purpose.INSERT
    assert (statement.head.decode(), statement.tail.decode(), statement.rows.decode()) == (head, tail, rows)


@pytest.mark.parametrize(
    "text", ["INSERT INTO t VALUES (1)", "INSERT INTO t SELECT 1", "WITH 1 AS x INSERT INTO t SELECT x"]
)
def test_an_insert_without_rows_of_its_own_is_a_command(text):
    assert parse(text.encode()).purpose is Purpose.COMMAND


def test_an_insert_whose_format_has_not_come_yet_is_undecided():
    assert parse(b"INSERT INTO t (a,") is None


@pytest.mark.parametrize(
    "text", ["", " -- x", "SELECT 1; SELECT 2", "SELECT 1 INTO OUTFILE 'x'", "INSERT INTO t FROM INFILE 'x' FORMAT CSV"]
)
def test_what_a_server_does_not_run_is_refused(text):
    with pytest.raises(ServerError):
        parse(text.encode())


@pytest.mark.parametrize("text", ["SELECT file FROM t", "SELECT t.file, 'file(' FROM t", "SELECT profile(1)"])
def test_a_column_named_file_can_be_read(text):
    refuse_beyond_reading(text.encode())


def test_an_empty_block_names_its_columns():
    meta = b'{"meta": [{"name": "a", "type": "Array(LowCardinality(Nullable(String)))"}]}'
    assert empty_block(meta) == b"\x01\x00\x01a\x17Array(Nullable(String))"
    assert plain_type("Map(LowCardinality(String), LowCardinality(String))") == "Map(String, String)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "SELECT * FROM postgresql('h', 'd', f('x'), 'pw') WHERE a = 'b'",
            "SELECT * FROM postgresql('[HIDDEN]', '[HIDDEN]', f('[HIDDEN]'), '[HIDDEN]') WHERE a = 'b'",
        ),
        (
            "CREATE TABLE t (a Int8) ENGINE = Kafka SETTINGS kafka_sasl_password = 'pw', x = 'y'",
            "CREATE TABLE t (a Int8) ENGINE = Kafka SETTINGS kafka_sasl_password = '[HIDDEN]', x = 'y'",
        ),
        ("CREATE USER u IDENTIFIED BY 'pw'", "CREATE USER u IDENTIFIED BY '[HIDDEN]'"),
        ("SELECT 'plain'", "SELECT 'plain'"),
    ],
)
def test_the_query_log_hides_secrets(text, expected):
    assert without_secrets(text.encode()) == expected


def test_the_engines_repeated_prefix_is_told_once():
    error = from_engine("Code: 33. DB::Exception: Code: 33. DB::Exception: Bad. (X_Y) (version 26.1.2.1). (X_Y)")
    assert (error.code, error.message) == (33, "Bad. (X_Y)")
