"""Assets of `superset/`: names and ids, layout, what Superset's form of them is, and what differs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import yaml
from projects import load, make

from millstream import rules
from millstream.engines.superset import live
from millstream.engines.superset.bundle import document, pack, path
from millstream.engines.superset.differences import differences
from millstream.engines.superset.layout import flatten, nest
from millstream.engines.superset.query import query
from millstream.graph import Graph
from millstream.project import load as load_tree
from millstream.project.model import Kind, ResourceId, SupersetAsset
from millstream.project.superset import FILES as FORMS
from millstream.project.superset import MASK, without_password
from millstream.project.superset_layout import charts_in, checked
from millstream.scaffold.superset_yaml import dump

ROOT = Path(__file__).parents[2]
FILES = {
    "superset/databases/warehouse.yaml": (
        "database_name: ${NS:-}Warehouse\nsqlalchemy_uri: postgresql+psycopg2://bi:${FLINK_POSTGRES_PASSWORD}@h/w\n"
    ),
    "superset/datasets/warehouse/revenue.yaml": """\
table_name: ${NS:-}revenue_by_city
schema: bronze
columns:
  - column_name: city_id
  - column_name: revenue
metrics:
  - {metric_name: revenue, expression: SUM(revenue)}
""",
    "superset/charts/revenue.yaml": """\
slice_name: Revenue
dataset: warehouse.revenue
viz_type: big_number_total
params:
  metric: revenue
""",
    "superset/dashboards/sales.yaml": """\
dashboard_title: Sales
slug: ${NS:-}sales
metadata:
  refresh_frequency: 30
  native_filter_configuration:
    - id: NATIVE_FILTER-city
      name: City
      filterType: filter_select
      targets:
        - {dataset: warehouse.revenue, column: {name: city_id}}
      scope:
        rootPath: [ROOT_ID]
        excluded: [revenue]
position:
  - header: Today
  - row:
      - {chart: revenue, width: 4, height: 30}
      - column:
          - {markdown: "*Words*", width: 3, height: 10}
        width: 3
""",
}


def project(tmp_path, namespace="", **changes):
    return load(make(tmp_path / f"p{namespace}", {**FILES, **changes}), namespace)


def assets(loaded):
    return {asset.id: asset for asset in loaded.of(SupersetAsset)}


def asset(loaded, kind, name):
    return assets(loaded)[ResourceId(kind, name, loaded.namespace)]


def exported(loaded):
    """What Superset would export: its form of every asset, with the defaults it adds."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for one in loaded.of(SupersetAsset):
            raw = {**document(one, assets(loaded)), "theme_uuid": None, "external_url": None}
            packed.writestr(f"export/{path(one)}", yaml.safe_dump(raw))
    return archive.getvalue()


@pytest.mark.parametrize("namespace", ["", "dev_"])
def test_what_superset_exports_equals_what_was_declared(tmp_path, namespace):
    loaded = project(tmp_path, namespace)
    found = live.read(exported(loaded), {one.uuid: one.id.name for one in loaded.of(SupersetAsset)})
    assert {uuid: one.document for uuid, one in found.items()} == {
        one.uuid: one.document for one in loaded.of(SupersetAsset)
    }


def test_ids_stay_the_same_and_differ_between_namespaces(tmp_path):
    first, second = project(tmp_path), project(tmp_path, "dev_")
    assert [a.uuid for a in first.of(SupersetAsset)] == [a.uuid for a in project(tmp_path / "x").of(SupersetAsset)]
    assert not {a.uuid for a in first.of(SupersetAsset)} & {a.uuid for a in second.of(SupersetAsset)}


def test_password_is_in_no_document_and_no_archive(tmp_path):
    database = asset(project(tmp_path), Kind.SUPERSET_DATABASE, "warehouse")
    assert database.password == "it's secret"
    assert "secret" not in f"{database} {database.document}"
    archive = zipfile.ZipFile(io.BytesIO(pack([database], {})))
    assert MASK in archive.read("assets/databases/warehouse.yaml").decode()
    assert not any(b"secret" in archive.read(name) for name in archive.namelist())


def test_address_without_password_stays_as_it_is():
    assert without_password("postgresql://h/w") == ("postgresql://h/w", "")
    assert without_password("postgresql://u:a%40b@h:1/w") == (f"postgresql://u:{MASK}@h:1/w", "a@b")


def test_graph_leads_from_the_landing_to_the_dashboard(tmp_path):
    loaded = project(tmp_path)
    landing = ResourceId(Kind.POSTGRES_TABLE, "bronze.revenue_by_city")
    below = Graph.of(loaded).downstream(landing)
    assert {r.kind for r in below} >= {Kind.SUPERSET_DATASET, Kind.SUPERSET_CHART, Kind.SUPERSET_DASHBOARD}


def test_dashboard_names_charts_by_id_and_filters_datasets(tmp_path):
    loaded = project(tmp_path)
    raw = document(asset(loaded, Kind.SUPERSET_DASHBOARD, "sales"), assets(loaded))
    chart = next(part for part in raw["position"].values() if isinstance(part, dict) and part["type"] == "CHART")
    assert chart["meta"]["uuid"] == asset(loaded, Kind.SUPERSET_CHART, "revenue").uuid
    target = raw["metadata"]["native_filter_configuration"][0]["targets"][0]
    assert target["datasetUuid"] == asset(loaded, Kind.SUPERSET_DATASET, "warehouse.revenue").uuid


def test_imported_document_holds_every_key_so_that_removed_ones_go(tmp_path):
    loaded = project(tmp_path)
    raw = document(asset(loaded, Kind.SUPERSET_CHART, "revenue"), assets(loaded))
    assert raw["description"] is None
    assert raw["query_context"] is None


def test_layout_survives_the_way_to_superset_and_back():
    nodes = [
        {"tabs": [{"tab": "One", "children": [{"row": [{"chart": "a", "width": 4}]}]}, {"tab": "Two"}]},
    ]
    parts = flatten(nodes, "Title", lambda name: {"uuid": name, "chartId": 1, "sliceName": name})
    assert parts["ROOT_ID"]["children"] == ["TABS-1"]
    assert parts["CHART-1-1-1-1"]["parents"] == ["ROOT_ID", "TABS-1", "TAB-1-1", "ROW-1-1-1"]
    assert nest(parts, lambda meta: meta["uuid"]) == nodes
    assert [*charts_in(nodes)] == ["a"]


@pytest.mark.parametrize("node", [{}, {"row": [], "tabs": []}, {"row": "a"}, {"row": [1]}, {"row": [{"x": 1}]}])
def test_wrong_part_of_a_layout_is_refused(node):
    with pytest.raises(ValueError, match="part"):
        checked([node])


def test_differences_are_said_a_clause_each():
    declared = {"a": 1, "params": {"x": 1, "y": [1]}, "columns": [{"column_name": "k"}, {"column_name": "l"}]}
    found = {"a": 1, "params": {"x": 2, "z": "w"}, "columns": [{"column_name": "l", "type": "INT"}]}
    assert differences(declared, found) == (
        'columns[k] is missing, declared is {"column_name": "k"}',
        "columns[l].type is INT, declared is nothing",
        "params.x is 2, declared is 1",
        "params.y is missing, declared is [1]",
        "params.z is w, declared is nothing",
    )


def test_order_counts_for_filters_and_not_for_columns():
    def both(key):
        return {"l": [{key: "a"}, {key: "b"}]}, {"l": [{key: "b"}, {key: "a"}]}

    assert differences(*both("column_name")) == ()
    assert differences(*both("id")) == ("l stands in another order",)


def test_query_asks_for_all_a_form_names():
    asked = query(
        {
            "metrics": ["revenue"],
            "x_axis": "minute",
            "groupby": ["city"],
            "size": 100,
            "spatial": {"type": "latlong", "latCol": "lat", "lonCol": "lon"},
            "adhoc_filters": [
                {"expressionType": "SIMPLE", "subject": "rank", "operator": "<=", "comparator": "3"},
                {"expressionType": "SQL", "clause": "WHERE", "sqlExpression": "a < b"},
            ],
        }
    )
    assert asked["columns"] == ["city", "minute", "lat", "lon"]
    assert asked["metrics"] == ["revenue"]
    assert asked["filters"] == [{"col": "rank", "op": "<=", "val": "3"}]
    assert asked["extras"]["where"] == "(a < b)"


def test_filter_leaves_out_only_charts_of_its_dashboard(tmp_path):
    file = "superset/dashboards/sales.yaml"
    loaded = project(tmp_path, **{file: FILES[file].replace("excluded: [revenue]", "excluded: [revenu]")})
    (found,) = rules.check(loaded, Graph.of(loaded))
    assert (found.code, str(found.where), found.mend) == ("SUP003", f"{file}:13:20", "did you mean `revenue`?")


def test_what_nobody_declares_is_named_after_its_title():
    assert live.slug("Top cities (15 min.)") == "top_cities_15_min"
    assert live.slug("2 lines") == "a_2_lines"


def test_dataset_may_stand_on_a_dbt_model(tmp_path):
    model = {
        "dbt_project/models/sales_day.sql": "select 1",
        "dbt_project/models/sales_day.yml": "models: [{name: sales_day, columns: [{name: day}]}]",
    }
    dataset = "table_name: ${NS:-}sales_day\nschema: gold\ncolumns: [{column_name: day}, {column_name: units}]\n"
    loaded = project(tmp_path, **model, **{"superset/datasets/warehouse/sales.yaml": dataset})
    found = [(d.code, d.summary) for d in rules.check(loaded, Graph.of(loaded))]
    assert found == [("SUP005", "`sales_day` has no column `units`")]


PLAIN = (
    *("KAFKA_BOOTSTRAP", "WAREHOUSE_JDBC_URL", "FLINK_POSTGRES_USER", "FLINK_POSTGRES_PASSWORD", "SHOP_URL"),
    *("WEATHER_URL", "SHOP_HOST", "SHOP_PORT", "ARRIVALS_LOG"),
)
VARIABLES = {
    **dict.fromkeys(PLAIN, "x"),
    "SUPERSET_WAREHOUSE_URI": "postgresql+psycopg2://bi@localhost/warehouse",
    "SUPERSET_REALTIME_URI": "clickhousedb+connect://bi@localhost/realtime",
}


def test_dashboards_of_the_example_are_sound():
    loaded = load_tree(ROOT, name="example", variables=VARIABLES)
    about = [
        d for d in (*loaded.diagnostics, *rules.check(loaded, Graph.of(loaded))) if d.where and "superset" in str(d)
    ]
    assert about == []
    shown = {name for a in loaded.of(SupersetAsset) for name in charts_in(a.document.get("position", []))}
    assert shown == {a.id.name for a in loaded.of(SupersetAsset) if a.id.kind is Kind.SUPERSET_CHART}


@pytest.mark.parametrize("file", sorted((ROOT / "superset").rglob("*.yaml")), ids=lambda file: file.stem)
def test_files_of_the_example_read_as_an_import_would_write_them(file):
    written = file.read_text(encoding="utf-8")
    model = next(model for folder, model in FORMS.values() if folder in file.parts)
    assert (
        dump(model.model_validate(yaml.safe_load(written)).model_dump(by_alias=True, exclude_defaults=True)) == written
    )
