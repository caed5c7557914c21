"""Every topic but `orders` against its contract, and the whole stream against its promises."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest
from generated import AS_OF_MS, CONTRACTS, EVENT_TIME, millis, plan, run_of

from millstream.errors import UsageError
from millstream.generate.shipments import SHIPMENTS
from millstream.generate.stream import TOPICS, closing_markers, records, select

FAULTS = {
    f"{topic.name}: {fault.error_type}: {fault.name}": (topic, fault)
    for topic in TOPICS[1:]
    for fault in dict.fromkeys(topic.faults)
}


def test_a_seed_reproduces_every_byte_of_every_topic():
    assert run_of(90, bad_pct=2, late_pct=2) == run_of(90, bad_pct=2, late_pct=2)


def test_the_bytes_of_all_topics_are_the_same_on_every_platform_and_numpy():
    digest = hashlib.sha256("\n".join(map(repr, run_of(200, bad_pct=2, late_pct=2))).encode()).hexdigest()
    assert digest == "243364e995de26fa14fbc3e563bd66b37addae8116c95fb8c611143427707a67"


def test_a_longer_run_begins_like_a_shorter_one():
    assert run_of(90)[:1000] == run_of(20)


def test_topics_have_their_shares():
    shares = Counter(r.topic for r in run_of(100))
    assert shares == {"orders": 1000, "shipments": 500, "vehicle_positions": 2500, "inventory_changes": 1000}


def test_every_record_is_good_or_bad_for_the_reason_it_names():
    sample = [r for r in run_of(200, bad_pct=20, late_pct=10) if r.topic in CONTRACTS]
    for record in sample:
        assert CONTRACTS[record.topic].reason(record.value, record.timestamp_ms) == record.fault, record
    for topic in TOPICS[1:]:
        assert {r.fault for r in sample if r.topic == topic.name} == {None, *(f.error_type for f in topic.faults)}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_fails_its_check_first(name):
    topic, fault = FAULTS[name]
    for record in [r for r in run_of(8, late_pct=50) if r.topic == topic.name]:
        bad = fault.corrupt(record.value, record.timestamp_ms)
        assert CONTRACTS[topic.name].reason(bad, record.timestamp_ms) == fault.error_type


def test_each_topic_shows_all_of_its_error_types_in_as_many_bad_records():
    for topic in TOPICS:
        kinds = list(dict.fromkeys(fault.error_type for fault in topic.faults))
        assert [fault.error_type for fault in topic.faults[: len(kinds)]] == kinds
    assert {f.error_type for f in TOPICS[2].faults} >= {"coordinates_out_of_range"}


@pytest.mark.parametrize("topic", EVENT_TIME)
def test_late_means_more_than_ten_seconds_after_the_event(topic):
    delays = {True: [], False: []}
    for record in run_of(600, late_pct=20):
        if record.topic == topic:
            delays[record.late].append(record.timestamp_ms - millis(json.loads(record.value)[EVENT_TIME[topic]]))
    assert 0 <= min(delays[False]) <= max(delays[False]) <= 9_900
    assert 10_000 < min(delays[True]) < max(delays[True]) <= 300_001


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_closing_markers_are_good_and_bear_id_zero(topic):
    markers = list(closing_markers(plan(), topic, partitions=4, sent=500))
    assert [m.partition for m in markers] == [0, 1, 2, 3]
    for partition, marker in enumerate(markers):
        value = json.loads(marker.value)
        assert marker.timestamp_ms == millis(value[EVENT_TIME[topic.name]]) == AS_OF_MS + 10_000 + 3_600_000
        assert all(
            value[name] == "0" for name in value.keys() & {"warehouse_id", "vehicle_id", "product_id", "city_id"}
        )
        texts = value.keys() & {"shipment_id", "change_id", "order_id"}
        assert all(value[name] == f"close-{partition}" for name in texts)
        if topic.name in CONTRACTS:
            assert CONTRACTS[topic.name].reason(marker.value, marker.timestamp_ms) is None


def test_topics_can_be_chosen_by_name():
    assert [t.name for t in select(("orders", "shipments"))] == ["orders", "shipments"]
    assert select(None) == TOPICS
    for wrong in ((), ("order",), ("shipments",)):
        with pytest.raises(UsageError) as refused:
            select(wrong)
        assert refused.value.mend.startswith("It must ")


def test_runs_of_other_topics_or_scenarios_share_no_id():
    made = plan()
    others = (replace(made, topics=TOPICS[:2]), plan(scenario="black-friday"))
    ids = {r.key for r in islice(records(made), 2000) if r.topic in {"orders", "shipments"}}
    for other in others:
        assert ids.isdisjoint(r.key for r in islice(records(other), 2000) if r.topic in {"orders", SHIPMENTS.name})
