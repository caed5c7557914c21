"""What is read of dbt's models: from their files, and from the manifest that dbt wrote."""

from __future__ import annotations

import json
import os

import pytest

from millstream.project import dbt_models
from millstream.project.dbt_values import DbtRead

SOURCES = """sources:
  - name: bronze
    tables:
      - {name: orders, identifier: "{{ env_var('MILLSTREAM_NS', '') }}orders"}
"""
TREE = {
    "dbt_project.yml": "name: trial\n",
    "profiles.yml": "warehouse: {outputs: {local: {type: postgres, password: \"{{ env_var('X') }}\"}}}\n",
    "models/_sources.yml": SOURCES,
    "models/stg_orders.sql": "{{ config(tags=['x']) }}\nselect id from {{ source('bronze', 'orders') }}",
    "models/orders.sql": "-- depends_on: {{ ref('late') }}\nselect {{ dbt.hash('id') }} from {{ ref('stg_orders') }}",
    "models/late.sql": "{# {{ ref('nothing') }} #}select * from ({{ lateness() }}) as l",
    "macros/lateness.sql": "{% macro lateness() %}{{ inner() }}{% endmacro %}",
    "macros/inner.sql": "{% macro inner() %}select 1 from {{ source('bronze', 'orders') }}{% endmacro %}",
}
ORDERS = DbtRead("bronze.orders", is_source=True, schema="bronze", table="dev_orders")


@pytest.fixture
def tree(tmp_path):
    for path, text in TREE.items():
        file = tmp_path / "dbt_project" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def manifest(root, compiled="select id from bronze.dev_orders", age=-60, content=None):
    """Write a manifest that is younger (negative age) or older than the models."""
    model = {
        "name": "stg_orders",
        "resource_type": "model",
        "schema": "silver",
        "alias": "dev_stg_orders",
        "original_file_path": "models/stg_orders.sql",
        "depends_on": {"nodes": ["source.trial.bronze.orders"]},
        "compiled_code": compiled,
    }
    source = {
        "name": "orders",
        "source_name": "bronze",
        "resource_type": "source",
        "schema": "bronze",
        "identifier": "dev_orders",
    }
    document = {
        "metadata": {"adapter_type": "postgres"},
        "nodes": {"model.trial.stg_orders": model},
        "sources": {"source.trial.bronze.orders": source},
    }
    path = root / "dbt_project/target/warehouse/manifest.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document) if content is None else content, encoding="utf-8")
    made = (root / "dbt_project/models/orders.sql").stat().st_mtime - age
    os.utime(path, (made, made))


def reads(model):
    return [read.name for read in model.reads]


def test_files_tell_models_sources_and_what_macros_read(tree):
    models = dbt_models.read(tree, "dev_").models
    assert models["stg_orders"].reads == (ORDERS,)
    assert reads(models["orders"]) == ["late", "stg_orders"]
    assert reads(models["late"]) == ["bronze.orders"]


def test_query_is_known_where_ref_and_source_are_all_of_dbt_in_it(tree):
    models = dbt_models.read(tree, "dev_").models
    assert models["stg_orders"].query.strip() == 'select id from "bronze"."dev_orders"'
    assert models["orders"].query == ""
    assert "dbt has to compile it" in models["orders"].note


def test_compiled_sql_of_a_fresh_manifest_comes_before_the_files(tree):
    manifest(tree)
    read = dbt_models.read(tree, "dev_")
    assert read.models["stg_orders"].query == "select id from bronze.dev_orders"
    assert read.models["stg_orders"].adapter == "postgres"
    assert read.notes == (
        "dbt: dbt_project/target/warehouse/manifest.json tells of 1 models, and the compiled SQL of 1",
        "dbt: 2 models were read from their files",
    )


def test_query_of_the_file_stands_in_where_the_manifest_has_none(tree):
    manifest(tree, compiled=None)
    assert dbt_models.read(tree, "dev_").models["stg_orders"].query.strip() == 'select id from "bronze"."dev_orders"'


def test_stale_manifest_is_left_out_and_named(tree):
    manifest(tree, compiled="select 1", age=60)
    read = dbt_models.read(tree, "dev_")
    assert "bronze" in read.models["stg_orders"].query
    assert "is older than the models" in read.notes[0]


@pytest.mark.parametrize("content", ["", "[]", '{"nodes": {}}'])
def test_damaged_manifest_is_left_out_and_named(tree, content):
    manifest(tree, content=content)
    assert dbt_models.read(tree, "").notes[0].endswith("is no manifest")


def test_file_whose_jinja_is_broken_is_named(tree):
    (tree / "dbt_project/models/broken.sql").write_text("select {{ ref('a' }}", encoding="utf-8")
    read = dbt_models.read(tree, "")
    assert read.models["broken"].note == "its Jinja cannot be read"
    assert "models/broken.sql could not be read" in read.notes[0]


def test_values_of_the_environment_are_not_looked_at(tree, monkeypatch):
    monkeypatch.setenv("SCHEMA", "canary")
    text = SOURCES.replace("- name: bronze", "- name: bronze\n    schema: \"{{ env_var('SCHEMA', 'raw') }}\"")
    (tree / "dbt_project/models/_sources.yml").write_text(text, encoding="utf-8")
    assert dbt_models.read(tree, "").models["stg_orders"].reads[0].schema == "raw"


def test_engine_that_a_folder_is_enabled_for_is_known(tree):
    project = "name: trial\nmodels:\n  trial:\n    realtime:\n      +enabled: \"{{ target.type == 'clickhouse' }}\"\n"
    (tree / "dbt_project/dbt_project.yml").write_text(project, encoding="utf-8")
    (tree / "dbt_project/models/realtime").mkdir()
    (tree / "dbt_project/models/realtime/numbers.sql").write_text("select 1 as one", encoding="utf-8")
    models = dbt_models.read(tree, "").models
    assert (models["numbers"].adapter, models["orders"].adapter) == ("clickhouse", "")


def test_engine_of_a_profile_is_known(tree):
    assert dbt_models.read(tree, "").profiles == {"warehouse": "postgres"}


def test_project_without_dbt_has_no_models(tmp_path):
    assert dbt_models.read(tmp_path, "") == dbt_models.DbtModels({})
