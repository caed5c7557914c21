"""KPIs of dbt's project as metrics of datasets: one definition, one meaning, and no second one beside it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment
from projects import load
from test_superset_files import asset, project
from test_superset_import import edited

from millstream.engines.superset.bundle import pack
from millstream.project import kpis
from millstream.project.model import Kind, SupersetAsset
from millstream.scaffold.superset_import import bring_back

ROOT = Path(__file__).parents[2]
DECLARED = yaml.safe_load((ROOT / kpis.FILE).read_text(encoding="utf-8"))["vars"]["kpis"]
DATASET = "superset/datasets/warehouse/revenue.yaml"
FILES = {
    kpis.FILE: """\
vars:
  kpis:
    revenue: {label: Revenue, description: What customers pay., unit: EUR, value: sum(revenue)}
    share: {label: Share, unit: share, numerator: sum(revenue), denominator: count(*), decimals: 4}
""",
    DATASET: """\
table_name: ${NS:-}revenue_by_city
schema: bronze
columns:
  - column_name: city_id
  - column_name: revenue
metrics:
  - kpi: revenue
  - {kpi: share, d3format: .2%}
""",
}


def dataset(loaded):
    return asset(loaded, Kind.SUPERSET_DATASET, "warehouse.revenue")


def test_kpi_becomes_a_metric_with_expression_label_and_format(tmp_path):
    loaded = project(tmp_path, **FILES)
    assert loaded.diagnostics == ()
    assert dataset(loaded).document["metrics"] == [
        {
            "metric_name": "revenue",
            "expression": "sum(revenue)",
            "verbose_name": "Revenue",
            "description": "What customers pay.",
            "d3format": ",.0f",
            "currency": {"symbol": "EUR", "symbolPosition": "prefix"},
        },
        {
            "metric_name": "share",
            "expression": "round(1.0 * (sum(revenue)) / nullif(count(*), 0), 4)",
            "verbose_name": "Share",
            "d3format": ".2%",
        },
    ]


def test_superset_is_told_no_word_of_ours(tmp_path):
    loaded = project(tmp_path, **FILES)
    known = {one.id: one for one in loaded.of(SupersetAsset)}
    archive = zipfile.ZipFile(io.BytesIO(pack([dataset(loaded)], known)))
    told = yaml.safe_load(archive.read("assets/datasets/warehouse/revenue.yaml"))
    assert [metric["metric_name"] for metric in told["metrics"]] == ["revenue", "share"]
    assert not [metric for metric in told["metrics"] if "kpi" in metric]


def test_kpi_stays_a_name_when_something_else_is_brought_back(tmp_path):
    loaded = project(tmp_path, **FILES)
    document = {**dataset(loaded).document, "description": "By hand."}
    (file,) = bring_back(loaded, edited(loaded, Kind.SUPERSET_DATASET, **document), "sales")
    told = yaml.safe_load(file.text)
    assert (told["description"], told["metrics"]) == (
        "By hand.",
        [{"kpi": "revenue"}, {"kpi": "share", "d3format": ".2%"}],
    )


@pytest.mark.parametrize("entry", ["{metric_name: a}", "{kpi: revenue, metric_name: a, expression: sum(revenue)}"])
def test_metric_has_one_definition(tmp_path, entry):
    text = FILES[DATASET].replace("kpi: revenue", entry, 1)
    (found,) = project(tmp_path, **{**FILES, DATASET: text}).diagnostics
    assert (found.code, found.where.line) == ("SUP001", 7)
    assert "or the name of a `kpi` instead" in found.summary


@pytest.mark.parametrize("name", [name for name, kpi in DECLARED.items() if "value" not in kpi])
def test_ratio_is_made_of_the_same_parts_as_in_dbt(name):
    """The macro's own text, with the one word in which the two differ put in the other's place."""
    macros = (ROOT / "dbt_project/macros/kpis.sql").read_text(encoding="utf-8")
    module = Environment(autoescape=False).from_string(macros).module
    parts = (DECLARED[name][part] for part in ("numerator", "denominator", "decimals"))
    in_dbt = module.default__ratio(*parts).strip()
    numerator = DECLARED[name]["numerator"]
    assert in_dbt.replace(f"cast({numerator} as numeric)", f"1.0 * ({numerator})") == kpis.expression(DECLARED[name])


def test_every_kpi_is_on_a_dashboard():
    loaded = load(ROOT)
    shown = {
        (one.document["dataset"], metric)
        for one in loaded.of(SupersetAsset)
        if one.id.kind is Kind.SUPERSET_CHART
        for metric in [one.document["params"].get("metric"), *one.document["params"].get("metrics", [])]
    }
    of_marts = {(f"warehouse.{kpi['mart']}", name) for name, kpi in DECLARED.items()}
    assert of_marts - shown == set()


def test_no_dataset_defines_a_kpi_of_its_own():
    """But where lines land without the revenue of known cost."""
    written = {
        (file.parent.name + "." + file.stem, metric["metric_name"])
        for file in (ROOT / "superset/datasets").rglob("*.yaml")
        for metric in yaml.safe_load(file.read_text(encoding="utf-8")).get("metrics", [])
        if metric.get("metric_name") in DECLARED
    }
    assert written == {("warehouse.order_lines", "margin_share"), ("realtime.order_lines", "margin_share")}
