"""What Flink statements read, write and declare."""

from __future__ import annotations

from pathlib import Path

import pytest

from millstream.sql import NotLexical, SqlText, created, flink_create, is_setting, references, setting, unique

WINDOW = "TABLE(TUMBLE(TABLE {}, DESCRIPTOR(t), INTERVAL '1' MINUTE))"


def text(sql, **variables):
    return SqlText.read(Path("x.sql"), sql, variables)


def reads(sql):
    return [name for statement in text(sql).statements for name in unique(references(statement).reads)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * FROM a", ["a"]),
        ("SELECT * FROM a, b AS x, c y WHERE 1 IN (1, 2)", ["a", "b", "c"]),
        ("SELECT * FROM a JOIN b ON a.x = b.x LEFT OUTER JOIN c USING (x) CROSS JOIN d", ["a", "b", "c", "d"]),
        ("SELECT * FROM a AS o JOIN p FOR SYSTEM_TIME AS OF o.t AS q ON q.id = o.id", ["a", "p"]),
        ("SELECT * FROM (SELECT * FROM a) AS x, (VALUES (1), (2)) AS y (n)", ["a"]),
        ("SELECT * FROM (a JOIN b ON TRUE) JOIN c ON TRUE", ["a", "b", "c"]),
        ("SELECT * FROM " + WINDOW.format("a"), ["a"]),
        ("SELECT * FROM TUMBLE(TABLE a, DESCRIPTOR(t), INTERVAL '1' MINUTE)", ["a"]),
        ("SELECT * FROM TABLE(HOP(DATA => TABLE a, TIMECOL => DESCRIPTOR(t))), b", ["a", "b"]),
        ("SELECT * FROM a CROSS JOIN UNNEST(a.lines) WITH ORDINALITY AS l (x, y), b", ["a", "b"]),
        ("SELECT * FROM a, LATERAL TABLE(split(a.x)) AS s (w) JOIN b ON TRUE", ["a", "b"]),
        ("SELECT x FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.x IN (SELECT x FROM c))", ["a", "b", "c"]),
        ("SELECT (SELECT MAX(x) FROM b) FROM a", ["b", "a"]),
        ("SELECT * FROM a UNION ALL SELECT * FROM b EXCEPT (SELECT * FROM c)", ["a", "b", "c"]),
        ("SELECT EXTRACT(DAY FROM t), TRIM(BOTH ' ' FROM s), a IS DISTINCT FROM b FROM c", ["c"]),
        ("SELECT a IS NOT DISTINCT FROM b FROM c GROUP BY x, y", ["c"]),
        ("SELECT LISTAGG(x) WITHIN GROUP (ORDER BY y), COUNT(*) FILTER (WHERE z) FROM a", ["a"]),
        (
            "SELECT * FROM a MATCH_RECOGNIZE (ORDER BY t MEASURES A.x AS x, B.x AS y PATTERN (A B{3}) DEFINE A AS x)",
            ["a"],
        ),
        ("WITH e AS (SELECT * FROM a), f (x) AS (SELECT x FROM e) SELECT * FROM e, f, g", ["a", "g"]),
        ("WITH a AS (SELECT * FROM a) SELECT * FROM a", ["a"]),
        ("SELECT * FROM (WITH e AS (SELECT * FROM a) SELECT * FROM e) JOIN e ON TRUE", ["a", "e"]),
        ("SELECT * FROM `from` AS `x`, `a b`", ["from", "a b"]),
        ("SELECT * FROM default_catalog.default_database.a JOIN other.b ON TRUE", ["a", "other.b"]),
        ("SELECT 'FROM x', `FROM y` -- FROM z\n/* JOIN w */ FROM a", ["a"]),
        (
            "SELECT * FROM a /*+ OPTIONS('x' = 'y', 'z' = 'w') */, b /*+ STATE_TTL('b' = '1d') */ JOIN c ON TRUE",
            ["a", "b", "c"],
        ),
        ("select * from a join b on true", ["a", "b"]),
        ("SELECT CAST(x AS TIMESTAMP WITH LOCAL TIME ZONE) FROM a", ["a"]),
        ("SELECT JSON_QUERY(v, '$.x' WITH WRAPPER), f.* FROM a CROSS JOIN UNNEST(ARRAY[ROW(1, 2)]) AS f (p, q)", ["a"]),
        ("SELECT * FROM a OFFSET 1", ["a"]),
        ("TABLE a", ["a"]),
        ("VALUES (1)", []),
    ],
)
def test_reads(query, expected):
    assert reads(f"INSERT INTO sink {query}") == expected
    assert reads(f"CREATE VIEW v (x COMMENT 'FROM q') COMMENT 'c' AS {query}") == expected


def test_every_branch_of_a_statement_set_counts():
    (statement,) = text(
        "EXECUTE STATEMENT SET BEGIN INSERT INTO s1 SELECT CASE WHEN x THEN 1 END FROM a; "
        "INSERT INTO s2 (p, q) WITH e AS (SELECT 1 FROM b) SELECT * FROM e; INSERT INTO s1 SELECT * FROM e; END;"
    ).statements
    found = references(statement)
    assert unique(found.writes) == ("s1", "s2")
    # `e` is hidden in its own branch only.
    assert unique(found.reads) == ("a", "b", "e")


def test_names_carry_their_place():
    (statement,) = text("INSERT INTO s\nSELECT * FROM ${NS:-}orders o", NS="dev_").statements
    (name,) = references(statement).reads
    assert (name.text, name.authored, name.namespaced) == ("dev_orders", "orders", True)
    assert (str(name.where), name.where.end_column) == ("x.sql:2:15", 27)


def test_statements_are_split_with_their_places():
    sql = "-- a; b\nSET 'x' = 'a;b';\n\nINSERT INTO t SELECT `;` FROM u /* ; */;\n;"
    statements = text(sql).statements
    assert [s.template for s in statements] == ["SET 'x' = 'a;b'", "INSERT INTO t SELECT `;` FROM u"]
    assert [str(s.where) for s in statements] == ["x.sql:2:1", "x.sql:4:1"]


def test_header_is_title_question_and_technique():
    header = text("-- Title\n-- Question?\n-- How,\n-- and more\nSELECT 1 -- not this").header
    assert (header.title, header.question, header.technique) == ("Title", "Question?", "How, and more")
    assert text("SELECT 1").header.title == ""


@pytest.mark.parametrize(("sql", "at"), [("SELECT 'a' || 'b", 14), ("SELECT `a", 7), ("SELECT 1 /* x", 9)])
def test_what_never_closes_is_found_where_it_opens(sql, at):
    with pytest.raises(NotLexical) as caught:
        _ = text(sql).statements
    assert caught.value.offset == at


def test_settings():
    good, other, bare = text("SET 'a' = 'b''c'; SET a = 'b'; RESET 'a'").statements
    pair = setting(good)
    assert (pair.key, pair.value) == ("a", "b'c")
    assert is_setting(other)
    assert setting(other) is None
    assert not is_setting(bare)


CREATE = """CREATE TABLE IF NOT EXISTS ${NS:-}orders (
  id BIGINT NOT NULL COMMENT 'NOT a word', big AS amount > 10, `odd name` ROW<x INT, y ARRAY<DECIMAL(12,  2)>>,
  ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL, part INT METADATA, amount DECIMAL(12, 2), m MAP<STRING, INT>,
  plain TIMESTAMP(3) WITH LOCAL TIME ZONE,
  CONSTRAINT pk PRIMARY KEY (id, `odd name`) NOT ENFORCED, WATERMARK FOR ts AS ts - INTERVAL '10' SECOND
) COMMENT 'WITH' PARTITIONED BY (id) WITH ('connector' = 'kafka', 'p' = '${SECRET}') LIKE base (EXCLUDING ALL)"""


def test_create_table_is_read_whole():
    (statement,) = text(CREATE, NS="dev_", SECRET="it's").statements
    header = created(statement)
    table = flink_create(statement, header.behind)
    assert (header.kind, header.name.text, header.name.authored) == ("TABLE", "dev_orders", "orders")
    assert [(c.name, c.type, c.nullable) for c in table.columns] == [
        ("id", "BIGINT", False),
        ("odd name", "ROW<x INT, y ARRAY<DECIMAL(12, 2)>>", True),
        ("amount", "DECIMAL(12, 2)", True),
        ("m", "MAP<STRING, INT>", True),
        ("plain", "TIMESTAMP(3) WITH LOCAL TIME ZONE", True),
    ]
    assert table.primary_key == ("id", "odd name")
    assert table.watermark == "ts"
    assert table.values == {"connector": "kafka", "p": "it's"}
    assert table.like.text == "base"


def test_engine_positions_lead_back_to_the_file():
    sql = "SET 'a' = 'b';\nINSERT INTO t\nSELECT amout\nFROM ${NS:-}orders WHERE colour = 1"
    statement = text(sql, NS="a_long_namespace_").statements[1]
    line = "FROM a_long_namespace_orders WHERE colour = 1"
    assert str(statement.locate(2, 8)) == "x.sql:3:8"
    assert str(statement.locate(3, line.index("colour") + 1)) == "x.sql:4:26"
    assert statement.locate(99, 99).line == 4
