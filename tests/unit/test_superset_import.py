"""A dashboard edited in the browser comes back as files that differ only where it does."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from test_superset_files import exported, project

from millstream.engines.superset import live
from millstream.errors import UsageError
from millstream.project.model import Kind, SupersetAsset
from millstream.scaffold.superset_import import bring_back
from millstream.scaffold.superset_yaml import dump


def edited(loaded, kind, **changes):
    """The export with keys of the only asset of a kind changed."""
    found = live.read(exported(loaded), {one.uuid: one.id.name for one in loaded.of(SupersetAsset)})
    uuid = next(uuid for uuid, one in found.items() if one.kind is kind)
    return {**found, uuid: replace(found[uuid], document={**found[uuid].document, **changes})}


@pytest.mark.parametrize("namespace", ["", "dev_"])
def test_untouched_dashboard_writes_nothing(tmp_path, namespace):
    loaded = project(tmp_path, namespace)
    assert bring_back(loaded, edited(loaded, Kind.SUPERSET_CHART), "sales") == ()


@pytest.mark.parametrize("namespace", ["", "dev_"])
def test_only_the_edited_file_is_written_and_variables_stay_variables(tmp_path, namespace):
    loaded = project(tmp_path, namespace)
    files = bring_back(loaded, edited(loaded, Kind.SUPERSET_DASHBOARD, dashboard_title="Sales today"), "sales")
    assert [file.path.as_posix() for file in files] == ["superset/dashboards/sales.yaml"]
    told = yaml.safe_load(files[0].text)
    assert (told["dashboard_title"], told["slug"]) == ("Sales today", "${NS:-}sales")


def test_what_was_brought_back_is_declared_as_superset_has_it(tmp_path):
    loaded = project(tmp_path)
    found = edited(loaded, Kind.SUPERSET_CHART, params={"metric": "revenue", "y_axis_format": ",d"})
    (file,) = bring_back(loaded, found, "sales")
    again = project(tmp_path / "again", **{file.path.as_posix(): file.text})
    assert bring_back(again, found, "sales") == ()


def test_comment_at_the_head_stays(tmp_path):
    loaded = project(
        tmp_path,
        **{"superset/charts/revenue.yaml": "# Ours.\nslice_name: R\ndataset: warehouse.revenue\nviz_type: table\n"},
    )
    (file,) = bring_back(loaded, edited(loaded, Kind.SUPERSET_CHART, slice_name="Revenue"), "sales")
    assert file.text == "# Ours.\nslice_name: Revenue\ndataset: warehouse.revenue\nviz_type: table\n"


def test_chart_made_in_the_browser_keeps_its_id(tmp_path):
    loaded = project(tmp_path)
    known = {one.uuid: one.id.name for one in loaded.of(SupersetAsset) if one.id.kind is not Kind.SUPERSET_CHART}
    uuid = next(one.uuid for one in loaded.of(SupersetAsset) if one.id.kind is Kind.SUPERSET_CHART)
    without = replace(loaded, resources=tuple(r for r in loaded.resources if r.id.kind is not Kind.SUPERSET_CHART))
    (file,) = bring_back(without, live.read(exported(loaded), known), "sales")
    assert file.path.as_posix() == "superset/charts/revenue.yaml"
    assert yaml.safe_load(file.text)["uuid"] == uuid


def test_unknown_dashboard_is_told_with_a_close_name(tmp_path):
    loaded = project(tmp_path)
    with pytest.raises(UsageError) as told:
        bring_back(loaded, edited(loaded, Kind.SUPERSET_CHART), "sale")
    assert told.value.mend == "did you mean `sales`?"


def test_a_document_gives_the_same_lines_again():
    text = dump({"sql": "SELECT 1\nFROM a\n", "columns": [{"column_name": "a", "type": "INT"}], "n": 0.5})
    assert text == "sql: |\n  SELECT 1\n  FROM a\ncolumns:\n  - column_name: a\n    type: INT\nn: 0.5\n"
    assert dump(yaml.safe_load(text)) == text
