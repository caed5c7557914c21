"""What several rules stand on: hints, durations, field names, answers to warnings."""

from __future__ import annotations

from pathlib import Path

import pytest

from millstream.compiled import field_names
from millstream.diagnostics import SourceRange, error, warning
from millstream.rules.durations import milliseconds
from millstream.rules.intended import without_intended
from millstream.sql import SqlText
from millstream.sql.hints import table_hints

FILE = Path("a.sql")


@pytest.mark.parametrize(
    ("text", "found"),
    [("2 s", 2000), ("10min", 600_000), ("7 d", 604_800_000), ("500", 500), ("1 HOUR", 3_600_000), ("0 ms", 0)],
)
def test_durations_are_read_as_flink_reads_them(text, found):
    assert milliseconds(text) == found


@pytest.mark.parametrize("text", ["", "soon", "PT2S", "2 fortnights", "-1 s"])
def test_what_is_no_duration_is_none(text):
    assert milliseconds(text) is None


def options(text, **variables):
    (statement,) = SqlText.read(FILE, text, variables).statements
    return {str(where): {o.key: o.value for o in found} for where, found in table_hints(statement).items()}


def test_a_hint_belongs_to_the_name_in_front_of_it():
    text = "INSERT INTO a.`b` /*+ OPTIONS('x' = 'it''s', 'y'='${V}z') */ SELECT * FROM t /*+ OPTIONS('k'='v') */ AS q"
    assert options(text, V="value") == {"a.sql:1:13": {"x": "it's", "y": "valuez"}, "a.sql:1:76": {"k": "v"}}


@pytest.mark.parametrize("hint", ["/*+ STATE_TTL('t' = '1 d') */", "/*+ OPTIONS() */", "/*+ */"])
def test_other_hints_give_no_options(hint):
    assert not any(options(f"SELECT * FROM t {hint}").values())


def test_fields_are_read_from_both_ways_flink_writes_them():
    assert field_names("ROW<`a` INT, `b``c` ROW<`x` INT, `y` DECIMAL(3, 1)>, `d` STRING NOT NULL>") == ("a", "b`c", "d")
    assert field_names({"type": "ROW", "fields": [{"name": "a", "fieldType": "INT"}]}) == ("a",)
    assert field_names("") == ()


TEXT = """-- A job
-- intended FLK011: few keys
SET 'x' = 'y';
-- a word
-- intended FLK013: counted elsewhere
-- another word
INSERT INTO a
SELECT * FROM b; -- intended FLK014: it never changes
"""


@pytest.mark.parametrize(
    ("code", "line", "kept"),
    [
        ("FLK011", 7, False),
        ("FLK013", 7, False),
        ("FLK013", 8, True),
        ("FLK014", 8, False),
        ("FLK014", 7, True),
        ("USE001", 7, True),
        ("FLK013", 99, True),
    ],
)
def test_an_answer_holds_where_it_stands(code, line, kept):
    found = [warning(code, "hm", SourceRange(FILE, line))]
    assert bool(without_intended(found, lambda _: TEXT.split("\n"))) == kept


def test_an_error_cannot_be_answered():
    found = [error("FLK011", "no", SourceRange(FILE, 7))]
    assert without_intended(found, lambda _: TEXT.split("\n")) == tuple(found)


def test_an_answer_without_a_reason_is_none():
    found = [warning("FLK011", "hm", SourceRange(FILE, 2))]
    assert without_intended(found, lambda _: ["-- intended FLK011:", "INSERT"]) == tuple(found)
