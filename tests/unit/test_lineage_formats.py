"""A lineage as JSON, as a chart and as a page: stable, whole, and without a secret."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from projects import load, make
from rich.console import Console

from millstream import lineage, project
from millstream.cli.lineage_text import tree
from millstream.graph import Graph
from millstream.lineage import export, page
from millstream.lineage.layers import place
from millstream.lineage.model import Lineage, Node
from millstream.project import dags, dbt_models

ROOT = Path(__file__).parents[2]
CANARY = "canary-5d41402a"
ALL = {"text": None, "json": export.as_json, "mermaid": export.as_mermaid, "html": lambda d: page.as_html(d, "All")}


def chain(*names, edges=None):
    nodes = {f"job.{name}": Node(f"job.{name}", "job", name, "flink") for name in names}
    between = edges or list(pairwise(names))
    return Lineage(nodes, frozenset((f"job.{a}", f"job.{b}") for a, b in between))


@pytest.fixture
def drawn(tmp_path):
    return lineage.draw(load(make(tmp_path)), dbt_models.DbtModels({}), ())


@pytest.fixture(scope="module")
def example():
    """The example with the same secret in every variable that any file of it names."""
    folders = ("flink_sql", "clickhouse", "postgres", "kafka", "ksql", "superset")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*") if file.is_file()]
    names = {name for file in files for name in re.findall(r"\$\{(\w+)", file.read_text(encoding="utf-8"))} - {"NS"}
    assert {"FLINK_POSTGRES_PASSWORD", "SHOP_URL"} <= names
    return project.load(ROOT, name="example", variables=dict.fromkeys(names, f"http://u:{CANARY}@h:1/x"))


@pytest.fixture(scope="module")
def whole(example):
    return lineage.draw(example, dbt_models.read(ROOT, ""), dags.read(ROOT))


def shown(drawn, format_, start=None):
    if format_ != "text":
        return ALL[format_](drawn)
    console = Console(file=StringIO(), width=200, soft_wrap=True)
    console.print(tree(drawn, start))
    return console.file.getvalue()


@pytest.mark.parametrize("format_", ALL)
def test_no_format_holds_a_secret(whole, format_):
    text = shown(whole, format_)
    assert "job" in text
    assert CANARY not in text


def test_text_about_a_resource_holds_no_secret(whole):
    with_addresses = ("postgres_table.bronze.customers", "flink_table.bronze_customers", "http_source.weather")
    assert CANARY not in "".join(shown(whole, "text", start) for start in with_addresses)


def test_every_resource_of_the_example_is_in_the_picture(example, whole):
    assert {str(resource) for resource in Graph.of(example).needs} <= whole.nodes.keys()


def test_json_is_the_same_for_the_same_tree(whole):
    turned = replace(whole, nodes=dict(reversed(whole.nodes.items())))
    assert export.as_json(turned) == export.as_json(whole)


def test_json_has_nodes_edges_and_columns(drawn):
    document = json.loads(export.as_json(drawn))
    node = next(node for node in document["nodes"] if node["id"] == "clickhouse_view.revenue_by_city")
    assert node == {
        "id": "clickhouse_view.revenue_by_city",
        "kind": "clickhouse_view",
        "name": "revenue_by_city",
        "engine": "clickhouse",
        "path": "clickhouse/revenue_by_city.sql",
        "columns": ["city_id", "revenue"],
    }
    assert {"from": "topic.orders", "to": "flink_table.orders"} in document["edges"]
    assert {
        "from": {"node": "clickhouse_table.revenue_by_city_rows", "column": "revenue"},
        "to": {"node": "clickhouse_view.revenue_by_city", "column": "revenue"},
    } in document["column_edges"]


def test_mermaid_has_a_box_for_each_resource_and_an_arrow_for_each_edge(drawn):
    lines = export.as_mermaid(drawn).splitlines()
    assert lines[0] == "flowchart LR"
    assert sum("[" in line for line in lines) == len(drawn.nodes)
    assert sum("-->" in line for line in lines) == len(drawn.edges)
    assert sum(line.startswith("  subgraph") for line in lines) == sum(line == "  end" for line in lines)


def test_mermaid_keeps_markup_in_a_name_from_being_markup():
    text = export.as_mermaid(chain('a"] --> b'))
    assert "a#quot;] --#gt; b" in text


def test_page_asks_nobody_for_anything(whole):
    text = page.as_html(whole, "All")
    assert "default-src 'none'" in text
    assert set(re.findall(r"https?://[^\"'\s]+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\b(?:src|href)=|@import|url\(|fetch\(|XMLHttpRequest|import\(", text)


def test_page_holds_the_data_and_no_markup_from_names():
    text = page.as_html(chain("</script><b>"), "<i>&")
    assert "<title>&lt;i&gt;&amp;</title>" in text
    assert text.count("</script>") == 1
    data = re.search(r"^const data = (.*);$", text, re.MULTILINE)
    assert json.loads(data[1])["nodes"][0]["name"] == "</script><b>"


def test_page_has_each_edge_and_column_once(whole):
    text = page.as_html(whole, "All", "topic.orders")
    data = json.loads(re.search(r"^const data = (.*);$", text, re.MULTILINE)[1])
    assert (len(data["nodes"]), len(data["edges"])) == (len(whole.nodes), len(whole.edges))
    assert len(data["fields"]) == len(whole.field_edges)
    before, column, after, into = data["fields"][0]
    assert data["nodes"][before]["columns"][column]
    assert data["nodes"][after]["columns"][into]
    assert data["nodes"][data["start"]]["name"] == "orders"


def test_places_are_layers_by_the_longest_way():
    found = place(chain("a", "b", "c", "d", edges=[("a", "b"), ("b", "c"), ("a", "c"), ("d", "c")]))
    assert {name: at.layer for name, at in found.items()} == {"job.a": 0, "job.b": 1, "job.c": 2, "job.d": 1}


def test_no_two_nodes_stand_in_one_place_and_edges_lead_right(whole):
    places = place(whole)
    assert len(set(places.values())) == len(whole.nodes)
    assert [edge for edge in whole.edges if places[edge[0]].layer >= places[edge[1]].layer] == []


def test_circle_has_places_too():
    places = place(chain("a", "b", "c", edges=[("a", "b"), ("b", "c"), ("c", "a")]))
    assert {name: at.layer for name, at in places.items()} == {"job.a": 0, "job.b": 1, "job.c": 2}


def test_nothing_has_no_places():
    assert place(chain()) == {}


def test_text_unfolds_a_resource_once():
    wide = chain("a", "b", "c", "d", "e", edges=[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "e")])
    text = shown(wide, "text", "job.a")
    assert text.count("job.e") == 1
    assert "job.d  … as above" in text
