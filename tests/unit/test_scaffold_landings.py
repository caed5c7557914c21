"""Landings of tables and views of the tree: they pass the rules, and nothing that is there is touched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from projects import VARIABLES, errors, load, make

from millstream import scaffold
from millstream.errors import ProjectError, UsageError
from millstream.rules.declared_types import clickhouse_for, flink_for_clickhouse, flink_for_postgres, postgres_for
from millstream.rules.types import CLICKHOUSE, POSTGRES, fits_clickhouse, fits_postgres
from millstream.scaffold import topics_file
from millstream.scaffold.landing import Database, build
from millstream.scaffold.origin import Origin, find, of_table

BOTH = (Database.POSTGRES, Database.CLICKHOUSE)
TYPES = (
    ("city_id", "INT"), ("minute", "TIMESTAMP_LTZ(3)"), ("day", "DATE"), ("at", "TIMESTAMP(3)"), ("ok", "BOOLEAN"),
    ("revenue", "DECIMAL(14, 2)"), ("total", "BIGINT"), ("share", "DOUBLE"), ("note", "STRING"), ("raw", "BYTES"),
)  # fmt: skip
VIEW = Origin("totals", TYPES, ("city_id", "minute"), insert_only=False, header=("Totals", "How much?"))
SQL = "-- Totals\nCREATE VIEW totals AS SELECT {} FROM orders;\n"


def files_of(root):
    return {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def project_with_view(root):
    columns = ", ".join(f"CAST(NULL AS {kind}) AS `{name}`" for name, kind in TYPES)
    return make(root, {"flink_sql/views/totals.sql": SQL.format(columns)})


@pytest.mark.parametrize("databases", [BOTH, BOTH[:1], BOTH[1:]], ids=["both", "postgres", "clickhouse"])
def test_landings_of_a_view_pass_the_rules(tmp_path, databases):
    root = project_with_view(tmp_path)
    scaffold.write(root, build(load(root), VIEW, databases, "totals_by_city"))
    assert errors(root) == ()
    assert errors(root, "dev_") == ()
    assert (root / "flink_sql/jobs/land_totals_by_city.sql").exists()


def test_landings_of_a_table_pass_the_rules_and_clickhouse_reads_its_topic(tmp_path):
    root = make(tmp_path)
    origin = replace(of_table(find(load(root), "order_items")), key=("order_id",))
    written = scaffold.write(root, build(load(root), origin, BOTH, "lines"))
    assert errors(root) == ()
    assert "kafka_topic_list = '${NS:-}order_items'" in (root / "clickhouse/lines_queue.sql").read_text()
    assert not any(path.name == "topics.yml" for path in written)


def test_a_changelog_brings_its_key_and_its_deletions(tmp_path):
    root = make(tmp_path)
    origin = of_table(find(load(root), "revenue_by_city"))
    assert (origin.key, origin.insert_only) == (("city_id",), False)
    scaffold.write(root, build(load(root), origin, (Database.CLICKHOUSE,), "again"))
    assert "op = 'd' AS is_deleted" in (root / "clickhouse/again_feed.sql").read_text()
    assert errors(root) == ()


def test_without_a_job_the_insert_is_told(tmp_path):
    root = project_with_view(tmp_path)
    draft = build(load(root), VIEW, BOTH[:1], "totals", with_job=False)
    assert draft.statement.startswith("INSERT INTO bronze_totals\nSELECT")
    assert "CAST(`minute` AS TIMESTAMP(3)) AS `minute`" in draft.statement
    assert not any("jobs" in file.path.parts for file in draft.files)


@pytest.mark.parametrize("taken", ["postgres/totals_by_city.sql", "flink_sql/jobs/land_totals_by_city.sql"])
def test_a_file_that_is_there_stops_everything(tmp_path, taken):
    root = project_with_view(tmp_path)
    (root / taken).write_text("-- mine\n")
    before = files_of(root)
    with pytest.raises(ProjectError, match=f"{taken}: there already; nothing was written"):
        scaffold.write(root, build(load(root), VIEW, BOTH, "totals_by_city"))
    assert files_of(root) == before


def test_a_disk_that_fails_in_the_middle_leaves_nothing(tmp_path, monkeypatch):
    root = project_with_view(tmp_path)
    draft = build(load(root), VIEW, BOTH, "totals_by_city")
    before = files_of(root)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("millstream.scaffold.draft._replace", full)
    with pytest.raises(OSError, match="No space"):
        scaffold.write(root, draft)
    assert files_of(root) == before


def test_what_would_break_a_rule_is_not_written(tmp_path):
    root = make(tmp_path)
    before = files_of(root)
    wrong = scaffold.NewFile(Path("flink_sql/jobs/wrong.sql"), "INSERT INTO revenue_by_city SELECT 1, 2 FROM nobody;\n")
    with (
        pytest.raises(ProjectError, match="breaks the project's rules") as caught,
        scaffold.tried(load(root), scaffold.Draft((wrong,)), VARIABLES),
    ):
        pass
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["FLK002"]
    assert files_of(root) == before


def test_rows_that_nothing_tells_apart_are_refused(tmp_path):
    root = make(tmp_path)
    with pytest.raises(ProjectError, match="tells the rows of `order_items` apart") as caught:
        build(load(root), of_table(find(load(root), "order_items")), BOTH, "lines")
    assert "--key" in caught.value.mend


def test_a_view_cannot_give_its_name_to_its_changelog(tmp_path):
    root = project_with_view(tmp_path)
    with pytest.raises(ProjectError, match="the view's own name"):
        build(load(root), VIEW, BOTH, "totals")


def test_a_column_that_jdbc_cannot_name_is_refused(tmp_path):
    origin = replace(VIEW, columns=(*TYPES, ("order", "INT")))
    with pytest.raises(ProjectError, match="cannot write a PostgreSQL column `order`"):
        build(load(make(tmp_path)), origin, BOTH[:1], "t")


def test_a_column_without_a_plain_type_is_left_out_and_told(tmp_path):
    origin = replace(VIEW, columns=(*TYPES, ("spot", "ROW<lat DOUBLE>")))
    draft = build(load(make(tmp_path)), origin, BOTH[:1], "t")
    assert any("`spot` does not land in postgres" in note for note in draft.notes)
    assert all("spot" not in file.text for file in draft.files)


def test_a_close_name_is_suggested(tmp_path):
    with pytest.raises(UsageError) as caught:
        find(load(make(tmp_path)), "order_itms")
    assert caught.value.mend == "did you mean `order_items`?"


TOPICS = """# Heads up: alphabetical.
topics:
  # The first one.
  orders: {description: "All: of them", partitions: 2}  # inline

  events:
    description: >-
      Folded
      text.
# The end of the topics.
defaults:
  partitions: 4
"""


def test_a_topic_is_added_and_no_other_character_changes():
    added = topics_file.add(TOPICS, "totals", "Totals: all of them", 3, {"retention.ms": "-1"})
    entry = (
        "\n  totals:\n    description: 'Totals: all of them'\n    partitions: 3\n    config:\n      retention.ms: -1\n"
    )
    assert added.replace(entry, "") == TOPICS
    assert list(yaml.safe_load(added)["topics"]) == ["orders", "events", "totals"]
    assert yaml.safe_load(added)["topics"]["totals"]["partitions"] == 3


@pytest.mark.parametrize("text", ["topics:\n", "topics:", "# none yet\ntopics:\n# later\ndefaults: {}\n"])
def test_the_first_topic_can_be_added(text):
    assert yaml.safe_load(topics_file.add(text, "a", "A.", None, {}))["topics"] == {"a": {"description": "A."}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TOPICS, "stands in"),
        ("topics: {a: {}}\n", "no entry can be added"),
        ("other: 1\n", "no key"),
        ("a: [", "not YAML"),
    ],
)
def test_a_topic_that_cannot_be_added_is_refused(text, said):
    with pytest.raises(ProjectError, match=said):
        topics_file.add(text, "orders", "Orders.", None, {})


@pytest.mark.parametrize("flink", [*POSTGRES, "DECIMAL(12, 2)", "TIMESTAMP_LTZ(3)", "VARCHAR(20)"])
def test_what_is_declared_in_postgres_fits(flink):
    assert fits_postgres(flink, postgres_for(flink).upper())


@pytest.mark.parametrize("flink", [*(CLICKHOUSE.keys() - {"ROW", "MAP", "ARRAY"}), "DECIMAL(12, 2)", "ARRAY<INT>"])
def test_what_is_declared_in_clickhouse_fits(flink):
    assert fits_clickhouse(flink, clickhouse_for(flink))


@pytest.mark.parametrize(
    ("postgres", "flink"),
    [
        ("integer", "INT"), ("smallint", "SMALLINT"), ("numeric(12,2)", "DECIMAL(12, 2)"), ("text", "STRING"),
        ("character varying(20)", "STRING"), ("timestamp(3) with time zone", "TIMESTAMP_LTZ(3)"),
        ("timestamp without time zone", "TIMESTAMP(6)"), ("double precision", "DOUBLE"), ("bytea", "BYTES"),
        ("uuid", None), ("text[]", None),
    ],
)  # fmt: skip
def test_types_of_postgres_are_read(postgres, flink):
    assert flink_for_postgres(postgres) == flink


@pytest.mark.parametrize(
    ("clickhouse", "flink"),
    [
        ("Int32", "INT"), ("Nullable(Decimal(14, 2))", "DECIMAL(14, 2)"), ("UInt64", "DECIMAL(20, 0)"),
        ("DateTime64(3, 'UTC')", "TIMESTAMP_LTZ(3)"), ("LowCardinality(String)", "STRING"), ("Date32", "DATE"),
        ("Tuple(a Int32)", None),
    ],
)  # fmt: skip
def test_types_of_clickhouse_are_read(clickhouse, flink):
    assert flink_for_clickhouse(clickhouse) == flink
