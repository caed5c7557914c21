"""Datasets over dbt's marts, in DuckDB over empty tables made from the marts' contracts: names, joins and types fit."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml
from projects import load

from millstream.project.model import Kind, SupersetAsset

ROOT = Path(__file__).parents[2]
MARTS = ROOT / "dbt_project/models/warehouse/marts"
DATASETS = {
    asset.id.name: asset.document
    for asset in load(ROOT).of(SupersetAsset)
    if asset.id.kind is Kind.SUPERSET_DATASET and asset.document.get("schema") == "gold"
}


@pytest.fixture(scope="module")
def marts():
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA gold")
        for file in MARTS.glob("*.yml"):
            for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]:
                columns = ", ".join(f"{column['name']} {column['data_type']}" for column in model["columns"])
                connection.execute(f"CREATE TABLE gold.{model['name']} ({columns})")
        yield connection


def test_every_mart_with_a_kpi_has_a_dataset():
    kpis = yaml.safe_load((ROOT / "dbt_project/dbt_project.yml").read_text(encoding="utf-8"))["vars"]["kpis"]
    assert {f"warehouse.{kpi['mart']}" for kpi in kpis.values()} == DATASETS.keys()


@pytest.mark.parametrize("name", DATASETS)
def test_columns_are_those_of_the_query(marts, name):
    document = DATASETS[name]
    given = [column[0] for column in marts.execute(document["sql"]).description]
    assert [column["column_name"] for column in document["columns"]] == given


@pytest.mark.parametrize("name", DATASETS)
def test_metrics_can_be_computed(marts, name):
    document = DATASETS[name]
    for metric in document["metrics"]:
        marts.execute(f"SELECT {metric['expression']} FROM ({document['sql']}) AS dataset")
        assert len(marts.fetchall()) == 1
