"""What only Flink's planner can answer, in one planner process for all cases: a JVM takes seconds to start."""

from __future__ import annotations

from pathlib import Path

import pytest
from planner_cases import FILES, make, planned, refused
from planner_cases import shown as shown_mistake
from projects import load, rendered
from rule_cases import CASES, PLANNED, shown
from test_project_cases import read_case

from millstream import project as projects
from millstream import rules
from millstream.compiled import CompiledPlan
from millstream.flinkplan import jobs
from millstream.graph import Graph
from millstream.local import offline
from millstream.project.model import Job
from millstream.rules.intended import without_intended
from own_planner import own_planner

PAGE = (Path(__file__).parents[2] / "docs/check.md").read_text(encoding="utf-8")
JOB = "flink_sql/jobs/totals.sql"
QUERY = "INSERT INTO totals\nSELECT city_id, CAST(amount AS DECIMAL(38, 2)) AS revenue\nFROM orders"


@pytest.fixture(scope="module")
def planner():
    with own_planner() as running:
        yield running


@pytest.mark.parametrize("case", [case for case in CASES if case.code in PLANNED], ids=str)
def test_rule_gives_its_diagnostics(case, planner):
    assert shown(case, planner) == case.expected


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_mistake_is_told_where_it_is(file, planner, tmp_path):
    assert shown_mistake(file, tmp_path, planner) == read_case(file)[0]


def test_the_page_tells_how_many_mistakes_have_a_place(planner, tmp_path):
    placed = 0
    for number, file in enumerate(FILES):
        root = tmp_path / str(number)
        whole = {resource.where for resource in load(make(root, read_case(file)[1])).resources}
        placed += all(found.where not in whole for found in refused(file, root, planner))
    assert f"{placed} of {len(FILES)}" in PAGE


@pytest.mark.parametrize("case", [case for case in CASES if case.code == "FLK012"], ids=str)
def test_top_one_is_refused_exactly_where_flink_takes_its_rows_for_inserts(case, planner):
    project = load(case.folder)
    (job,) = project.of(Job)
    plan = CompiledPlan.parse(planner.compile(jobs.source(project, job, {})).plan)
    (sink,) = (node for node in plan if node.kind == "sink")
    ranked = any(node.kind == "rank" for node in plan)
    assert (ranked and sink.content["inputChangelogMode"] == ["INSERT"]) == ("FLK012" in case.expected)


def test_a_secret_with_quotes_is_planned_and_told_to_nobody(planner, tmp_path):
    secret = 'it\'s; DROP TABLE -- "x" `y`'
    root = make(tmp_path, {})
    table = root / "flink_sql/tables/orders.sql"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("'format' = 'json'", "'format' = '${KEY_PASSWORD}'"), encoding="utf-8")
    found = [d for d in planned(root, planner, KEY_PASSWORD=secret) if d.code == "FLK100"]
    assert [str(d.where) for d in found] == ["flink_sql/tables/orders.sql:2:14"]
    assert "DROP" not in repr(found)


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_bytes_of_windows_move_no_place_of_the_planner(planner, tmp_path, line_end, mark):
    root = make(tmp_path, {})
    text = f"{mark}-- Totals\n{QUERY.replace('amount', 'amout')};\n"
    (root / JOB).write_bytes(text.replace("\n", line_end).encode())
    assert [str(d.where) for d in planned(root, planner) if d.code == "FLK100"] == [f"{JOB}:3:22"]


def test_a_megabyte_of_comment_is_planned(planner, tmp_path):
    root = make(tmp_path, {JOB: "-- Totals\n" + "-- and more; 'and more\n" * 45_000 + QUERY + ";\n"})
    assert [d for d in planned(root, planner) if d.code == "FLK100"] == []


def test_what_follows_from_a_told_mistake_is_not_planned(tmp_path):
    root = make(tmp_path, {JOB: f"-- Totals\n{QUERY.replace('orders', 'oders')};\n"})
    project = load(root)
    graph = Graph.of(project)
    said = (*project.diagnostics, *rules.check(project, graph))
    # The tables of a job that cannot be planned are looked at on their own.
    queries = {"query of cities", "query of orders", "query of totals"}
    assert {job.id.name for job in jobs.plannable(project, graph, said)} == queries


def test_the_jobs_of_this_repository_are_right(planner):
    root = Path(__file__).parents[2]
    project = projects.load(root, name="example", variables=offline.of_platform(root))
    asked = jobs.plannable(project, Graph.of(project), ())
    found = jobs.look(project, asked, planner, offline.of_platform(root)).diagnostics
    assert rendered(without_intended(found, lambda path: (root / path).read_text(encoding="utf-8").split("\n"))) == ""
