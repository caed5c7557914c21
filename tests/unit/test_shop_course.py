"""How the shop changes, before any database is asked."""

from collections import Counter

import pytest

from millstream.generate.scenario import SCENARIOS
from millstream.generate.shop.course import Course
from millstream.generate.shop.rows import dimension

START = 1_767_225_600


def changes(seconds=90, seed=1, scenario="calm"):
    course = Course(seed, START, SCENARIOS[scenario])
    return [(second, change) for second in range(START, START + seconds) for change in course.changes(second)]


def purchases(**options):
    """Placed and received values of each purchase order, by id."""
    placed, received = {}, {}
    for _, change in changes(**options):
        if change.table == "purchase_orders":
            (placed if change.is_new else received)[change.row] = change.values
    return placed, received


def test_a_seed_and_a_start_give_the_same_changes():
    assert changes() == changes()
    assert changes() != changes(seed=2)


def test_a_longer_course_begins_like_a_shorter_one():
    assert changes(120)[: len(changes(60))] == changes(60)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_short_run_changes_all_that_can_change(seed):
    columns = Counter((c.table, name) for _, c in changes(60, seed) for name in c.values)
    assert columns.keys() >= {
        ("products", "list_price"), ("products", "unit_cost"), ("suppliers", "rating"), ("salespeople", "team"),
        ("salespeople", "country_code"), ("purchase_orders", "quantity"), ("purchase_orders", "received_at"),
    }  # fmt: skip


def test_no_row_changes_twice_in_a_second():
    times = Counter((second, change.table, change.row) for second, change in changes(600))
    assert set(times.values()) == {1}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_purchases_arrive_on_time_late_and_damaged_within_two_minutes(seed):
    placed, received = purchases(seconds=120, seed=seed)
    late = [received[po]["received_at"] > placed[po]["promised_at"] for po in received]
    assert 0 < sum(late) < len(late)
    assert any(values["defective_quantity"] for values in received.values())
    assert any(received[po]["received_quantity"] < placed[po]["quantity"] for po in received)
    assert received.keys() < placed.keys()


def test_goods_arrive_after_they_were_ordered_and_never_more_than_that():
    placed, received = purchases(seconds=600)
    for po, arrived in received.items():
        assert arrived["received_at"] > placed[po]["ordered_at"]
        assert 0 <= arrived["defective_quantity"] <= arrived["received_quantity"] <= placed[po]["quantity"]
        product = placed[po]["product_id"] - 1
        assert placed[po]["supplier_id"] == int(dimension("products").of("supplier_id")[product])


def test_prices_stay_near_the_first_ones_and_ratings_in_their_range():
    first = dict(enumerate(dimension("products").of("list_price"), 1))
    for _, change in changes(600):
        if "list_price" in change.values:
            assert 0.84 <= float(change.values["list_price"]) / float(first[change.row]) <= 1.21
        if "rating" in change.values:
            assert 1.0 <= float(change.values["rating"]) <= 5.0


def test_in_a_supplier_crisis_purchases_are_late_and_damaged_and_ratings_fall():
    def crisis(scenario):
        placed, received = purchases(seconds=600, scenario=scenario)
        late = sum(received[po]["received_at"] > placed[po]["promised_at"] for po in received) / len(received)
        damaged = sum(values["defective_quantity"] > 0 for values in received.values()) / len(received)
        ratings = [float(c.values["rating"]) for _, c in changes(600, scenario=scenario) if "rating" in c.values]
        return late, damaged, ratings[-5:]

    calm, bad = crisis("calm"), crisis("supplier-crisis")
    assert bad[0] > 2 * calm[0]
    assert bad[1] > 2 * calm[1]
    assert max(bad[2]) < min(calm[2])
