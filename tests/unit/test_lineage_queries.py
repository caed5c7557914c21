"""Columns through the SQL of views, models and datasets."""

from __future__ import annotations

import pytest

from millstream.lineage.queries import UnknownColumns, origins

COLUMNS = {
    "rows": ("city_id", "revenue", "version"),
    "queue": ("before.city_id", "after.city_id", "op", "_offset"),
    "cities": ("city_id", "name"),
    "opaque": (),
}


def found(query, dialect="clickhouse"):
    columns = {node: dict.fromkeys(names) for node, names in COLUMNS.items()}
    made = origins(query, dialect, lambda _schema, name: name if name in COLUMNS else None, columns)
    return {name: {f"{node}.{column}" for node, column in each} for name, each in made.items()}


def test_renamed_and_computed_columns():
    query = "SELECT city_id AS id, revenue * 2 AS double, 1 AS one FROM rows FINAL"
    assert found(query) == {"id": {"rows.city_id"}, "double": {"rows.revenue"}, "one": set()}


def test_view_is_read_by_its_query():
    assert found("CREATE VIEW v AS SELECT max(revenue) AS most FROM rows GROUP BY city_id") == {
        "most": {"rows.revenue"}
    }


def test_element_of_the_row_before_or_after_a_change_is_a_column_of_both():
    query = "SELECT tupleElement(if(op = 'd', before, after), 'city_id') AS city_id, op = 'd' AS gone FROM queue"
    assert found(query) == {"city_id": {"queue.before.city_id", "queue.after.city_id"}, "gone": {"queue.op"}}


def test_star_takes_every_column_through_common_table_expressions():
    query = "with source as (select * from rows), kept as (select * from source) select * from kept"
    assert found(query, "postgres") == {name: {f"rows.{name}"} for name in COLUMNS["rows"]}


def test_join_keeps_the_sides_apart():
    query = "select c.name, sum(r.revenue) as total from rows as r join cities as c using (city_id) group by 1"
    assert found(query, "postgres") == {"name": {"cities.name"}, "total": {"rows.revenue"}}


def test_union_takes_from_both_sides():
    query = "select revenue as x from rows union all select name from cities"
    assert found(query, "postgres") == {"x": {"rows.revenue", "cities.name"}}


def test_expression_may_have_the_name_of_the_table_it_reads():
    query = "with rows as (select revenue as x from rows) select x from rows"
    assert found(query, "postgres") == {"x": {"rows.revenue"}}


def test_alias_in_other_letters_means_the_same_in_postgresql():
    assert found("select R.revenue as x from rows as r", "postgres") == {"x": {"rows.revenue"}}


def test_expression_of_an_inner_query_is_seen_there_alone():
    query = "select x from (with cities as (select revenue as x from rows) select x from cities) as i, cities"
    assert found(query, "postgres") == {"x": {"rows.revenue"}}


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * FROM opaque", "takes every column of opaque"),
        ("SELECT x FROM nowhere", "it reads nowhere, which nobody declares"),
        ("SELECT ((", "its SQL is not understood here"),
        ("DROP TABLE rows", "it is no query"),
    ],
)
def test_what_cannot_be_told_is_unknown_and_says_why(query, reason):
    with pytest.raises(UnknownColumns, match=reason):
        found(query)
