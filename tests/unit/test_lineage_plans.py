"""Columns through compiled plans: what each kind of node makes its columns from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from millstream.compiled import CompiledPlan
from millstream.lineage.plans import sinks
from millstream.lineage.rex import origins

CASES = Path(__file__).parents[1] / "cases" / "lineage"
ITEM = "order_items"
REVENUE = {f"{ITEM}.quantity", f"{ITEM}.unit_price"}
# By the SQL of the jobs and their views, not by what the code makes of the plans.
EXPECTED = {
    "cold_chain_breaches": {
        "vehicle_id": {"positions.vehicle_id"},
        "started_at": {"positions.measured_at"},
        "ended_at": {"positions.measured_at"},
        "readings": {"positions.vehicle_id"},
        "max_temp_c": {"positions.cargo_temp_c"},
        "duration_s": {"positions.measured_at"},
    },
    "low_stock_alerts": {
        "warehouse_id": {"stock_movements_typed.warehouse_id"},
        "product_id": {"stock_movements_typed.product_id"},
        "product": {"shop_products.name"},
        "level": {"stock_movements_typed.delta"},
        "reorder_point": {"shop_products.reorder_point"},
        "EXPR$5": {"stock_movements_typed.changed_at"},
    },
    "sales_per_city": {
        "city_id": {f"{ITEM}.city_id"},
        "window_start": {f"{ITEM}.ordered_at"},
        "window_end": {f"{ITEM}.ordered_at"},
        "revenue": REVENUE,
        "orders": {f"{ITEM}.order_id"},
        "items": {f"{ITEM}.quantity"},
        "city_rank": {*REVENUE, f"{ITEM}.city_id"},
    },
    "top_salespeople_per_country": {
        "country_code": {"shop_salespeople.country_code"},
        "day": {f"{ITEM}.ordered_at"},
        "rank": {*REVENUE, "shop_salespeople.salesperson_id"},
        "salesperson_id": {"shop_salespeople.salesperson_id"},
        "salesperson": {"shop_salespeople.name"},
        "revenue": REVENUE,
        "orders": {f"{ITEM}.order_id"},
    },
    "shipment_delays": {
        "order_id": {f"{ITEM}.order_id"},
        "shipment_id": {"shipment_events.shipment_id"},
        "city_id": {f"{ITEM}.city_id"},
        "ordered_at": {f"{ITEM}.ordered_at"},
        "promised_at": {f"{ITEM}.promised_at"},
        "delivered_at": {"shipment_events.event_at"},
        "is_late": {f"{ITEM}.promised_at", "shipment_events.event_at"},
        "minutes_late": {f"{ITEM}.promised_at", "shipment_events.event_at"},
    },
    "vehicle_last_position": {
        "vehicle_id": {"positions.vehicle_id"},
        "latitude": {"positions.latitude"},
        "longitude": {"positions.longitude"},
        "speed_kmh": {"positions.speed_kmh"},
        "heading_deg": {"positions.heading_deg"},
        "cargo_temp_c": {"positions.cargo_temp_c"},
        "EXPR$6": {"positions.measured_at"},
    },
}


def document(name):
    return json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))


def named(content):
    """Origins of each column of the one sink, under the names that the sink's input has."""
    plan = CompiledPlan.parse(json.dumps(content))
    (sink,) = sinks(plan)
    (node,) = (node for node in plan if node.kind == "sink")
    return sink, {
        name: found if found is None else {f"{table}.{column}" for table, column in found}
        for name, found in zip(node.fields, sink.row, strict=True)
    }


def node(content, kind):
    return next(n for n in content["nodes"] if n["type"] == f"stream-exec-{kind}_1")


@pytest.mark.parametrize("name", EXPECTED)
def test_columns_come_from_where_the_sql_takes_them(name):
    sink, found = named(document(name))
    assert (found, sink.because) == (EXPECTED[name], "")


def test_field_of_a_row_is_followed_into_the_row():
    _, found = named(document("product_history"))
    assert found["list_price"] == {"product_changes.after.list_price"}
    assert found["source_offset"] == {"product_changes.source_offset"}


def test_unnested_values_come_from_the_column_they_stood_in():
    _, found = named(document("parse_orders"))
    assert found["record_time"] == {"orders.record_time"}
    assert {name for name, columns in found.items() if columns == {"orders.value_bytes"}} >= {"order_id", "EXPR$1"}


@pytest.mark.parametrize("name", ["low_stock_alerts", "shipment_delays", "cold_chain_breaches"])
def test_node_of_another_kind_makes_unknown_columns_and_is_named(name):
    content = document(name)
    node(content, "calc")["type"] = "stream-exec-async-calc_1"
    sink, found = named(content)
    assert None in found.values()
    assert sink.because.endswith(": async-calc")


def test_only_what_comes_through_the_unknown_node_is_unknown():
    content = document("low_stock_alerts")
    sources = {n["id"]: n for n in content["nodes"] if "scanTableSource" in n}
    (products,) = (id_ for id_, n in sources.items() if "shop_products" in json.dumps(n))
    behind = next(edge["target"] for edge in content["edges"] if edge["source"] == products)
    next(n for n in content["nodes"] if n["id"] == behind)["type"] = "stream-exec-process-table-function_1"
    _, found = named(content)
    assert found["product"] is None
    assert found["level"] == {"stock_movements_typed.delta"}


def test_node_with_another_number_of_columns_than_its_rule_gives_is_unknown():
    content = document("shipment_delays")
    node(content, "interval-join")["outputType"]["fields"].append({"name": "one_more"})
    sink, found = named(content)
    assert set(found.values()) == {None}
    assert "interval-join" in sink.because


def test_semi_join_gives_the_columns_of_its_left_side():
    content = document("low_stock_alerts")
    join, sink = node(content, "join"), node(content, "sink")
    join["joinSpec"]["joinType"] = "SEMI"
    join["outputType"]["fields"] = join["outputType"]["fields"][:4]
    sink["outputType"] = join["outputType"]
    content["edges"] = [edge for edge in content["edges"] if edge["target"] != sink["id"]]
    content["edges"].append({"source": join["id"], "target": sink["id"]})
    left = {name: {f"stock_movements_typed.{name}"} for name in ("warehouse_id", "product_id")}
    _, found = named(content)
    assert found == {
        **left,
        "level": {"stock_movements_typed.delta"},
        "last_changed_at": {"stock_movements_typed.changed_at"},
    }


def test_filter_of_an_aggregate_counts_among_its_origins():
    content = document("low_stock_alerts")
    for each in content["nodes"]:
        for call in each.get("aggCalls", ()):
            call["filterArg"] = 1
    assert named(content)[1]["level"] == {"stock_movements_typed.delta", "stock_movements_typed.product_id"}


def test_match_that_gives_every_row_is_unknown():
    content = document("cold_chain_breaches")
    node(content, "match")["matchSpec"]["allRows"] = True
    assert named(content)[1]["max_temp_c"] is None


def test_expression_of_an_unknown_kind_is_unknown():
    row = (frozenset({("t", "a")}),)
    known = {"kind": "INPUT_REF", "inputIndex": 0}
    assert origins({"kind": "CALL", "operands": [known, {"kind": "SUBQUERY"}]}, row) is None
    assert origins({"kind": "INPUT_REF", "inputIndex": 1}, row) is None
    assert origins({"kind": "LITERAL", "value": 1}, row) == frozenset()


def test_field_of_a_computed_row_comes_from_what_the_row_is_computed_from():
    row = (frozenset({("t", "a")}), frozenset({("t", "b")}))
    call = {"kind": "CALL", "operands": [{"kind": "INPUT_REF", "inputIndex": i} for i in (0, 1)]}
    assert origins({"kind": "FIELD_ACCESS", "name": "x", "expr": call}, row) == {("t", "a"), ("t", "b")}
