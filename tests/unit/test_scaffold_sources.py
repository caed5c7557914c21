"""The records of each case give exactly its table and its notes, and the table passes the project's rules."""

from __future__ import annotations

import pytest
from projects import errors, load, make

from millstream import scaffold
from millstream.engines.kafka_records import TopicSample
from millstream.errors import ProjectError
from millstream.project.model import FlinkTable
from millstream.scaffold import topic_source
from scaffold_cases import CASES, draft_of, read_case, record


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_records_give_the_table(file):
    sample, table, notes = read_case(file)
    draft = draft_of(sample)
    assert draft.files[0].text == table
    assert list(draft.notes) == notes


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_the_table_passes_the_rules(file, tmp_path):
    make(tmp_path, {"flink_sql/tables/orders.sql": None, "flink_sql/views/good_orders.sql": None,
                    "flink_sql/jobs/parse_orders.sql": None})  # fmt: skip
    draft = draft_of(read_case(file)[0])
    taken = scaffold.Draft(draft.files, tuple(topic for topic in draft.topics if topic.name != "orders"))
    scaffold.write(tmp_path, taken)
    assert errors(tmp_path) == ()


def test_bytes_of_a_schema_registry_are_told_from_json():
    records = (record("2026-01-01T00:00:00Z", "-", "\0\0\0\0\1abc"),)
    with pytest.raises(ProjectError, match="schema registry"):
        topic_source.build(TopicSample("t", 1, records), "t", "t", None)


def test_an_empty_topic_gives_no_table():
    with pytest.raises(ProjectError, match="has no records"):
        topic_source.build(TopicSample("t", 1, ()), "t", "t", None)


@pytest.mark.parametrize("field", ["a\\n'); DROP TABLE x; --", "${FLINK_POSTGRES_PASSWORD}"])
@pytest.mark.parametrize("value", ['{"%s": 1}', '{"inside": {"%s": []}}'])
def test_a_field_that_would_be_more_than_a_name_is_refused(field, value):
    records = (record("2026-01-01T00:00:00Z", "-", value % field),)
    with pytest.raises(ProjectError, match="cannot be the name of a column"):
        topic_source.build(TopicSample("t", 1, records), "t", "t", None)


def test_a_field_with_quotes_stays_one_name(tmp_path):
    sample = TopicSample("odd", 1, (record("2026-01-01T00:00:00Z", "-", '{"it\'s `so`": 1, "b-c": {"d e": 2}}'),))
    draft = draft_of(sample)
    make(tmp_path)
    scaffold.write(tmp_path, draft)
    (table,) = [table for table in load(tmp_path).of(FlinkTable) if table.id.name == "odd"]
    assert [column.name for column in table.columns][1:] == ["b-c"]
    assert errors(tmp_path) == ()
