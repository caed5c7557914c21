"""How far back a rebuilt job can make its results again."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import OffsetSpec
from projects import CASES, load, make

from millstream.apply.replay import with_replay
from millstream.cli.plans import as_json, as_text
from millstream.compiled import CompiledPlan, Node
from millstream.engines.kafka import Kafka
from millstream.errors import EngineError
from millstream.observation import Retained
from millstream.plan import Action, Change, Effect, Plan, reach
from millstream.project.model import Kind, ResourceId

NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)
TEN = datetime(2026, 11, 21, 10, tzinfo=UTC)
WHOLE, NOTHING_LEFT = Retained(is_whole=True, since=NINE), Retained(is_whole=False, since=None)
BACK = "replay reaches back to 2026-11-21 09:00 (topic orders); older results are not made again"
ORDERS = "flink_sql/tables/orders.sql"
JOB = ResourceId(Kind.JOB, "parse_orders")


def cut(since):
    return Retained(is_whole=False, since=since)


def plan(*nodes):
    made = [Node(number, f"stream-exec-{kind}_1", content, ()) for number, (kind, content) in enumerate(nodes)]
    return CompiledPlan("", "2.2", {node.id: node for node in made})


def scan(table):
    name = f"`default_catalog`.`default_database`.`{table}`"
    return "table-source-scan", {"scanTableSource": {"table": {"identifier": name}}}


def window(text):
    return "global-window-aggregate", {"description": f"GlobalWindowAggregate(groupBy=[city], window=[{text}])"}


def remembers(kind, ttl):
    return kind, {"state": [{"index": 0, "ttl": ttl, "name": "state"}]}


def told(topics, *nodes, **starts):
    return reach(plan(*nodes), topics, starts)


def test_the_topic_that_reaches_least_far_decides():
    assert told({"items": WHOLE, "orders": cut(NINE)}) == BACK
    assert "10:00 (topic items)" in told({"items": cut(TEN), "orders": cut(NINE)})


def test_topics_that_lost_nothing_give_every_result_again():
    assert told({"orders": WHOLE}) == "replay reads all there ever was in topic orders: every result is made again"
    assert "topics items, orders:" in told({"orders": WHOLE, "items": Retained(is_whole=True, since=None)})


def test_a_topic_without_a_record_left_gives_nothing():
    found = told({"items": cut(NINE), "orders": NOTHING_LEFT})
    assert found == "topic orders has lost all of its records, so no result is made again"


def test_a_job_that_does_not_read_from_the_beginning_makes_nothing_again():
    found = told({"orders": WHOLE}, orders="latest-offset")
    assert found == "topic orders is read from `latest-offset` on, so older results are not made again"


@pytest.mark.parametrize(
    ("node", "span"),
    [
        (window("TUMBLE(slice_end=[$slice_end], size=[1 min])"), "1 min"),
        (window("HOP(slice_end=[$slice_end], size=[90 min], slide=[1 min])"), "90 min"),
        (window("CUMULATE(slice_end=[$slice_end], max_size=[1 d], step=[1 h])"), "1 d"),
        (window("SESSION(time_col=[at], gap=[30 s])"), "30 s"),
        (remembers("group-aggregate", "7 d"), "7 d"),
        (
            (
                "interval-join",
                {"description": "IntervalJoin(windowBounds=[leftLowerBound=-604800000, leftUpperBound=0])"},
            ),
            "7 d",
        ),
    ],
)
def test_what_is_remembered_is_incomplete_for_as_long_as_it_is_remembered(node, span):
    found = told({"orders": cut(NINE)}, node, window("TUMBLE(size=[1 s])"))
    assert found == f"{BACK}; what is remembered for {span} is complete only that much later"


def test_what_is_remembered_for_ever_begins_anew():
    found = told({"orders": cut(NINE)}, remembers("group-aggregate", "0 ms"), window("TUMBLE(size=[1 d])"))
    assert found == f"{BACK}; GROUP BY without a time to live begins anew there"


def test_a_job_that_reads_no_topic_says_nothing():
    assert told({}) == ""


class Asked(SimpleNamespace):
    """A Kafka that counts what it is asked for."""

    def retained(self, topics):
        self.topics.append(list(topics))
        return {topic: cut(NINE) for topic in topics}


def nobody(_):
    """What no change touches."""
    return ()


def rebuilt(tmp_path, effect=Effect.REBUILD, start="earliest-offset"):
    table = (CASES / "base" / ORDERS).read_text(encoding="utf-8")
    begun = table.replace("'connector' = 'kafka',", f"'connector' = 'kafka',\n  'scan.startup.mode' = '{start}',")
    project = load(make(tmp_path, {ORDERS: begun}))
    change = Change(JOB, Action.REPLACE, effect, ("the statement changed",))
    kafka = Asked(topics=[])
    made = with_replay(Plan((change,)), project, {JOB: plan(scan("orders"))}, kafka)
    return made, kafka


def test_a_rebuild_tells_its_reach_in_text_and_json(tmp_path):
    made, kafka = rebuilt(tmp_path)
    assert kafka.topics == [["orders"]]
    assert f"        {BACK}" in as_text(made, nobody, "local").split("\n")
    assert f'"replay": "{BACK}"' in as_json(made, nobody)


def test_where_a_table_is_read_from_is_its_own_option(tmp_path):
    made, _ = rebuilt(tmp_path, start="latest-offset")
    assert "is read from `latest-offset` on" in made.changes[0].replay


def test_only_a_rebuild_costs_a_request(tmp_path):
    made, kafka = rebuilt(tmp_path, Effect.RESTART)
    assert kafka.topics == []
    assert '"replay": null' in as_json(made, nobody)


def done(value):
    future = Future()
    future.set_exception(value) if isinstance(value, Exception) else future.set_result(value)
    return future


class Admin:
    """Topics by name: of each partition its first offset and its oldest record's time, -1 without a record."""

    def __init__(self, topics):
        self.topics = topics

    def list_topics(self, **_):
        listed = {name: SimpleNamespace(partitions=dict(enumerate(ends))) for name, ends in self.topics.items()}
        return SimpleNamespace(topics=listed)

    def list_offsets(self, asked, **_):
        found = {}
        for at, spec in asked.items():
            ends = self.topics[at.topic][at.partition]
            if isinstance(ends, Exception):
                found[at] = done(ends)
            else:
                earliest = spec is OffsetSpec.earliest()
                found[at] = done(SimpleNamespace(offset=ends[0]) if earliest else SimpleNamespace(timestamp=ends[1]))
        return found


def retained(*ends):
    kafka = Kafka("127.0.0.1:9")
    kafka._admin = Admin({"orders": ends})
    return kafka.retained(["orders", "missing"])


def milliseconds(moment):
    return int(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (((0, milliseconds(TEN)), (0, milliseconds(NINE)), (0, -1)), WHOLE),
        (((0, -1),), Retained(is_whole=True, since=None)),
        (((70, milliseconds(NINE)), (80, milliseconds(TEN)), (0, milliseconds(NINE))), cut(TEN)),
        (((70, -1), (80, milliseconds(TEN))), NOTHING_LEFT),
    ],
    ids=["all there", "never written", "cut", "a partition without a record left"],
)
def test_what_a_topic_still_has(ends, expected):
    assert retained(*ends) == {"orders": expected}


def test_kafka_that_tells_no_offsets_is_an_engine_error():
    with pytest.raises(EngineError, match="reach back: too late"):
        retained(KafkaException(KafkaError(KafkaError._TIMED_OUT, "too late")))
