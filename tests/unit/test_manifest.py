"""What the DAGs make of dbt's manifest."""

import json
import os
import sys

import pytest

from include import manifest

MANIFEST = {
    "nodes": {
        "model.m.stg": {"resource_type": "model", "name": "stg", "depends_on": {"nodes": ["source.m.raw"]}},
        "model.m.fct": {"resource_type": "model", "name": "fct", "depends_on": {"nodes": ["model.m.stg"]}},
        "snapshot.m.snap": {"resource_type": "snapshot", "name": "snap", "depends_on": {"nodes": ["model.m.stg"]}},
        "test.m.of_fct": {"resource_type": "test", "name": "of_fct", "depends_on": {"nodes": ["model.m.fct"]}},
        "test.m.of_both": {
            "resource_type": "test",
            "name": "of_both",
            "depends_on": {"nodes": ["model.m.fct", "source.m.raw"]},
        },
        "test.m.of_raw": {"resource_type": "test", "name": "of_raw", "depends_on": {"nodes": ["source.m.raw"]}},
        "operation.m.hook": {"resource_type": "operation", "name": "hook", "depends_on": {"nodes": []}},
    }
}
for unique_id, node in MANIFEST["nodes"].items():
    node["unique_id"] = unique_id


@pytest.fixture
def project(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "fct.sql").write_text("select 1")
    path = manifest.path("warehouse", tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(MANIFEST))
    return tmp_path


def age(path, seconds):
    made = path.stat().st_mtime - seconds
    os.utime(path, (made, made))


@pytest.fixture
def dbt(project, monkeypatch):
    """A program in place of dbt that writes a manifest with one more model, or refuses."""
    script = project / "a folder" / "dbt"
    script.parent.mkdir()
    script.write_text(
        f"#!{sys.executable}\n"
        "import json, pathlib, sys\n"
        f"path = pathlib.Path({str(manifest.path('warehouse', project))!r})\n"
        "if (path.parents[2] / 'broken').exists():\n"
        "    sys.exit('Compilation Error' if print('line 3: unknown ref') else 1)\n"
        "found = json.loads(path.read_text())\n"
        "found['nodes']['model.m.new'] = {'resource_type': 'model', 'name': 'new', 'unique_id': 'model.m.new'}\n"
        "path.write_text(json.dumps(found))\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("DBT_PROGRAM", str(script))
    return project


def test_build_selects_what_the_manifest_holds_and_tests_of_sources_by_name():
    assert manifest.selection(MANIFEST) == ("fct", "snap", "stg", "of_raw")


def test_leaves_are_read_by_no_other_model():
    assert manifest.leaves(MANIFEST) == ("fct", "snap")


def test_missing_manifest_says_which_command_makes_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="millstream dbt parse --profile realtime"):
        manifest.read("realtime", tmp_path)


def test_unchanged_project_starts_no_dbt(project, monkeypatch):
    age(project / "models" / "fct.sql", 60)
    age(project / "models", 60)
    monkeypatch.setenv("DBT_PROGRAM", "/does/not/exist")
    assert manifest.renew("warehouse", project) == ()


def test_changed_project_is_parsed_and_new_models_are_named(dbt):
    age(manifest.path("warehouse", dbt), 60)
    assert manifest.renew("warehouse", dbt) == ("new",)
    assert not manifest.is_stale("warehouse", dbt)


def test_project_that_dbt_does_not_understand_keeps_its_manifest(dbt):
    age(manifest.path("warehouse", dbt), 60)
    (dbt / "broken").touch()
    with pytest.raises(RuntimeError, match="line 3: unknown ref"):
        manifest.renew("warehouse", dbt)
    assert manifest.models(manifest.read("warehouse", dbt)) == ("fct", "snap", "stg")
    assert manifest.is_stale("warehouse", dbt)
