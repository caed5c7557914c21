"""Which resources `-s` and `--exclude` mean."""

from __future__ import annotations

import pytest
from projects import load, make

from millstream.errors import UsageError
from millstream.graph import Graph
from millstream.project.model import Kind, ResourceId
from millstream.selection import Selection

REMOVED = ResourceId(Kind.CONNECTOR, "old_files")
PARSE = ResourceId(Kind.JOB, "parse_orders")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    project = load(make(tmp_path_factory.mktemp("base")))
    return project, Graph.of(project)


@pytest.fixture
def chosen(base):
    project, graph = base

    def choose(*select, exclude=(), modified=()):
        found = Selection.parse(select, exclude).resolve(project, graph, frozenset(modified))
        return {str(resource) for resource in found}

    return choose


def test_nothing_asked_for_is_everything(chosen, base):
    assert chosen() == {str(resource.id) for resource in base[0].resources}
    assert Selection.parse().is_everything


def test_a_name_means_every_resource_of_that_name(chosen):
    assert chosen("orders") == {"topic.orders", "flink_table.orders"}
    assert chosen("topic.orders") == {"topic.orders"}
    assert chosen("parse_*") == {"job.parse_orders"}


def test_a_table_is_found_with_and_without_its_schema(chosen):
    assert "postgres_table.bronze.revenue_by_city" in chosen("revenue_by_city")
    assert chosen("bronze.revenue_by_city") == {"postgres_table.bronze.revenue_by_city"}


def test_plus_in_front_takes_what_is_needed_and_plus_behind_what_needs_it(chosen, base):
    graph = base[1]
    above = {str(resource) for resource in graph.upstream(PARSE)}
    below = {str(resource) for resource in graph.downstream(PARSE)}
    assert chosen("+parse_orders") == above | {str(PARSE)}
    assert chosen("parse_orders+") == below | {str(PARSE)}
    assert chosen("+parse_orders+") == above | below | {str(PARSE)}


def test_a_number_beside_the_plus_counts_steps(chosen, base):
    needed = {str(resource) for resource in base[1].needs[PARSE]}
    assert chosen("1+parse_orders") == needed | {str(PARSE)}
    assert chosen("99+parse_orders") == chosen("+parse_orders")


def test_a_path_is_a_file_a_folder_or_a_pattern(chosen):
    assert chosen("path:flink_sql/jobs/parse_orders.sql") == {"job.parse_orders"}
    jobs = chosen("resource_type:job")
    assert chosen("path:flink_sql/jobs/") == chosen("path:./flink_sql/jobs") == jobs
    assert chosen("path:flink_sql/jobs/*.sql") == jobs


def test_several_are_a_union_and_a_comma_is_an_intersection(chosen):
    union = chosen("resource_type:job", "orders")
    assert union == chosen("resource_type:job orders") == chosen("resource_type:job") | chosen("orders")
    assert chosen("resource_type:job,+revenue_by_city") == {"job.parse_orders", "job.revenue_by_city"}
    assert chosen("resource_type:topic,parse_orders") == set()


def test_exclude_takes_away(chosen):
    assert chosen("resource_type:job", exclude=["parse_orders"]) == chosen("resource_type:job") - {"job.parse_orders"}
    assert "job.parse_orders" not in chosen(exclude=["path:flink_sql"])


def test_modified_is_what_the_plan_would_change(chosen):
    assert chosen("state:modified") == set()
    assert chosen("state:modified", modified=[PARSE, REMOVED]) == {str(PARSE), str(REMOVED)}
    assert chosen("state:modified+,resource_type:job", modified=[PARSE]) >= {"job.revenue_by_city"}


def test_what_is_declared_no_longer_is_known_while_the_plan_would_delete_it(chosen):
    assert chosen("old_files", modified=[REMOVED]) == {str(REMOVED)}
    with pytest.raises(UsageError):
        chosen("old_files")


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("parse_order", "did you mean `parse_orders`?"),
        ("+job.parse_order", "did you mean `job.parse_orders`?"),
        ("zzz", "names are those of the files"),
        ("paht:flink_sql", "did you mean `path`?"),
        ("path:flink_sql/job", "did you mean `flink_sql/jobs`?"),
        ("resource_type:jobs", "did you mean `job`?"),
        ("state:modifed", "did you mean `modified`?"),
        ("tag:nightly", "there are path:, resource_type:, state: and plain names"),
        ("+", "write a resource's name, as in +name or name+"),
        ("resource_type:job,", "write a resource's name, as in +name or name+"),
    ],
)
def test_an_unknown_selector_says_how_to_mend_it(chosen, written, mend):
    with pytest.raises(UsageError, match="selects nothing") as caught:
        chosen(written)
    assert caught.value.mend == mend
    assert caught.value.exit_code == 2


def test_names_of_a_namespace_are_taken_with_and_without_it(tmp_path):
    project = load(make(tmp_path), "dev_")
    for written in ("parse_orders", "dev_parse_orders", "job.dev_parse_orders"):
        found = Selection.parse([written]).resolve(project, Graph.of(project))
        assert {str(resource) for resource in found} == {"job.dev_parse_orders"}
