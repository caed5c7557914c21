"""What statements of ksqlDB create, read and write."""

from __future__ import annotations

from pathlib import Path

import pytest

from millstream.sql import KSQL, SqlText, definitions, folded, is_ksql_setting, ksql

PATH = Path("x.sql")


def read(sql, **variables):
    variables |= definitions(PATH, sql, variables)
    text = SqlText.read(PATH, sql, variables, KSQL)
    return next(ksql(statement) for statement in text.statements if not is_ksql_setting(statement))


def reads(sql):
    return [folded(name) for name in read(sql).reads]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE STREAM a (x INTEGER) WITH (KAFKA_TOPIC = 't')", ("STREAM", "A", False, "t")),
        ("create or replace source table if not exists a (x INT) with (kafka_topic='t')", ("TABLE", "A", False, "t")),
        ("CREATE TABLE a AS SELECT * FROM b", ("TABLE", "A", True, "A")),
        ("CREATE STREAM ${NS:-}a AS SELECT * FROM b", ("STREAM", "A", True, "DEV_A")),
        ("CREATE STREAM `${NS:-}Aa` AS SELECT * FROM b", ("STREAM", "Aa", True, "dev_Aa")),
        ('CREATE STREAM "Aa b" AS SELECT * FROM b', ("STREAM", "Aa b", True, "Aa b")),
        (
            "CREATE STREAM a WITH (Kafka_Topic='${NS:-}T', PARTITIONS=3) AS SELECT * FROM b",
            ("STREAM", "A", True, "dev_T"),
        ),
        ("CREATE STREAM a (x STRUCT<y ARRAY<INT>>) WITH (VALUE_FORMAT = 'JSON')", ("STREAM", "A", False, "")),
        ("INSERT INTO ${NS:-}a SELECT * FROM b", ("", "A", True, "")),
        ("INSERT INTO a WITH (QUERY_ID = 'q') SELECT * FROM b", ("", "A", True, "")),
    ],
)
def test_statement_tells_what_it_makes_and_on_which_topic(sql, expected):
    found = read(sql, NS="dev_")
    assert (found.type, folded(found.name), found.is_query, found.topic) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO a VALUES (1)",
        "INSERT INTO a",
        "SELECT * FROM a EMIT CHANGES",
        "CREATE TYPE a AS STRUCT<x INTEGER>",
        "CREATE SOURCE CONNECTOR a WITH ('connector.class' = 'x')",
        "CREATE",
        "CREATE STREAM",
        "DROP STREAM a",
        "PRINT 'orders'",
    ],
)
def test_what_a_file_may_not_hold_is_nothing(sql):
    assert read(sql) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * FROM a EMIT CHANGES", ["A"]),
        ("SELECT o.x, `from`.y FROM a o LEFT JOIN `b` AS `from` WITHIN 1 HOUR ON o.x = `from`.x", ["A", "b"]),
        (
            "SELECT * FROM a JOIN b WITHIN (1 HOUR, 2 DAYS) GRACE PERIOD 1 DAY ON a.x = b.x JOIN c ON a.x = c.x",
            ["A", "B", "C"],
        ),
        ("SELECT x, y FROM a PARTITION BY x, y EMIT CHANGES", ["A"]),
        ("SELECT x FROM a WINDOW HOPPING (SIZE 1 MINUTE, ADVANCE BY 1 SECOND) WHERE x > 1 GROUP BY x, y", ["A"]),
        ("SELECT x IS DISTINCT FROM y FROM a WHERE x IS NOT DISTINCT FROM z HAVING x, q", ["A"]),
        ("SELECT TRANSFORM(l, (x, y) => x + y), s->t, STRUCT(f := 1), ARRAY[1, 2][1] FROM a", ["A"]),
        ("SELECT 'FROM x' FROM a -- JOIN y", ["A"]),
    ],
)
def test_query_tells_what_it_reads(query, expected):
    assert reads(f"CREATE STREAM s AS {query};") == expected
    assert reads(f"INSERT INTO s {query};") == expected


def test_variable_of_the_file_hides_that_of_its_surroundings():
    defined = "DEFINE topic = '${NS:-}orders';\nDEFINE full = '${TOPIC}_x';\n"
    query = "CREATE STREAM a WITH (KAFKA_TOPIC = '${Full}') AS SELECT * FROM ${topic};"
    found = read(defined + query, NS="dev_", topic="other", Full="other")
    assert found.topic == "dev_orders_x"
    assert [name.text for name in found.reads] == ["dev_orders"]


def test_variable_of_a_file_leads_back_to_where_it_is_used():
    (name,) = read("DEFINE n = 'a_long_name';\nCREATE STREAM s AS\nSELECT * FROM ${n} WHERE x = 1").reads
    assert str(name.where) == "x.sql:3:15"


def test_open_string_defines_nothing():
    assert definitions(PATH, "DEFINE a = '1'; SELECT '${a}", {}) == {}
