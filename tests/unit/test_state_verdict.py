"""What a changed plan does to state: hand-made plans, each with one difference."""

import json
from itertools import count

import pytest

from millstream.compiled import CompiledPlan, PlanFormatError
from millstream.plan.state import Verdict, judge, renumber
from millstream.plan.state.settings import changed_settings
from millstream.plan.state.tables import changed_tables

TABLE = "`default_catalog`.`default_database`.`{}`"
ROW = [{"name": "city", "fieldType": "VARCHAR(2147483647)"}, {"name": "amount", "fieldType": "INT"}]


class Draft:
    """A plan in the making; each method adds a node behind those it is given and returns its id."""

    def __init__(self, first_id=1, version="2.2"):
        self._ids = count(first_id)
        self._plan = {"flinkVersion": version, "nodes": [], "edges": []}

    def node(self, kind, *inputs, names=("city", "amount"), **content):
        number = next(self._ids)
        fields = [{**field, "name": name} for field, name in zip(ROW, names, strict=True)]
        described = {"outputType": {"type": "ROW", "fields": fields}, "description": f"{kind}()"}
        self._plan["nodes"].append({"id": number, "type": f"stream-exec-{kind}_1", **described, **content})
        self._plan["edges"] += [{"source": source, "target": number} for source in inputs]
        return number

    def scan(self, table="orders", delay=10_000):
        abilities = [{"type": "WatermarkPushDown", "watermarkExpr": delay}]
        source = {"table": {"identifier": TABLE.format(table)}, "abilities": abilities}
        return self.node("table-source-scan", scanTableSource=source)

    def where(self, source, minimum=1):
        return self.node(
            "calc", source, condition={"value": minimum}, description=f"Calc(where=[(amount > {minimum})])"
        )

    def total(self, source, keys=(0,), ttl="0 ms", name="EXPR$1", function="SUM", **content):
        listed = ", ".join(("city", "product")[key] for key in keys)
        return self.node(
            "group-aggregate",
            source,
            grouping=list(keys),
            aggCalls=[{"name": name, "internalName": f"${function}$1"}],
            state=[{"index": 0, "ttl": ttl, "name": "groupAggregateState"}],
            description=f"GroupAggregate(groupBy=[{listed}], select=[{listed}, {function}(amount) AS {name}])",
            **content,
        )

    def sink(self, source, table="totals", **content):
        return self.node("sink", source, dynamicTableSink={"table": {"identifier": TABLE.format(table)}}, **content)

    def done(self):
        return CompiledPlan.parse(json.dumps(self._plan))


def totals(first_id=1, version="2.2", minimum=1, **aggregate):
    draft = Draft(first_id, version)
    draft.sink(draft.total(draft.where(draft.scan(), minimum), **aggregate))
    return draft.done()


def test_same_sql_under_other_ids_is_kept_and_gets_its_old_ids():
    old, new = totals(), totals(first_id=1057)
    found = judge(old, new)
    assert (found.verdict, found.reasons, found.leaves_out) == (Verdict.KEEP, (), False)
    assert json.loads(renumber(new, found.matching, 4).text) == json.loads(old.text)


@pytest.mark.parametrize(
    "changed", [{"ttl": "14 d"}, {"name": "total"}, {"names": ("town", "sum")}], ids=["ttl", "alias", "columns"]
)
def test_what_changes_no_value_keeps_state(changed):
    assert judge(totals(), totals(**changed)).verdict is Verdict.KEEP


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"minimum": 2}, "filter: (amount > 1) → (amount > 2)"),
        ({"keys": (0, 1)}, "group key: city → city, product"),
        ({"function": "MAX"}, "columns: SUM(amount) → MAX(amount)"),
    ],
)
def test_what_changes_the_meaning_of_state_rebuilds_and_says_why(changed, reason):
    found = judge(totals(), totals(**changed))
    assert found.verdict is Verdict.REBUILD
    assert reason in found.reasons
    assert not found.leaves_out


def test_stateless_change_keeps_offsets():
    old, new = Draft(), Draft()
    for draft, minimum in ((old, 1), (new, 2)):
        draft.sink(draft.where(draft.scan(), minimum))
    found = judge(old.done(), new.done())
    assert found.verdict is Verdict.KEEP
    assert {1, 3} <= set(found.matching.pairs.values())


def test_new_stateful_insert_is_to_be_split_off():
    old, new = Draft(), Draft()
    for draft in (old, new):
        draft.sink(draft.total(draft.scan()))
    new.sink(new.total(1, keys=(1,)), "by_product")
    found = judge(old.done(), new.done())
    assert found.verdict is Verdict.SPLIT
    assert "new: GROUP BY" in found.reasons


def test_new_stateless_insert_is_to_be_split_off_for_it_would_start_at_the_savepoint():
    old, new = Draft(), Draft()
    for draft in (old, new):
        draft.sink(draft.total(draft.scan()))
    new.sink(new.where(1, 100), "big")
    found = judge(old.done(), new.done())
    assert found.verdict is Verdict.SPLIT
    assert "table big would begin at the savepoint" in found.reasons


def test_new_insert_with_a_source_of_its_own_misses_nothing():
    old, new = Draft(), Draft()
    for draft in (old, new):
        draft.sink(draft.total(draft.scan()))
    new.sink(new.total(new.scan("returns")), "returned")
    assert judge(old.done(), new.done()).verdict is Verdict.KEEP


def test_result_under_another_name_is_another_job():
    old, new = Draft(), Draft()
    old.sink(old.total(old.scan()))
    new.sink(new.total(new.scan()), "by_city")
    assert judge(old.done(), new.done()).verdict is Verdict.REBUILD


def test_other_source_of_a_result_rebuilds_it():
    old, new = Draft(), Draft()
    old.sink(old.where(old.scan()))
    new.sink(new.where(new.scan("orders_again")))
    assert judge(old.done(), new.done()).verdict is Verdict.REBUILD


def test_second_reader_of_a_table_would_count_it_again():
    old, new = Draft(), Draft()
    source = old.scan()
    old.sink(old.total(source))
    old.sink(old.total(source, keys=(1,)), "by_product")
    new.sink(new.total(new.scan()))
    new.sink(new.total(new.scan(), keys=(1,)), "by_product")
    found = judge(old.done(), new.done())
    assert found.verdict is Verdict.REBUILD
    assert "table orders is read once more, from its beginning" in found.reasons
    back = judge(new.done(), old.done())
    assert back.verdict is Verdict.REBUILD


def test_exchanged_results_do_not_go_on_from_the_state_of_one_another():
    old, new = Draft(), Draft()
    for draft, tables in ((old, ("totals", "by_product")), (new, ("by_product", "totals"))):
        source = draft.scan()
        draft.sink(draft.total(source), tables[0])
        draft.sink(draft.total(source, keys=(1,)), tables[1])
    found = judge(old.done(), new.done())
    assert found.verdict is Verdict.REBUILD
    assert "table totals would go on from the state of another result" in found.reasons


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("1 d", "5 s", Verdict.REBUILD),
        ("5 s", "1 d", Verdict.KEEP),
        ("0 ms", "30 d", Verdict.KEEP),
        ("30 d", "0 ms", Verdict.KEEP),
    ],
)
def test_shorter_time_to_live_would_forget_at_once(before, after, verdict):
    assert judge(totals(ttl=before), totals(ttl=after)).verdict is verdict


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"table.local-time-zone": "Asia/Tokyo"}, ["`table.local-time-zone`: not set → Asia/Tokyo"]),
        ({"pipeline.max-parallelism": "64"}, {}, ["`pipeline.max-parallelism`: 64 → not set"]),
        ({}, {"table.exec.unheard-of": "1"}, ["`table.exec.unheard-of`: not set → 1"]),
        (
            {},
            {"parallelism.default": "2", "execution.checkpointing.interval": "9 s", "table.exec.state.ttl": "1 d"},
            [],
        ),
    ],
)
def test_settings_that_mean_something_are_told(before, after, told):
    assert list(changed_settings(before, after)) == told


def test_changed_key_of_a_table_is_told():
    def table(key):
        content = f"CREATE TABLE t (a INT, b INT, PRIMARY KEY ({key}) NOT ENFORCED) WITH ('connector' = 'upsert-kafka')"
        return {"t": content}

    assert list(changed_tables(table("a"), table("a, b"))) == ["key of table t: a → a, b"]


def test_hint_on_a_written_table_counts_as_its_option():
    job = "INSERT INTO orders {} SELECT * FROM other"
    hint = "/*+ OPTIONS('topic' = 'elsewhere', 'sink.parallelism' = '1') */"
    table = {"orders": CREATE.format(topic="here", more="'format' = 'json'")}
    told = list(changed_tables(table, table, job.format(""), job.format(hint)))
    assert told == ["`topic` of table orders: here → elsewhere"]


def test_removed_insert_is_left_out_and_told():
    old, new = Draft(), Draft()
    for draft in (old, new):
        draft.sink(draft.total(draft.scan()))
    old.sink(old.total(1, keys=(1,)), "by_product")
    found = judge(old.done(), new.done())
    assert (found.verdict, found.leaves_out) == (Verdict.KEEP, True)
    assert "gone: GROUP BY" in found.reasons


def test_swapped_inserts_each_keep_their_own_state():
    def both(*order, first_id=1):
        draft = Draft(first_id)
        scan = draft.scan()
        for keys, table in order:
            draft.sink(draft.total(scan, keys=keys), table)
        return draft.done()

    one, other = ((0,), "by_city"), ((1,), "by_product")
    old, new = both(one, other), both(other, one, first_id=50)
    found = judge(old, new)
    assert found.verdict is Verdict.KEEP
    assert all(
        new.nodes[number].description == old.nodes[partner].description
        for number, partner in found.matching.pairs.items()
    )


def test_alike_nodes_are_paired_by_the_table_they_lead_to():
    def twins(*tables, first_id=1):
        draft = Draft(first_id)
        for table in tables:
            draft.sink(draft.total(draft.scan()), table)
        return draft.done()

    old, new = twins("a", "b"), twins("b", "a", first_id=50)
    pairs = judge(old, new).matching.pairs
    assert all(new.sinks[number] == old.sinks[partner] for number, partner in pairs.items())


def test_another_watermark_rebuilds_what_counts_by_it():
    old, new = Draft(), Draft()
    for draft, delay in ((old, 10_000), (new, 5_000)):
        draft.sink(draft.node("window-aggregate", draft.scan(delay=delay)))
    assert judge(old.done(), new.done()).verdict is Verdict.REBUILD


def test_renamed_source_column_is_another_field_of_the_record():
    old, new = Draft(), Draft()
    for draft, names in ((old, ("city", "amount")), (new, ("town", "amount"))):
        source = {"table": {"identifier": TABLE.format("orders")}}
        draft.sink(draft.total(draft.node("table-source-scan", names=names, scanTableSource=source)))
    assert judge(old.done(), new.done()).verdict is Verdict.REBUILD


def test_materializing_sink_holds_rows_as_they_were_computed():
    old, new = Draft(), Draft()
    for draft, minimum in ((old, 1), (new, 2)):
        draft.sink(draft.where(draft.scan(), minimum), requireUpsertMaterialize=True)
    assert judge(old.done(), new.done()).verdict is Verdict.REBUILD


def test_unknown_kind_of_node_is_never_taken_for_harmless():
    old, new = Draft(), Draft()
    for draft, hint in ((old, 1), (new, 2)):
        draft.sink(draft.node("delta-join", draft.scan(), hint=hint))
    assert judge(old.done(), new.done()).verdict is Verdict.REBUILD


def test_another_minor_version_of_flink_rebuilds():
    found = judge(totals(), totals(version="2.3"))
    assert (found.verdict, found.reasons) == (Verdict.REBUILD, ("Flink 2.2 → 2.3",))


def test_fresh_nodes_get_ids_above_all_that_ever_were():
    old, new = totals(), totals(minimum=2, first_id=1)
    found = judge(old, new)
    numbers = set(renumber(new, found.matching, 40).nodes)
    assert {number for number in numbers if number > 40} == {41, 42}
    assert numbers - {41, 42} == set(found.matching.pairs.values())


@pytest.mark.parametrize(
    "text", ["", "[]", '{"nodes": []}', '{"flinkVersion": "2.2", "nodes": [{"id": 1}], "edges": []}']
)
def test_what_is_no_plan_is_refused(text):
    with pytest.raises(PlanFormatError):
        CompiledPlan.parse(text)


def test_circle_is_refused():
    plan = json.loads(totals().text)
    plan["edges"].append({"source": 4, "target": 1})
    with pytest.raises(PlanFormatError, match="circle"):
        CompiledPlan.parse(json.dumps(plan))


CREATE = "CREATE TABLE orders (id INT) WITH ('connector' = 'kafka', 'topic' = '${{NS:-}}{topic}', {more})"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"topic": "other"}, ["`topic` of table orders: orders → other"]),
        ({"more": "'format' = 'avro'"}, ["`format` of table orders: json → avro"]),
        ({"more": "'format' = 'json', 'scan.startup.mode' = 'latest-offset'"}, []),
        ({"more": "'format' = 'json', 'properties.linger.ms' = '5'"}, []),
        (
            {"more": "'format' = 'json', 'properties.isolation.level' = 'read_committed'"},
            ["`properties.isolation.level` of table orders: not set → read_committed"],
        ),
        (
            {"more": "'format' = 'json', 'unheard.of' = '${PASSWORD}'"},
            ["`unheard.of` of table orders: not set → ${PASSWORD}"],
        ),
    ],
)
def test_options_that_mean_something_are_told(change, told):
    def table(topic="orders", more="'format' = 'json'"):
        return {"orders": CREATE.format(topic=topic, more=more)}

    assert list(changed_tables(table(), table(**change))) == told


def test_tables_of_one_side_only_are_the_plans_concern():
    assert list(changed_tables({"orders": CREATE}, {"totals": CREATE})) == []
