from __future__ import annotations

from pathlib import Path

import pytest
from sqlglot import TokenType

from millstream.sql import CLICKHOUSE, substitute
from millstream.sql.substitution import BACKSLASHED, position
from millstream.sql.tokens import tokenize


def test_value_and_default():
    done = substitute("a ${X} b ${Y:-two} c ${Z:-}d", {"X": "one"})
    assert done.text == "a one b two c d"
    assert done.names == {"X", "Y", "Z"}
    assert done.diagnostics == ()


def test_empty_value_takes_the_default_as_in_a_shell():
    assert substitute("${X:-default}${X}", {"X": ""}).text == "default"


def test_unset_variable_is_reported_where_it_stands_and_every_time():
    done = substitute("SELECT 1,\n  ${NOPE}, ${NOPE}", {}, Path("a.sql"))
    assert [(d.code, str(d.where)) for d in done.diagnostics] == [("SQL001", "a.sql:2:3"), ("SQL001", "a.sql:2:12")]
    assert done.diagnostics[0].mend == "export NOPE, or write ${NOPE:-default}"


@pytest.mark.parametrize("text", ["-- ${NOPE}\nSELECT 1", "/* ${NOPE} ' */ SELECT 1", "SELECT 1 -- it's ${NOPE}"])
def test_variables_in_comments_are_left_alone(text):
    done = substitute(text, {"NOPE": "value"})
    assert (done.text, done.diagnostics, done.names) == (text, (), frozenset())


def test_hints_are_no_comments():
    assert substitute("/*+ OPTIONS('a'='${X}') */", {"X": "1"}).text == "/*+ OPTIONS('a'='1') */"


def test_comment_marks_in_strings_are_text():
    assert substitute("'--${X}' '/*${X}'", {"X": "1"}).text == "'--1' '/*1'"


def test_a_value_cannot_end_the_string_it_stands_in():
    assert substitute("'p' = '${X}'", {"X": "a' OR 'b"}).text == "'p' = 'a'' OR ''b'"
    assert substitute("LIMIT ${X}", {"X": "it's"}).text == "LIMIT it's"


def test_a_backslash_cannot_keep_a_string_of_clickhouse_open():
    value = "\\' OR \\"
    text = substitute("p = '${X}', q = 'it\\'s ${X}'", {"X": value}, strings=BACKSLASHED).text
    strings = [token.text for token in tokenize(text, CLICKHOUSE) if token.token_type is TokenType.STRING]
    # The tokenizer takes back the doubled quotes and leaves the doubled backslashes to the parser.
    assert [string.replace("\\\\", "\\") for string in strings] == [value, f"it's {value}"]


@pytest.mark.parametrize("name", ["`it's`", '"it\'s"'])
def test_a_quote_in_a_quoted_name_opens_no_string(name):
    assert substitute(f"{name} = '${{X}}'", {"X": "a'b"}).text == f"{name} = 'a''b'"


def test_values_are_never_shown():
    done = substitute("${SECRET} ${NOPE}", {"SECRET": "hunter2"})
    assert "hunter2" not in repr(done)
    assert "hunter2" not in repr(done.diagnostics)


@pytest.mark.parametrize("text", ["${A-B}", "${1A}", "${}", "${A:?}", "${A", "${A:+x}"])
def test_what_only_looks_like_a_variable_is_refused(text):
    assert [d.code for d in substitute(text, {"A": "x"}).diagnostics] == ["SQL002"]


@pytest.mark.parametrize("value", ["", "x", "longer than its name", "two\nlines\n"])
def test_every_position_in_the_result_leads_back_to_the_source(value):
    source = "SELECT a,\n  ${X}bc, '${X}' AS d\nFROM ${X:-}t WHERE e"
    done = substitute(source, {"X": value})
    for name in ("SELECT", "bc", "AS d", "FROM", "WHERE e"):
        line, column = position(done.text, done.text.index(name))
        there = position(source, source.index(name))
        # An empty value leaves no character of its own: what stands behind it may lead to the variable.
        before = position(source, source.index(name) - len("${X}"))
        assert done.source_position(line, column) in ({there, before} if value == "" else {there})


def test_a_range_that_touches_a_variable_includes_it_whole():
    done = substitute("FROM ${NS:-}orders;", {"NS": "dev_"})
    start, end = done.origin_range(done.text.index("dev_"), done.text.index(";"))
    assert done.source[start:end] == "${NS:-}orders"
    bare = substitute("FROM ${NS:-}orders;", {})
    start, end = bare.origin_range(5, 11)
    assert bare.source[start:end] == "${NS:-}orders"
