"""What `CREATE`s of PostgreSQL and ClickHouse declare."""

from __future__ import annotations

from pathlib import Path

import pytest

from millstream.sql import CLICKHOUSE, POSTGRES, NotParsed, SqlText, created, relation
from millstream.sql.relations import tuple_fields


def statement(sql, dialect, **variables):
    return SqlText.read(Path("x.sql"), sql, variables, dialect).statements[0]


def test_postgres_columns_defaults_and_key():
    found = relation(
        statement(
            """CREATE TABLE IF NOT EXISTS bronze.${NS:-}t (a integer, b timestamptz(3) NOT NULL, c numeric(14, 2),
            d bytea, e bigserial, f int GENERATED ALWAYS AS IDENTITY, g text NOT NULL DEFAULT 'x', h double precision,
            CONSTRAINT pk PRIMARY KEY (a, b))""",
            POSTGRES,
        )
    )
    assert [(c.name, c.type) for c in found.columns] == [
        ("a", "INT"),
        ("b", "TIMESTAMPTZ(3)"),
        ("c", "DECIMAL(14, 2)"),
        ("d", "BYTEA"),
        ("e", "BIGSERIAL"),
        ("f", "INT"),
        ("g", "TEXT"),
        ("h", "DOUBLE PRECISION"),
    ]
    assert [c.name for c in found.columns if not c.nullable] == ["a", "b", "g"]
    assert [c.name for c in found.columns if c.default] == ["e", "f", "g"]
    assert found.primary_key == ("a", "b")


def test_primary_key_beside_its_column():
    assert relation(statement("CREATE TABLE t (a int PRIMARY KEY, b int)", POSTGRES)).primary_key == ("a",)


def test_name_stands_behind_schema_and_namespace():
    header = created(statement('CREATE TABLE bronze."${NS:-}t" (a int)', POSTGRES, NS="dev_"))
    assert (header.name.text, header.name.authored, header.name.namespaced) == ("bronze.dev_t", "bronze.t", True)


@pytest.mark.parametrize(
    "engine",
    [
        "Kafka SETTINGS kafka_broker_list = 'h:1', kafka_topic_list = 't,u', kafka_format = 'F'",
        "Kafka('h:1', 't,u', 'g', 'F')",
    ],
)
def test_both_ways_to_write_a_queue(engine):
    found = relation(statement(f"CREATE TABLE q (a Int32) ENGINE = {engine}", CLICKHOUSE))
    assert found.engine == "Kafka"
    settings = {s.key: s.value for s in found.settings}
    assert settings["kafka_topic_list"] == "t,u"
    assert settings["kafka_format"] == "F"


def test_materialized_view_reads_and_writes():
    sql = """CREATE MATERIALIZED VIEW ${NS:-}feed TO ${NS:-}rows AS
        WITH e AS (SELECT * FROM ${NS:-}queue) SELECT * FROM e JOIN "other" ON 1 = 1"""
    parsed = statement(sql, CLICKHOUSE, NS="dev_")
    found = relation(parsed)
    assert created(parsed).kind == "MATERIALIZED VIEW"
    assert (found.writes.text, found.writes.namespaced) == ("dev_rows", True)
    assert {(r.text, r.authored, r.namespaced) for r in found.reads} == {
        ("dev_queue", "queue", True),
        ("other", "other", False),
    }


def test_clickhouse_columns_may_be_null_only_when_told():
    found = relation(statement("CREATE TABLE t (a Nullable(Int32), b Int32) ENGINE = Memory", CLICKHOUSE))
    assert [(c.type, c.nullable) for c in found.columns] == [("Nullable(Int32)", True), ("Int32", False)]


def test_tuple_fields():
    assert tuple_fields("Tuple(a Nullable(String), b DateTime64(3, 'UTC'))") == (
        ("a", "Nullable(String)"),
        ("b", "DateTime64(3, 'UTC')"),
    )
    assert tuple_fields("String") == ()


def test_what_is_not_understood_shows_nothing_of_the_statement():
    with pytest.raises(NotParsed) as caught:
        relation(statement("CREATE VIEW v AS SELECT 'hunter2' FROM WHERE", CLICKHOUSE))
    assert caught.value.where.line == 1
    assert "hunter2" not in str(caught.value)
