"""What is read of DAGs: what stands in their files, and nothing that they compute."""

from __future__ import annotations

import pytest

from millstream.project import dags
from millstream.project.dags import Build

INCLUDE = """
def build(profile):
    return DbtTaskGroup(profile_config=ProfileConfig(profile_name=profile), render_config=RenderConfig(LIMITS))
"""
FILE = """
PROFILE = "warehouse"
with DAG("nightly", schedule=[assets.whole("files")]) as dag:
    models = tasks.build(PROFILE)
    done = EmptyOperator(task_id="done", outlets=[assets.whole(PROFILE), *(assets.model(n) for n in names())])
"""


def read(root, file=FILE, limits=""):
    (root / "dags/include").mkdir(parents=True)
    (root / "dags/include/tasks.py").write_text(INCLUDE.replace("LIMITS", limits), encoding="utf-8")
    (root / "dags/nightly.py").write_text(file, encoding="utf-8")
    return dags.read(root)


def test_profile_is_followed_through_the_function_that_makes_the_group(tmp_path):
    (dag,) = read(tmp_path)
    assert (dag.name, dag.path, dag.builds) == ("nightly", "dags/nightly.py", (Build("warehouse"),))


def test_assets_are_known_as_far_as_they_are_written_out(tmp_path):
    (dag,) = read(tmp_path)
    assert (dag.gives, dag.awaits) == (("assets.whole(warehouse)",), ("assets.whole(files)",))
    assert dag.unread == ("some of the assets it announces are computed",)


def test_names_that_a_group_selects_are_known(tmp_path):
    (dag,) = read(tmp_path, limits="select=['sales_day', 'stock_day']")
    assert dag.builds == (Build("warehouse", ("sales_day", "stock_day")),)


@pytest.mark.parametrize("limits", ["select=chosen()", "select=['tag:daily']", "exclude=['sales_day']"])
def test_other_selections_are_left_out_and_named(tmp_path, limits):
    (dag,) = read(tmp_path, limits=limits)
    assert dag.builds == ()
    assert "profile or selection of a group of dbt tasks is computed" in dag.unread


def test_tasks_of_a_file_with_several_dags_are_left_out_and_named(tmp_path):
    found = read(tmp_path, file=FILE + 'with DAG("other"):\n    pass\n')
    assert [(dag.name, dag.builds) for dag in found] == [("nightly", ()), ("other", ())]
    assert all("several DAGs" in dag.unread[0] for dag in found)


def test_file_that_python_cannot_read_has_no_dag(tmp_path):
    assert read(tmp_path, file="with DAG(") == ()
