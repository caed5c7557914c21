"""dbt's exposures say what dashboards stand on, no less after somebody changed a dashboard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from command_line import CommandLine
from projects import VARIABLES, load, make
from test_superset_files import FILES

from millstream import config
from millstream.errors import ProjectError
from millstream.project import dbt_models
from millstream.project import load as load_tree
from millstream.project.dbt_values import DbtModel
from millstream.scaffold.exposures import build, write

ROOT = Path(__file__).parents[2]
DBT = {
    "dbt_project/dbt_project.yml": """\
name: trial
models:
  trial:
    warehouse: {+enabled: "{{ target.type == 'postgres' }}"}
""",
    "dbt_project/models/warehouse/sources.yml": (
        "sources:\n  - name: bronze\n    tables:\n      - name: revenue\n"
        "        identifier: \"{{ env_var('MILLSTREAM_NS', '') }}revenue_by_city\"\n"
    ),
    "dbt_project/models/warehouse/best.sql": "select * from {{ source('bronze', 'revenue') }}\n",
    "superset/datasets/warehouse/best.yaml": (
        "table_name: ${NS:-}best\nschema: gold\ncolumns: [{column_name: city_id}]\n"
        "metrics: [{metric_name: cities, expression: COUNT(*)}]\n"
    ),
    "superset/charts/best.yaml": (
        "slice_name: Best\ndataset: warehouse.best\nviz_type: big_number_total\nparams: {metric: cities}\n"
    ),
}
BOTH = FILES["superset/dashboards/sales.yaml"].replace("- header: Today", "- row: [{chart: best, width: 4, height: 9}]")
TREE = {**FILES, **DBT, "superset/dashboards/sales.yaml": BOTH}
FILE = "dbt_project/models/warehouse/exposures.yml"


def exposures(root, namespace=""):
    return build(load(root, namespace), dbt_models.read(root, namespace))


@pytest.mark.parametrize("namespace", ["", "dev_"])
def test_exposure_names_the_models_and_sources_of_a_dashboard(tmp_path, namespace):
    (file,) = exposures(make(tmp_path, TREE), namespace)
    (sales,) = yaml.safe_load(file.text)["exposures"]
    assert file.path.as_posix() == FILE
    assert (sales["name"], sales["label"], sales["type"]) == ("sales", "Sales", "dashboard")
    assert sales["depends_on"] == ["ref('best')", "source('bronze', 'revenue')"]


def test_dashboard_on_nothing_that_dbt_knows_has_no_exposure(tmp_path):
    assert exposures(make(tmp_path, {**FILES, "dbt_project/dbt_project.yml": "name: trial\n"})) == ()


def test_seed_that_a_manifest_tells_of_moves_no_file(tmp_path):
    root = make(tmp_path, TREE)
    seed = DbtModel("calendar", "dbt_project/seeds/calendar.csv", adapter="postgres")
    dbt = dbt_models.read(root, "")
    with_seed = replace(dbt, models={**dbt.models, "calendar": seed})
    assert build(load(root), with_seed) == exposures(root)


def test_wrong_file_writes_nothing(tmp_path):
    root = make(tmp_path, {**TREE, "superset/charts/best.yaml": "slice_name: [\n"})
    with pytest.raises(ProjectError, match="nothing was written"):
        exposures(root)


def test_command_writes_what_changed_and_then_nothing(tmp_path):
    command = CommandLine.of_base(tmp_path, TREE)
    assert FILE in command.run("new", "exposures").output
    assert "ref('best')" in (tmp_path / FILE).read_text(encoding="utf-8")
    assert command.run("new", "exposures").output.startswith("nothing to write")


def test_dashboard_that_is_gone_takes_its_exposures_with_it_and_no_file_of_others(tmp_path):
    root = make(tmp_path, TREE)
    assert write(root, exposures(root)) == (Path(FILE),)
    own = root / "dbt_project/models/exposures.yml"
    own.write_text("exposures: []\n", encoding="utf-8")
    (root / "superset/dashboards/sales.yaml").unlink()
    assert write(root, exposures(root)) == (Path(FILE),)
    assert not (root / FILE).exists()
    assert own.exists()


def test_exposures_of_the_example_are_up_to_date():
    """If not: millstream new exposures."""
    name = config.load(ROOT).project
    files = build(load_tree(ROOT, name=name, variables=VARIABLES), dbt_models.read(ROOT, ""))
    assert {file.path.as_posix(): file.text for file in files} == {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (ROOT / "dbt_project" / "models").rglob("exposures.yml")
    }
