"""What the events tell of the company: deliveries, vehicles, cargo, stock, and how scenarios differ."""

import itertools
import json
import math
from collections import Counter, defaultdict
from functools import cache

import pytest
from generated import AS_OF_MS, counted, millis, run_of

from millstream.generate import catalog
from millstream.generate.inventory import REORDER_POINTS

SEEDS = (1, 2, 3)
HOT = 8.0


@cache
def sample(seconds=90, **options):
    return run_of(seconds, **options)


def first_deliveries(run):
    """First delivery time by order, of those the interval join finds."""
    orders = {order["order_id"]: order for order in counted(run, "orders")}
    found = {}
    for event in counted(run, "shipments"):
        order = orders.get(event["order_id"])
        if order and event["status"] == "delivered" and event["event_at"] >= order["ordered_at"]:
            found[event["order_id"]] = min(event["event_at"], found.get(event["order_id"], "9"))
    return {name: (orders[name], at) for name, at in found.items()}


def readings(run):
    """Readings by vehicle in order of event time: milliseconds and temperature."""
    found = defaultdict(list)
    for event in counted(run, "vehicle_positions"):
        found[int(event["vehicle_id"])].append((millis(event["measured_at"]), event.get("cargo_temp_c")))
    return {vehicle: sorted(rows, key=lambda row: row[0]) for vehicle, rows in found.items()}


def streaks(rows):
    """Maximal runs of hot readings, each with whether a reading that is not hot ended it."""
    current, found = [], []
    for time_ms, temperature in rows:
        if temperature is not None and temperature > HOT:
            current.append(time_ms)
        elif current:
            found.append((current, True))
            current = []
    return [*found, (current, False)] if current else found


def is_breach(times):
    return any(third - first <= 120_000 for first, third in zip(times, times[2:], strict=False))


def all_streaks(run):
    return [streak for rows in readings(run).values() for streak in streaks(rows)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("seconds", [60, 90])
def test_a_short_run_already_has_deliveries_on_time_and_late(seed, seconds):
    found = first_deliveries(sample(seconds, seed=seed, bad_pct=2, late_pct=2))
    late = [at > order["promised_at"] for order, at in found.values()]
    assert len(late) > 10
    assert 1 <= sum(late) < len(late)


def test_shipments_refer_to_orders_that_were_sent_before():
    known = set()
    for record in sample(300):
        if record.topic == "orders":
            known.add(record.key)
        elif record.topic == "shipments":
            assert json.loads(record.value)["order_id"] in known


def test_a_shipment_goes_its_way_in_order_of_event_time():
    events = defaultdict(list)
    for event in counted(sample(600), "shipments"):
        events[event["shipment_id"]].append(event)
    ways = Counter(tuple(e["status"] for e in sorted(way, key=lambda e: e["event_at"])) for way in events.values())
    start = ("created", "dispatched")
    assert ways.keys() == {start[:1], start, (*start, "delivered"), (*start, "failed")}
    assert all(len({(e["order_id"], e["warehouse_id"], e["vehicle_id"]) for e in way}) == 1 for way in events.values())


def test_some_orders_are_delivered_twice_and_never_at_the_same_time():
    times = defaultdict(list)
    for event in counted(sample(900), "shipments"):
        if event["status"] == "delivered":
            times[event["order_id"]].append(event["event_at"])
    twice = [each for each in times.values() if len(each) > 1]
    assert len(twice) > 5
    assert all(len(set(each)) == len(each) for each in twice)
    assert len(twice) < 0.2 * len(times)


def test_failed_shipments_are_mostly_sent_again():
    events = counted(sample(900), "shipments")
    failed = {e["order_id"] for e in events if e["status"] == "failed"}
    again = {e["order_id"] for e in events if e["status"] == "delivered"} & failed
    assert 0.3 * len(failed) < len(again) < len(failed)


def kilometres(one, other):
    flat = math.cos(math.radians(one["latitude"]))
    north = other["latitude"] - one["latitude"]
    return math.hypot(north, (other["longitude"] - one["longitude"]) * flat) * 111.2


def test_all_vehicles_report_and_move_no_faster_than_a_lorry_may():
    tracks = defaultdict(list)
    for event in counted(sample(900), "vehicle_positions"):
        tracks[event["vehicle_id"]].append((millis(event["measured_at"]), event))
    assert set(tracks) == {str(vehicle) for vehicle in range(1, 121)}
    for track in tracks.values():
        track.sort(key=lambda row: row[0])
        for (before_ms, before), (after_ms, after) in itertools.pairwise(track):
            # 0.2 m for the six decimals.
            assert kilometres(before, after) <= 90 * (after_ms - before_ms) / 3_600_000 + 0.0002


def test_speed_and_heading_follow_from_the_movement():
    tracks = defaultdict(list)
    for event in counted(sample(900), "vehicle_positions"):
        tracks[event["vehicle_id"]].append(event)
    driving = 0
    for track in tracks.values():
        track.sort(key=lambda event: event["measured_at"])
        for before, after in itertools.pairwise(track):
            seconds = (millis(after["measured_at"]) - millis(before["measured_at"])) / 1000
            same = all(before[name] == after[name] for name in ("speed_kmh", "heading_deg"))
            if not same or seconds < 3:
                continue
            driving += before["speed_kmh"] > 0
            assert kilometres(before, after) / seconds * 3600 == pytest.approx(before["speed_kmh"], abs=0.7)
            if before["speed_kmh"]:
                flat = math.cos(math.radians(before["latitude"]))
                north = after["latitude"] - before["latitude"]
                angle = math.degrees(math.atan2((after["longitude"] - before["longitude"]) * flat, north))
                assert abs((angle - before["heading_deg"] + 180) % 360 - 180) < 1.5
    assert driving > 5000


def test_another_run_finds_the_vehicles_on_the_same_roads():
    def early(seed):
        return {e["vehicle_id"]: e for e in reversed(counted(sample(20, seed=seed), "vehicle_positions"))}

    one, other = early(1), early(2)
    assert all(kilometres(one[vehicle], other[vehicle]) < 0.5 for vehicle in one.keys() & other.keys())


def test_a_third_of_the_vehicles_carry_cold_cargo():
    cold = {v for v, rows in readings(sample(300)).items() if any(temperature is not None for _, temperature in rows)}
    assert cold == set(range(3, 121, 3))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rate", [50, 400])
def test_a_short_run_has_breaches_that_ended_and_near_misses(seed, rate):
    found = all_streaks(sample(90, seed=seed, rate=rate, bad_pct=2, late_pct=2))
    assert sum(is_breach(times) and ended for times, ended in found) >= 2
    assert any(not is_breach(times) and ended for times, ended in found)


def test_even_few_reports_show_breaches_that_ended():
    found = all_streaks(sample(1200, rate=6))
    assert any(is_breach(times) and ended for times, ended in found)


def test_some_vehicles_report_so_rarely_that_three_warm_readings_are_no_breach():
    near = [times for times, ended in all_streaks(sample(900)) if ended and len(times) >= 3 and not is_breach(times)]
    assert near
    assert all(third - first > 120_000 for times in near for first, third in zip(times, times[2:], strict=False))


def test_eight_degrees_sharp_and_unloaded_while_warm_occur():
    sequences = [[temperature for _, temperature in rows] for rows in readings(sample(300)).values()]
    assert any(temperatures.count(HOT) >= 3 for temperatures in sequences)
    pairs = [pair for temperatures in sequences for pair in itertools.pairwise(temperatures)]
    assert any(before is not None and before > HOT and after is None for before, after in pairs)


@pytest.mark.parametrize("scenario", ["calm", "black-friday", "supplier-crisis"])
def test_stock_is_never_negative_with_or_without_the_records_set_aside(scenario):
    run = sample(600, scenario=scenario, bad_pct=10, late_pct=10)
    everything = [json.loads(r.value) for r in run if r.topic == "inventory_changes" and r.fault is None]
    for events in (counted(run, "inventory_changes"), everything):
        levels = Counter()
        for event in events:
            place = (event["warehouse_id"], event["product_id"])
            levels[place] += event["delta"]
            assert levels[place] >= 0


def shortages(run):
    """How often a level fell below its reorder point, how often it recovered, and how often it was nothing."""
    levels, below, counts = {}, set(), Counter()
    for event in counted(run, "inventory_changes"):
        place = (event["warehouse_id"], event["product_id"])
        levels[place] = levels.get(place, 0) + event["delta"]
        is_below = levels[place] < REORDER_POINTS[int(event["product_id"]) - 1]
        counts["fell"] += is_below and place not in below
        counts["recovered"] += not is_below and place in below
        counts["empty"] += levels[place] == 0
        (below.add if is_below else below.discard)(place)
    return counts


def test_some_products_run_low_and_recover():
    found = shortages(sample(90))
    assert found["fell"] > 5
    assert found["recovered"] >= 1


def test_stock_arrives_before_it_is_sold():
    first = {}
    for event in counted(sample(300), "inventory_changes"):
        first.setdefault((event["warehouse_id"], event["product_id"]), event["reason"])
    assert set(first.values()) == {"receipt"}
    assert {reason["reason"] for reason in counted(sample(300), "inventory_changes")} == {
        "sale", "receipt", "return", "adjustment", "loss",
    }  # fmt: skip


def test_on_black_friday_some_cities_and_categories_sell_most_and_shelves_are_empty():
    def shares(scenario):
        orders = counted(sample(300, scenario=scenario), "orders")
        lines = [line for order in orders for line in order["lines"]]
        busy = sum(order["city_id"] in {"6", "11", "14", "18", "26"} for order in orders) / len(orders)
        wanted = ("electronics", "toys", "clothing")
        gadgets = sum(catalog.CATEGORIES[int(line["product_id"]) - 1] in wanted for line in lines) / len(lines)
        return busy, gadgets, shortages(sample(300, scenario=scenario))["empty"]

    calm, black_friday = shares("calm"), shares("black-friday")
    assert black_friday[0] > 2 * calm[0]
    assert black_friday[1] > 1.5 * calm[1]
    assert black_friday[2] > 5 * max(1, calm[2])


def test_when_the_cold_chain_fails_many_vehicles_are_too_warm():
    def warm(scenario):
        run = sample(300, scenario=scenario)
        return len([v for v, rows in readings(run).items() if any(is_breach(times) for times, _ in streaks(rows))])

    assert warm("cold-chain-failure") > 2 * warm("calm")


def test_in_a_supplier_crisis_less_stock_recovers():
    assert shortages(sample(300, scenario="supplier-crisis"))["recovered"] < shortages(sample(300))["recovered"] / 2


def test_the_sample_starts_where_the_plan_says():
    assert sample(90)[0].timestamp_ms == AS_OF_MS
