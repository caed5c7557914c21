import hashlib
import json
from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest

from millstream.generate import plan
from millstream.generate.orders import ORDERS
from millstream.generate.plan import StreamPlan, interleave
from millstream.generate.stream import closing_markers, records

PLAN = StreamPlan(seed=7, as_of_ms=1_767_225_600_000, rate=1000, topics=(ORDERS,), bad_pct=2, late_pct=2)


def take(count, plan=PLAN):
    return list(islice(records(plan), count))


def test_a_seed_reproduces_every_byte():
    assert take(5000) == take(5000)


def test_a_longer_run_begins_like_a_shorter_one():
    assert take(3000)[:1500] == take(1500)


def test_another_seed_gives_other_orders():
    assert [r.value for r in take(50)] != [r.value for r in take(50, replace(PLAN, seed=8))]


def test_the_bytes_of_a_seed_are_the_same_on_every_platform_and_numpy():
    digest = hashlib.sha256("\n".join(repr(record) for record in take(20_000)).encode()).hexdigest()
    assert digest == "21c9883ae473cba9052458ab28aac6bb96929a00f6f64ce7a5b5b62100dfced4"


def test_record_time_follows_the_rate_and_never_goes_back():
    times = [record.timestamp_ms for record in take(2500, replace(PLAN, rate=3))]
    assert times[:4] == [PLAN.as_of_ms, PLAN.as_of_ms + 333, PLAN.as_of_ms + 666, PLAN.as_of_ms + 1000]
    assert times == sorted(times)


@pytest.mark.parametrize(
    "change",
    [{"seed": 8}, {"as_of_ms": PLAN.as_of_ms + 1}, {"rate": 1001}, {"bad_pct": 3}, {"late_pct": 3}],
    ids=lambda change: next(iter(change)),
)
def test_runs_that_differ_share_no_order_id(change):
    ids = {record.key for record in take(3000)}
    assert len(ids) == 3000
    assert ids.isdisjoint(record.key for record in take(3000, replace(PLAN, **change)))


def test_shares_of_bad_and_late_are_as_asked():
    sample = take(50_000)
    assert sum(r.fault is not None for r in sample) == pytest.approx(1000, rel=0.1)
    assert sum(r.late for r in sample) == pytest.approx(980, rel=0.1)


def test_nothing_is_bad_or_late_unless_asked():
    assert not any(r.fault or r.late for r in take(5000, replace(PLAN, bad_pct=0, late_pct=0)))


def test_bad_records_take_turns_through_the_error_types():
    bad = [r.fault for r in take(1000) if r.fault]
    assert set(bad[:6]) == {fault.error_type for fault in ORDERS.faults}
    assert max(Counter(bad).values()) - min(Counter(bad).values()) <= 1


def test_big_cities_and_popular_products_sell_most():
    orders = [json.loads(r.value) for r in take(20_000, replace(PLAN, bad_pct=0))]
    cities = Counter(order["city_id"] for order in orders)
    products = Counter(line["product_id"] for order in orders for line in order["lines"])
    assert cities.most_common(1)[0][0] == "1"
    assert len(cities) == 60
    assert len(products) == 200
    assert products.most_common(1)[0][1] > 10 * products.most_common()[-1][1]


def test_customers_buy_where_they_live():
    homes = {}
    for record in take(5000, replace(PLAN, bad_pct=0)):
        order = json.loads(record.value)
        assert homes.setdefault(order["customer_id"], order["city_id"]) == order["city_id"]


def test_a_product_has_one_list_price_whatever_the_seed():
    def dearest(seed):
        prices = {}
        for record in take(5000, replace(PLAN, seed=seed, bad_pct=0)):
            for line in json.loads(record.value)["lines"]:
                prices[line["product_id"]] = max(prices.get(line["product_id"], 0), line["unit_price"])
        return prices

    assert dearest(1) == dearest(2)


def test_closing_markers_are_one_a_partition_an_hour_after_the_end():
    markers = list(closing_markers(PLAN, ORDERS, partitions=4, sent=2000))
    assert [(m.key, m.partition) for m in markers] == [(f"close-{p}", p) for p in range(4)]
    assert {m.timestamp_ms for m in markers} == {PLAN.as_of_ms + 2000 + 3_600_000}
    assert json.loads(markers[2].value) == {
        "order_id": "close-2",
        "customer_id": "0",
        "salesperson_id": "0",
        "city_id": "0",
        "channel": "web",
        "ordered_at": "2026-01-01T01:00:02.000Z",
        "promised_at": "2026-01-01T01:00:02.000Z",
        "lines": [{"line_no": 1, "product_id": "0", "quantity": 1, "unit_price": 0.0}],
    }


def test_topics_share_the_rate_evenly_spread():
    slots = interleave((20, 10, 50, 20))
    assert Counter(slots) == {0: 2, 1: 1, 2: 5, 3: 2}
    assert all(slots[i : i + 4].count(2) >= 1 for i in range(7))


def test_a_second_topic_takes_its_share_and_keeps_the_order_of_time():
    returns = replace(ORDERS, name="returns", share=60)
    sample = take(4000, replace(PLAN, topics=(ORDERS, returns)))
    assert Counter(r.topic for r in sample) == {"orders": 1000, "returns": 3000}
    assert [r.timestamp_ms for r in sample] == [PLAN.as_of_ms + i for i in range(4000)]


def test_blocks_are_smaller_than_the_samples_above():
    assert plan.BLOCK_SIZE < 1500
