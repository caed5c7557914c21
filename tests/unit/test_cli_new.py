"""`millstream new` as a person calls it; no engine runs, so what needs one says so."""

from __future__ import annotations

import pytest
from command_line import CommandLine


def files_of(root):
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_a_landing_of_a_table_needs_no_engine_and_names_its_files(tmp_path):
    command = CommandLine.of_base(tmp_path)
    before = files_of(tmp_path)
    both = ("--to", "postgres", "--to", "clickhouse")
    done = command.run("new", "landing", "--from", "order_items", *both, "--key", "order_id", "--name", "lines")
    assert done.code == 0, done.output
    new = files_of(tmp_path).keys() - before.keys()
    assert len(new) == 7
    assert all(name in done.output for name in new)
    assert "next: millstream apply" in done.output
    assert {name: text for name, text in files_of(tmp_path).items() if name in before} == before


def test_a_second_run_changes_nothing(tmp_path):
    command = CommandLine.of_base(tmp_path)
    arguments = ("new", "landing", "--from", "order_items", "--to", "postgres", "--key", "order_id", "--name", "lines")
    command.run(*arguments)
    before = files_of(tmp_path)
    command.run(*arguments).is_one_error(1, "postgres/lines.sql", "there already; nothing was written", "--name")
    assert files_of(tmp_path) == before


def test_an_insert_is_shown_instead_of_a_job(tmp_path):
    done = CommandLine.of_base(tmp_path).run(
        "new",
        "landing",
        "--from",
        "order_items",
        "--to",
        "postgres",
        "--key",
        "order_id",
        "--name",
        "lines",
        "--no-job",
    )
    assert "INSERT INTO bronze_lines\nSELECT" in done.output
    assert "CAST(ordered_at AS TIMESTAMP(3)) AS ordered_at" in done.output
    assert not (tmp_path / "flink_sql/jobs/land_lines.sql").exists()


def test_a_job_without_a_source_passes_the_rules(tmp_path):
    command = CommandLine.of_base(tmp_path)
    done = command.run("new", "job", "pulse")
    assert done.code == 0, done.output
    assert (tmp_path / "kafka/topics.yml").read_text().endswith("  pulse:\n    description: Result of job `pulse`.\n")
    assert "error[" not in command.run("apply").output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("landing", "--from", "order_items", "--to", "postgres"), 1, ("apart", "--key")),
        (("landing", "--from", "order_items", "--to", "postgres", "--key", "no"), 1, ("`no` cannot be", "order_id")),
        (("landing", "--from", "order_itms", "--to", "postgres"), 2, ("did you mean `order_items`?",)),
        (("landing", "--from", "good_orders", "--to", "postgres"), 2, ("has no Flink planner", "embedded")),
        (("landing", "--from", "revenue_by_city", "--to", "postgres"), 1, ("bronze_revenue_by_city.sql", "already")),
        (("job", "pulse", "--from", "orders"), 2, ("has no Flink planner",)),
        (("job", "../../evil"), 2, ("is no place", "lower-case")),
        (("job", "Pulse"), 2, ("is no place", "lower-case")),
        (("source",), 2, ("name a topic or a table",)),
        (("source", "--from-topic", "a", "--from-table", "b.c"), 2, ("name a topic or a table",)),
        (("source", "--from-table", "cities"), 2, ("names no database", "shop.cities")),
        (("source", "--from-table", "shop.cities"), 3, ("PostgreSQL does not answer",)),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) and len(value) < 8 else None,
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(tmp_path, arguments, code, said):
    command = CommandLine.of_base(tmp_path)
    before = files_of(tmp_path)
    command.run("new", *arguments).is_one_error(code, *said)
    assert files_of(tmp_path) == before
