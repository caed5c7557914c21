"""Which spellings of a node mean the same for its state, and which only look like it: hand-made plans."""

import json

import pytest

from millstream.compiled import CompiledPlan, field_names, without_names
from millstream.plan.state import Verdict, judge
from millstream.plan.state.tables import changed_tables

TABLE = "`default_catalog`.`default_database`.`{}`"
WATERMARK = {"type": "WatermarkPushDown", "watermarkExpr": 5, "idleTimeoutMillis": -1, "producedType": "ROW<`a` INT>"}
COUNT = {"grouping": [0], "aggCalls": [{"internalName": "$COUNT$1"}], "generateUpdateBefore": True}
PROC_TIME = {"miniBatchInterval": {"interval": 1000, "mode": "ProcTime"}}
ROW_TIME = {"miniBatchInterval": {"interval": 1000, "mode": "RowTime"}}
A, B, C = ({"kind": "INPUT_REF", "inputIndex": number} for number in range(3))


def scan(table="clicks", **watermark):
    source = {"table": {"identifier": TABLE.format(table)}, "abilities": [{**WATERMARK, **watermark}]}
    return "table-source-scan", {"scanTableSource": source}


def sink(table="counts", **content):
    return "sink", {"dynamicTableSink": {"table": {"identifier": TABLE.format(table)}}, **content}


def chain(*nodes, more=()):
    """A plan whose nodes read one another in order; `more` hangs further chains behind its first node."""
    plan = {"flinkVersion": "2.2", "nodes": [], "edges": []}
    for nodes_of_chain in (nodes, *more):
        before = None if nodes_of_chain is nodes else 1
        for kind, content in nodes_of_chain:
            number = len(plan["nodes"]) + 1
            plan["nodes"].append({"id": number, "type": f"stream-exec-{kind}_1", **content})
            plan["edges"] += [{"source": before, "target": number}] if before else []
            before = number
    return CompiledPlan.parse(json.dumps(plan))


def call(name, *operands):
    return {"kind": "CALL", "internalName": f"${name}$1", "operands": list(operands)}


def counted(condition):
    return chain(scan(), ("calc", {"condition": condition}), ("group-aggregate", COUNT), sink())


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (call("AND", A, B), call("AND", B, A), Verdict.KEEP),
        (call("OR", A, B), call("OR", B, A), Verdict.KEEP),
        (call("AND", A, call("AND", B, C)), call("AND", C, B, A), Verdict.KEEP),
        (call("NOT", call("AND", A, B)), call("NOT", call("AND", B, A)), Verdict.KEEP),
        (call("AND", A, B), call("OR", A, B), Verdict.REBUILD),
        (call("AND", A, call("OR", B, C)), call("OR", call("AND", A, B), C), Verdict.REBUILD),
        (call("-", A, B), call("-", B, A), Verdict.REBUILD),
        (call("AND", A, A), call("AND", A, B), Verdict.REBUILD),
    ],
)
def test_order_counts_but_for_and_and_or(before, after, verdict):
    assert judge(counted(before), counted(after)).verdict is verdict


@pytest.mark.parametrize(
    ("row", "bare"),
    [
        ("ROW<`n` BIGINT NOT NULL, `of``it` INT>", "ROW<BIGINT NOT NULL, INT>"),
        ("ROW<`r` ROW<`x` INT>, `a` ARRAY<INT>>", "ROW<ROW<`x` INT>, ARRAY<INT>>"),
        (
            "ROW<`n` INT 'more than `this`, (that) or <it>', `m` INT>",
            "ROW<INT 'more than `this`, (that) or <it>', INT>",
        ),
        ("INT", "INT"),
        (
            {"type": "ROW", "fields": [{"name": "n", "fieldType": {"type": "ROW", "fields": [{"name": "x"}]}}]},
            {"type": "ROW", "fields": [{"fieldType": {"type": "ROW", "fields": [{"name": "x"}]}}]},
        ),
        (None, None),
    ],
)
def test_only_outermost_names_are_left_out_of_a_row_type(row, bare):
    assert without_names(row) == bare


def test_first_names_only_are_left_out_on_demand():
    assert without_names("ROW<`a` INT, `b` INT>", 1) == "ROW<INT, `b` INT>"
    assert field_names("ROW<`a` INT 'not `this`', `b` ROW<`x` INT>>") == ("a", "b")


def looked_up(left, right):
    table = {"lookupTableSource": {"table": {"identifier": "`c`.`d`.`products`"}}}
    content = {"temporalTable": table, "outputType": f"ROW<`{left}` INT, `{right}` INT>"}
    source = ("calc", {"outputType": f"ROW<`{left}` INT>"})
    return chain(scan(), source, ("lookup-join", content), ("group-aggregate", COUNT), sink())


def test_names_of_a_looked_up_table_mean_something():
    assert judge(looked_up("a", "name"), looked_up("b", "name")).verdict is Verdict.KEEP
    assert judge(looked_up("a", "name"), looked_up("a", "category")).verdict is Verdict.REBUILD


def test_names_in_the_type_of_an_expression_mean_something():
    def unnested(name):
        row = {"type": "ROW", "fields": [{"name": name, "fieldType": "INT"}]}
        argument = {"kind": "FIELD_ACCESS", "name": "a", "expr": {"kind": "CORREL_VARIABLE", "type": row}}
        return chain(scan(), ("correlate", {"functionCall": argument}), ("group-aggregate", COUNT), sink())

    assert judge(unnested("a"), unnested("b")).verdict is Verdict.REBUILD


def matched(fields, **measures):
    listed = ", ".join(f"`{name}` INT" for name in fields)
    content = {"matchSpec": {"pattern": 1, "measures": measures}, "outputType": f"ROW<{listed}>"}
    return chain(scan(), ("match", content), ("group-aggregate", COUNT), sink())


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (matched(["user", "worst", "best"], worst="MAX", best="MIN"), Verdict.KEEP),
        (matched(["user", "low", "high"], low="MAX", high="MIN"), Verdict.KEEP),
        (matched(["user", "high", "low"], low="MAX", high="MIN"), Verdict.REBUILD),
        (matched(["user", "high", "low"], high="SUM", low="MIN"), Verdict.REBUILD),
    ],
    ids=["renamed", "names exchanged with their columns", "names exchanged", "computed differently"],
)
def test_measures_are_those_of_their_columns(after, verdict):
    assert judge(matched(["user", "high", "low"], high="MAX", low="MIN"), after).verdict is verdict


def batched(assigner, interval, size="100"):
    content = {"miniBatchInterval": {**assigner["miniBatchInterval"], "interval": interval}}
    settings = {"table.exec.mini-batch.enabled": "true", "table.exec.mini-batch.size": size}
    aggregate = {**COUNT, "configuration": settings}
    return chain(scan(), ("mini-batch-assigner", content), ("global-group-aggregate", aggregate), sink())


def test_pace_of_mini_batches_counts_in_event_time_only():
    assert judge(batched(PROC_TIME, 1000), batched(PROC_TIME, 2000, size="500")).verdict is Verdict.KEEP
    assert judge(batched(ROW_TIME, 1000), batched(ROW_TIME, 2000)).verdict is Verdict.REBUILD


def united(first, second):
    plan = {"flinkVersion": "2.2", "nodes": [], "edges": []}
    union, aggregate, target = ("union", {}), ("group-aggregate", COUNT), sink()
    for number, (kind, content) in enumerate((scan(first), scan(second), union, aggregate, target), 1):
        plan["nodes"].append({"id": number, "type": f"stream-exec-{kind}_1", **content})
    plan["edges"] = [{"source": a, "target": b} for a, b in ((1, 3), (2, 3), (3, 4), (4, 5))]
    return plan


def test_branches_of_a_union_have_no_order_and_sides_of_a_join_have_one():
    before, after = united("orders", "payments"), united("payments", "orders")
    plans = [CompiledPlan.parse(json.dumps(plan)) for plan in (before, after)]
    assert judge(*plans).verdict is Verdict.KEEP
    for plan in (before, after):
        plan["nodes"][2]["type"] = "stream-exec-join_1"
    plans = [CompiledPlan.parse(json.dumps(plan)) for plan in (before, after)]
    assert judge(*plans).verdict is Verdict.REBUILD


WINDOW = ("window-aggregate", {"windowing": "TUMBLE"})
AGGREGATE = ("group-aggregate", COUNT)
LATE = ("calc", {"condition": call("CURRENT_WATERMARK", A)})


@pytest.mark.parametrize(
    ("behind", "more", "verdict"),
    [
        ([AGGREGATE], [], Verdict.KEEP),
        ([("mini-batch-assigner", PROC_TIME), AGGREGATE], [], Verdict.KEEP),
        ([("mini-batch-assigner", ROW_TIME), AGGREGATE], [], Verdict.REBUILD),
        ([WINDOW], [], Verdict.REBUILD),
        ([AGGREGATE, WINDOW], [], Verdict.REBUILD),
        ([LATE, AGGREGATE], [], Verdict.REBUILD),
        ([AGGREGATE], [[WINDOW, sink("windows")]], Verdict.REBUILD),
        ([("process-table-function", {}), AGGREGATE], [], Verdict.REBUILD),
        ([("heard-of-by-nobody", {}), AGGREGATE], [], Verdict.REBUILD),
    ],
)
def test_watermark_counts_where_somebody_may_ask_for_it(behind, more, verdict):
    old, new = (chain(scan(watermarkExpr=delay), *behind, sink(), more=more) for delay in (5, 9))
    assert judge(old, new).verdict is verdict


def test_type_of_a_time_attribute_counts_even_if_nobody_waits():
    old, new = (chain(scan(producedType=row), AGGREGATE, sink()) for row in ("ROW<`a` INT>", "ROW<`a` BIGINT>"))
    assert judge(old, new).verdict is Verdict.REBUILD


@pytest.mark.parametrize(
    ("kind", "behind", "verdict"),
    [
        ("group-aggregate", [], Verdict.KEEP),
        ("global-group-aggregate", [("calc", {})], Verdict.KEEP),
        ("group-aggregate", [("rank", {})], Verdict.REBUILD),
        ("deduplicate", [], Verdict.REBUILD),
        ("rank", [], Verdict.REBUILD),
        ("changelog-normalize", [], Verdict.REBUILD),
    ],
)
def test_old_rows_sent_change_what_readers_remember_and_not_what_an_aggregate_does(kind, behind, verdict):
    sends, keeps = (chain(scan(), (kind, {**COUNT, "generateUpdateBefore": s}), *behind, sink()) for s in (True, False))
    assert judge(sends, keeps).verdict is verdict
    assert judge(keeps, sends).verdict is verdict


def test_key_of_a_written_table_goes_by_place():
    def table(columns):
        key = "PRIMARY KEY (page) NOT ENFORCED"
        return {"visits": f"CREATE TABLE visits ({columns}, {key}) WITH ('connector' = 'upsert-kafka')"}

    here, there = table("page STRING, user_id STRING"), table("user_id STRING, page STRING")
    job = "INSERT INTO visits SELECT page, user_id FROM clicks"
    assert list(changed_tables(here, there, job, job)) == [
        "key of table visits: page has another place, and INSERT goes by place"
    ]
    assert list(changed_tables(here, there, job, "INSERT INTO others SELECT page FROM visits")) == []
