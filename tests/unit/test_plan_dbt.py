"""Drift of what dbt makes: a relation that somebody dropped, or a column of it."""

from __future__ import annotations

import json

import pytest
from applied_project import applied_project

from millstream.apply.providers import dbt
from millstream.project import dbt_manifest
from millstream.project.model import Kind, ResourceId

SALES = ResourceId(Kind.DBT_MODEL, "sales_day")
TRACK = ResourceId(Kind.DBT_MODEL, "vehicle_track")


def node(name, schema, columns=(), materialized="table", type_="model"):
    return {
        "resource_type": type_, "name": name, "schema": schema, "alias": f"{name}_v1",
        "original_file_path": f"models/{name}.sql", "config": {"materialized": materialized},
        "columns": {column: {} for column in columns},
    }  # fmt: skip


def parsed(root, profile, adapter, *nodes):
    """Leave a manifest as dbt does, and the files of its models."""
    folder = root / "dbt_project"
    target = folder / "target" / profile
    target.mkdir(parents=True, exist_ok=True)
    for each in nodes:
        file = folder / each["original_file_path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("select 1", encoding="utf-8")
    content = {"metadata": {"adapter_type": adapter}, "nodes": {each["name"]: each for each in nodes}, "sources": {}}
    (target / "manifest.json").write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def applied(tmp_path, monkeypatch):
    return applied_project(tmp_path, monkeypatch)


@pytest.fixture
def built(applied):
    """The applied project, with a relation of dbt's in each database, on record."""
    root = applied.project.root
    parsed(root, "warehouse", "postgres", node("sales_day", "gold", ["day", "revenue"]), node("x", "", (), "ephemeral"))
    parsed(root, "realtime", "clickhouse", node("vehicle_track", "realtime", ["vehicle_id"]))
    applied.engines.postgres.relations = {("gold", "sales_day_v1"): frozenset({"day", "revenue", "more"})}
    applied.engines.clickhouse.relations = {("realtime", "vehicle_track_v1"): frozenset({"vehicle_id"})}
    applied.apply()
    assert applied.plan().drift == ()
    return applied


def test_relation_that_was_dropped_is_drift_and_dbt_makes_it_again(built):
    del built.engines.postgres.relations["gold", "sales_day_v1"]
    (found,) = built.plan().drift
    assert (found.resource, found.kind) == (SALES, "gone")
    assert found.words == ("was dropped; `millstream dbt build -s sales_day --profile warehouse` makes it again",)
    assert built.plan().changes == ()
    assert "    ! dbt_model.sales_day\n" in built.text


def test_column_that_was_dropped_is_drift(built):
    built.engines.clickhouse.relations["realtime", "vehicle_track_v1"] = frozenset({"other"})
    (found,) = built.plan().drift
    assert (found.resource, found.kind) == (TRACK, "altered")
    assert found.words[0].startswith("has no column vehicle_id; ")


def test_model_that_was_never_seen_built_is_no_drift(built):
    parsed(built.project.root, "warehouse", "postgres", node("sales_day", "gold"), node("fresh", "gold"))
    assert built.plan().drift == ()


def test_model_whose_file_is_gone_is_no_longer_asked_for(built):
    (built.project.root / "dbt_project" / "models" / "sales_day.sql").unlink()
    del built.engines.postgres.relations["gold", "sales_day_v1"]
    assert built.plan().drift == ()


def test_project_that_dbt_never_parsed_asks_no_database(applied):
    assert dbt.relations(applied.project) == {}
    assert dbt.DbtModels(applied.engines.postgres, applied.engines.clickhouse, {}).observe() == {}


@pytest.mark.parametrize(
    "text", ["", "[]", '{"nodes": 1}', '{"metadata": {}, "nodes": {"a": {"resource_type": "model"}}}']
)
def test_what_is_no_manifest_tells_of_nothing(tmp_path, text):
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "manifest.json").write_text(text, encoding="utf-8")
    assert dbt_manifest.relations(tmp_path) == ()
