"""Reading the tree: files of every make, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import VARIABLES, diagnose, errors, load, make

from millstream.project.model import FlinkTable, FlinkView, Job, Kind, Relation, ResourceId, Topic

VIEW = "flink_sql/views/good_orders.sql"


def one(project, kind, name):
    return next(r for r in project.of(kind) if r.id.name == name)


def test_resources_are_read_with_what_others_build_on(tmp_path):
    project = load(make(tmp_path), "dev_")
    topic = one(project, Topic, "revenue_by_city")
    assert (topic.partitions, topic.config, topic.id.engine_name) == (2, {"retention.ms": "-1"}, "dev_revenue_by_city")
    assert one(project, FlinkTable, "orders").options["topic"] == "dev_orders"
    assert one(project, FlinkView, "good_orders").reads == ("orders",)
    job = one(project, Job, "parse_orders")
    assert (job.settings, job.reads, job.writes) == (
        (("parallelism.default", "4"),),
        ("good_orders",),
        ("order_items",),
    )
    assert job.requires == ("orders", "good_orders", "order_items")
    landing = one(project, Relation, "bronze.revenue_by_city")
    assert landing.id.engine_name == "bronze.dev_revenue_by_city"
    feed = next(r for r in project.of(Relation) if r.id.kind is Kind.CLICKHOUSE_MATERIALIZED_VIEW)
    assert (feed.reads, feed.writes) == (("dev_revenue_by_city_queue",), "dev_revenue_by_city_rows")


def test_names_of_resources():
    assert str(ResourceId(Kind.JOB, "parse_orders", "dev_")) == "job.dev_parse_orders"
    assert ResourceId(Kind.TOPIC, "shop.public.cities", "dev_").engine_name == "dev_shop.public.cities"


def test_template_keeps_variables_and_statement_has_values(tmp_path):
    table = one(load(make(tmp_path)), FlinkTable, "bronze_revenue_by_city")
    assert "'${FLINK_POSTGRES_PASSWORD}'" in table.template
    assert "'it''s secret'" in table.statement
    assert table.options["password"] == VARIABLES["FLINK_POSTGRES_PASSWORD"]


def test_no_value_shows_in_a_printed_project(tmp_path):
    assert "secret" not in repr(load(make(tmp_path)))


@pytest.mark.parametrize("change", [lambda b: b"\xef\xbb\xbf" + b, lambda b: b.replace(b"\n", b"\r\n")])
def test_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path, change):
    before = load(make(tmp_path))
    for file in tmp_path.rglob("*.*"):
        file.write_bytes(change(file.read_bytes()))
    after = load(tmp_path)
    assert after.diagnostics == ()
    assert vars(after) == vars(before)


def test_file_that_is_not_utf8_is_reported_with_its_line(tmp_path):
    root = make(tmp_path)
    (root / VIEW).write_bytes(b"-- fine\n-- caf\xe9\nCREATE VIEW x AS SELECT 1")
    found = [d for d in diagnose(root) if d.where.path == Path(VIEW)]
    assert [(d.code, str(d.where)) for d in found] == [("PRJ001", f"{VIEW}:2:1")]


def test_unreadable_file_is_reported_and_the_rest_is_read(tmp_path):
    root = make(tmp_path)
    (root / VIEW).unlink()
    (root / VIEW).mkdir()
    project = load(root)
    assert [d.code for d in project.diagnostics] == ["PRJ001"]
    assert one(project, Job, "revenue_by_city").requires


def test_link_out_of_the_project_is_refused_and_not_read(tmp_path):
    outside = tmp_path / "outside.sql"
    outside.write_text("CREATE VIEW linked AS SELECT * FROM orders")
    root = make(tmp_path / "project")
    (root / "flink_sql/views/linked.sql").symlink_to(outside)
    (root / "flink_sql/views/dangling.sql").symlink_to(root / "nowhere.sql")
    project = load(root)
    assert [(d.code, d.where.path.stem) for d in project.diagnostics] == [("PRJ001", "dangling"), ("PRJ002", "linked")]
    assert [v.id.name for v in project.of(FlinkView)] == ["good_orders"]


def test_link_within_the_project_is_followed(tmp_path):
    root = make(tmp_path, {"shared/tagged.sql": "CREATE VIEW tagged AS SELECT * FROM orders"})
    (root / "flink_sql/views/tagged.sql").symlink_to(root / "shared/tagged.sql")
    assert errors(root) == ()


def test_operational_database_is_not_ours(tmp_path):
    assert diagnose(make(tmp_path, {"postgres/shop/cities.sql": "INSERT INTO cities VALUES (1)"})) == ()


def test_empty_project_is_no_error(tmp_path):
    project = load(tmp_path)
    assert (project.resources, project.diagnostics) == ((), ())


def test_table_like_another_takes_its_columns_and_options(tmp_path):
    child = "CREATE TABLE replay (extra INT) WITH ('topic' = '${NS:-}order_items') LIKE orders;"
    job = "INSERT INTO order_items SELECT order_id, city_id, amount, record_time FROM replay;"
    root = make(tmp_path, {"flink_sql/tables/replay.sql": child, "flink_sql/jobs/again.sql": job})
    project = load(root)
    table = one(project, FlinkTable, "replay")
    assert [c.name for c in table.columns] == ["order_id", "city_id", "amount", "extra"]
    assert (table.connector, table.options["topic"]) == ("kafka", "order_items")
    assert one(project, Job, "again").requires == ("orders", "replay", "order_items")


def test_topic_settings_are_strings(tmp_path):
    topics = "topics:\n  a:\n    config: {cleanup.policy: compact, preallocate: true, min.cleanable.dirty.ratio: 0.5}\n"
    project = load(make(tmp_path, {"kafka/topics.yml": topics}))
    assert one(project, Topic, "a").config == {
        "cleanup.policy": "compact",
        "preallocate": "true",
        "min.cleanable.dirty.ratio": "0.5",
    }
    assert one(project, Topic, "a").partitions == 1


def test_this_repository_has_no_errors():
    root = Path(__file__).parents[2]
    assert [(d.code, str(d.where), d.summary) for d in errors(root)] == []
