"""Each result's rule on a few hand-made records whose outcome a person can tell."""

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import duckdb
import pytest

from oracle.event_samples import event, event_sample
from oracle.expected import compute
from oracle.results import TABLES
from oracle.samples import START, Sample, closing_markers, dump_samples, iso, line, millis, order
from oracle.shop_samples import heartbeat, version

# DuckDB's timestamps have no zone.
NOON = START.replace(tzinfo=None)
LONG_AGO = START - timedelta(days=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@contextmanager
def computed(records, tmp_path):
    path = tmp_path / "records.parquet"
    dump_samples(records, path)
    with duckdb.connect() as connection:
        compute(connection, path)
        yield connection


@pytest.fixture
def rows(tmp_path):
    """Rows of one result over some records, as its query gives them."""

    def ask(records, query):
        with computed(records, tmp_path) as connection:
            return connection.execute(query).fetchall()

    return ask


def ordered(after=timedelta(), order_id="a", lines=None, **changes):
    """An order made some time after noon, recorded in the same moment."""
    at = START + after
    value = order(at, order_id=order_id, lines=lines, **changes)
    return Sample("", "good", order_id.encode(), json.dumps(value).encode(), millis(at))


def happened(topic, after=timedelta(), **changes):
    """An event some time after noon, recorded in the same moment."""
    times = {"shipments": "event_at", "vehicle_positions": "measured_at", "inventory_changes": "changed_at"}
    changes |= {times.get(topic, "observed_at"): iso(START + after)}
    sample = event_sample(topic, "", "good", event(topic, **changes))
    return replace(sample, record_time=millis(START + after))


def dimensions(*left_out):
    names = ("cities", "customers", "salespeople", "products")
    return [version(name, LONG_AGO, "r") for name in names if name not in left_out]


# order_items_enriched


def test_enriched_line_carries_all_its_dimensions_and_what_it_earned(rows):
    found = rows([*dimensions(), ordered()], "SELECT * FROM expected.order_items_enriched")
    sold = ("a", 1, NOON, "web", 7, "Graz", "AT", 12, "Ada", "retail", 3, "Bo", "north", "AT", 5, "Cheese", "dairy", 2)
    money = [Decimal(text) for text in ("12.50", "12.50", "7.25", "25.00", "14.50", "10.50")]
    assert found == [(*sold, 2, *money)]


@pytest.mark.parametrize(("after", "price"), [(-1, "12.50"), (0, "13.00"), (1, "13.00")])
def test_dimension_is_as_of_the_order_to_the_millisecond(rows, after, price):
    dearer = version("products", START, list_price="13.00")
    records = [*dimensions(), dearer, ordered(timedelta(milliseconds=after))]
    assert rows(records, "SELECT list_price FROM expected.order_items_enriched") == [(Decimal(price),)]


def test_order_of_the_change_topic_does_not_decide_which_version_holds(rows):
    late = [version("products", START + MINUTE, list_price="14.00"), version("products", START, list_price="13.00")]
    records = [*late, ordered(), ordered(MINUTE, "b")]
    found = rows(records, "SELECT order_id, list_price FROM expected.order_items_enriched ORDER BY 1")
    assert found == [("a", Decimal("13.00")), ("b", Decimal("14.00"))]


@pytest.mark.parametrize(
    ("unknown", "columns"),
    [
        ("cities", "city, country_code"),
        ("customers", "customer, segment"),
        ("salespeople", "salesperson, team, salesperson_country"),
        ("products", "product, category, supplier_id, list_price, unit_cost, cost, margin"),
    ],
)
def test_unknown_dimension_gives_nulls_and_loses_no_line(rows, unknown, columns):
    records = [*dimensions(unknown), ordered()]
    (found,) = rows(records, f"SELECT revenue, {columns} FROM expected.order_items_enriched")
    assert found == (Decimal("25.00"), *[None] * (columns.count(",") + 1))


def test_row_that_comes_after_the_order_is_unknown_to_it(rows):
    records = [*dimensions("products"), version("products", START + SECOND, "c"), ordered()]
    assert rows(records, "SELECT product FROM expected.order_items_enriched") == [(None,)]


# sales_per_city


def test_line_lies_in_the_fifteen_windows_that_end_after_it(rows):
    found = rows(
        [ordered(timedelta(seconds=59, milliseconds=999))],
        "SELECT window_start, window_end FROM expected.sales_per_city ORDER BY window_end",
    )
    assert found == [(NOON + (n - 15) * MINUTE, NOON + n * MINUTE) for n in range(1, 16)]


def test_line_on_the_minute_begins_a_window_and_ends_none(rows):
    found = rows([ordered(MINUTE)], "SELECT min(window_end), max(window_start) FROM expected.sales_per_city")
    assert found == [(NOON + 2 * MINUTE, NOON + MINUTE)]


def test_window_sums_lines_and_counts_orders_once(rows):
    two_lines = [line(), line(line_no=2, quantity=3, unit_price=0.1)]
    records = [ordered(lines=two_lines), ordered(2 * MINUTE, "b"), ordered(20 * MINUTE, "c")]
    found = rows(records, f"SELECT revenue, orders, items FROM expected.sales_per_city WHERE {ends(3)}")
    assert found == [(Decimal("50.30"), 2, 7)]


def test_cities_are_ranked_by_revenue_and_ties_by_id(rows):
    records = [
        ordered(order_id="a", city_id="9"),
        ordered(order_id="b", city_id="8"),
        ordered(order_id="c", city_id="10", lines=[line(quantity=3)]),
        ordered(MINUTE, "d", city_id="8", lines=[line(quantity=9)]),
    ]
    query = "SELECT city_id, city_rank FROM expected.sales_per_city WHERE {} ORDER BY city_rank"
    assert rows(records, query.format(ends(1))) == [(10, 1), (8, 2), (9, 3)]
    assert rows(records, query.format(ends(2))) == [(8, 1), (10, 2), (9, 3)]


def ends(minutes):
    return f"window_end = TIMESTAMP '{NOON + minutes * MINUTE}'"


# top_products_per_city, top_salespeople_per_country


def sold(product_id, quantity, order_id, after=timedelta(), **changes):
    return ordered(after, order_id, [line(product_id=str(product_id), quantity=quantity)], **changes)


def test_top_products_are_three_a_city_and_day_and_ties_go_to_the_lower_id(rows):
    records = [
        *(sold(9, 2, "a"), sold(8, 2, "b"), sold(7, 5, "c"), sold(6, 1, "d"), sold(6, 1, "e"), sold(4, 1, "f")),
        *(sold(4, 1, "g", timedelta(hours=12)), sold(4, 1, "h", city_id="1")),
    ]
    found = rows(
        records,
        "SELECT city_id, day::VARCHAR, rank, product_id, revenue, items FROM expected.top_products_per_city"
        " ORDER BY ALL",
    )
    first, second = "2025-03-01", "2025-03-02"
    assert found == [
        (1, first, 1, 4, Decimal("12.50"), 1),
        (7, first, 1, 7, Decimal("62.50"), 5),
        (7, first, 2, 6, Decimal("25.00"), 2),
        (7, first, 3, 8, Decimal("25.00"), 2),
        (7, second, 1, 4, Decimal("12.50"), 1),
    ]


def test_salesperson_counts_for_the_country_of_the_orders_time(rows):
    moved = version("salespeople", START + MINUTE, country_code="DE", name="Bo-Ann")
    records = [*dimensions(), moved, ordered(), ordered(MINUTE, "b"), ordered(2 * MINUTE, "c", salesperson_id="99")]
    found = rows(
        records,
        "SELECT country_code, rank, salesperson_id, salesperson, revenue, orders"
        " FROM expected.top_salespeople_per_country ORDER BY 1",
    )
    assert found == [("AT", 1, 3, "Bo", Decimal("25.00"), 1), ("DE", 1, 3, "Bo-Ann", Decimal("25.00"), 1)]


def test_top_salespeople_are_three_and_ties_go_to_the_lower_id(rows):
    people = [version("salespeople", LONG_AGO, "r", salesperson_id=n, name=f"p{n}") for n in (1, 2, 3, 10)]
    orders = [ordered(order_id=str(n), salesperson_id=str(n), lines=[line(), line(line_no=2)]) for n in (10, 2, 3, 1)]
    found = rows(
        [*people, *orders, ordered(order_id="x", salesperson_id="10")],
        "SELECT rank, salesperson_id, orders FROM expected.top_salespeople_per_country ORDER BY 1",
    )
    assert found == [(1, 10, 2), (2, 1, 1), (3, 2, 1)]


# inventory_levels, low_stock_alerts


def moved(delta, after=timedelta(), **changes):
    return happened("inventory_changes", after, delta=delta, **changes)


def test_levels_are_running_sums_with_the_latest_change(rows):
    records = [moved(10), moved(-3, MINUTE), moved(4, SECOND), moved(1, warehouse_id="4")]
    found = rows(records, "SELECT * FROM expected.inventory_levels ORDER BY 1")
    assert found == [(3, 5, 11, NOON + MINUTE), (4, 5, 1, NOON)]


def test_alert_stands_while_stock_is_below_the_present_reorder_point(rows):
    query = "SELECT warehouse_id, product, level, reorder_point FROM expected.low_stock_alerts ORDER BY 1"
    product = version("products", LONG_AGO, "r")
    records = [product, moved(19), moved(20, warehouse_id="4"), moved(-5, warehouse_id="5", product_id="6")]
    assert rows(records, query) == [(3, "Cheese", 19, 20)]
    assert rows([*records, moved(1)], query) == []
    raised = version("products", START, reorder_point=21, name="Gouda")
    assert rows([*records, raised], query) == [(3, "Gouda", 19, 21), (4, "Gouda", 20, 21)]


# shipment_delays


def delivered(after, shipment_id="s", order_id="a", status="delivered"):
    return happened("shipments", after, shipment_id=shipment_id, order_id=order_id, status=status)


DELAYS = "SELECT shipment_id, is_late, minutes_late FROM expected.shipment_delays ORDER BY order_id"


@pytest.mark.parametrize(
    ("after_promise", "is_late", "minutes"),
    [
        (timedelta(days=-1), False, 0),
        (timedelta(), False, 0),
        (timedelta(milliseconds=1), True, 0),
        (timedelta(seconds=59, milliseconds=999), True, 0),
        (MINUTE, True, 1),
        (timedelta(hours=25, seconds=30), True, 1500),
    ],
)
def test_delay_is_whole_minutes_after_the_promise(rows, after_promise, is_late, minutes):
    records = [ordered(), delivered(timedelta(days=2) + after_promise)]
    assert rows(records, DELAYS) == [("s", is_late, minutes)]


def test_first_delivery_within_seven_days_counts_and_nothing_else(rows):
    week = timedelta(days=7)
    events = [
        *(delivered(MINUTE, "s1", status="failed"), delivered(3 * MINUTE, "s3"), delivered(2 * MINUTE, "s2")),
        *(delivered(-SECOND, "before", "b"), delivered(week + timedelta(milliseconds=1), "after", "c")),
        *(delivered(week, "last", "d"), delivered(timedelta(), "at once", "e"), delivered(MINUTE, "nobody's", "f")),
    ]
    orders = [ordered(order_id=order_id, lines=[line(), line(line_no=2)]) for order_id in "abcde"]
    assert [row[0] for row in rows([*orders, *events], DELAYS)] == ["s2", "last", "at once"]


# vehicle_last_position, cold_chain_breaches


def read(after, temperature=4.0, **changes):
    return happened("vehicle_positions", after, cargo_temp_c=temperature, **changes)


def test_last_position_is_the_newest_and_of_two_the_later_arrival(rows):
    records = [read(MINUTE, 5.0), read(MINUTE, 6.0), read(SECOND, 7.0), read(SECOND, None, vehicle_id="2")]
    found = rows(records, "SELECT vehicle_id, cargo_temp_c, measured_at FROM expected.vehicle_last_position ORDER BY 1")
    assert found == [(2, None, NOON + SECOND), (17, Decimal("6.00"), NOON + MINUTE)]


def breaches(rows, *readings):
    """Start, end, readings and maximum of the breaches in readings given as (second, temperature)."""
    found = rows(
        [read(second * SECOND, temperature) for second, temperature in readings],
        "SELECT started_at, ended_at, readings, max_temp_c, duration_s FROM expected.cold_chain_breaches ORDER BY 1",
    )
    return [((a - NOON) // SECOND, (b - NOON) // SECOND, n, float(warmest), s) for a, b, n, warmest, s in found]


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        pytest.param([(0, 9), (60, 9), (120, 9.5), (180, 8)], [(0, 120, 3, 9.5, 120)], id="third at two minutes"),
        pytest.param([(0, 9), (60, 9), (121, 9), (180, 8)], [], id="third too late"),
        pytest.param([(0, 9), (90, 9), (130, 9), (180, 9), (200, 8)], [(90, 180, 3, 9, 90)], id="next one starts"),
        pytest.param([(0, 9), (10, 9), (20, 9), (9000, 9), (9001, 8)], [(0, 9000, 4, 9, 9000)], id="lasts for hours"),
        pytest.param([(0, 9), (10, 9), (20, 8)], [], id="two are none"),
        pytest.param([(0, 9), (10, 8), (20, 9), (30, 9), (40, 7)], [], id="not in a row"),
        pytest.param([(0, 8), (10, 8), (20, 8), (30, 8)], [], id="eight is not above eight"),
        pytest.param([(0, 8.01), (10, 8.01), (20, 8.01), (30, 8)], [(0, 20, 3, 8.01, 20)], id="a little above"),
        pytest.param([(0, 9), (10, 9), (20, 9), (30, None)], [(0, 20, 3, 9, 20)], id="ended by no temperature"),
        pytest.param([(0, 9), (10, None), (20, 9), (30, 9), (40, 8)], [], id="no temperature in between"),
        pytest.param([(0, 9), (10, 9), (20, 9)], [], id="not ended"),
        pytest.param([(0, 9), (10, 9), (20, 9), (30, 9), (40, 12)], [], id="not ended, longer"),
        pytest.param(
            [(0, 9), (1, 9), (2, 9), (3, 8), (4, 9), (5, 10), (6, 9), (7, 8)],
            [(0, 2, 3, 9, 2), (4, 6, 3, 10, 2)],
            id="two, one behind the other",
        ),
        pytest.param([(20, 9), (0, 9), (30, 8), (10, 11)], [(0, 20, 3, 11, 20)], id="arrived in disorder"),
    ],
)
def test_breach(rows, readings, expected):
    assert breaches(rows, *readings) == expected


def test_breaches_of_vehicles_do_not_mix(rows):
    records = [read(n * SECOND, 9, vehicle_id=str(1 + n % 2)) for n in range(5)]
    records += [read(9 * SECOND, 8, vehicle_id=vehicle_id) for vehicle_id in "12"]
    assert rows(records, "SELECT vehicle_id, readings FROM expected.cold_chain_breaches") == [(1, 3)]


# weather, histories, dimensions


def test_weather_told_twice_is_as_told_last(rows):
    records = [happened("weather", temp_c=1.5), happened("weather", temp_c=2.5), happened("weather", SECOND)]
    found = rows(records, "SELECT temp_c FROM expected.weather_landed ORDER BY observed_at")
    assert found == [(Decimal("2.50"),), (Decimal("-3.25"),)]


def test_history_has_every_version_but_the_heartbeat(rows):
    changes = [
        version("products", LONG_AGO, "r"),
        heartbeat("products", START),
        version("products", START, "c", product_id=6),
        version("products", START, list_price="1.00"),
        version("products", START, "d", product_id=6),
    ]
    found = rows(changes, "SELECT source_offset, op, product_id, list_price FROM expected.product_history ORDER BY 1")
    assert found == [(0, "r", 5, Decimal("12.50")), (2, "c", 6, Decimal("12.50")), (3, "u", 5, Decimal("1.00"))]
    assert rows(changes, "SELECT product_id, list_price FROM expected.products") == [(5, Decimal("1.00"))]


def test_purchase_order_in_the_making_has_nulls(rows):
    query = "SELECT promised_at, received_at, defective_quantity FROM expected.purchase_order_history"
    assert rows([version("purchase_orders", START, "c")], query) == [(NOON + timedelta(days=1), None, None)]


def test_closing_markers_are_in_no_result(tmp_path):
    zero = {"shipment_id": "close-0", "order_id": "close-0", "warehouse_id": "0", "vehicle_id": "0"}
    markers = [
        *closing_markers(),
        happened("shipments", timedelta(hours=2), **zero),
        happened("vehicle_positions", vehicle_id="0"),
        happened("inventory_changes", change_id="close-0", warehouse_id="0", product_id="0", delta=0),
        *(heartbeat(name, START) for name in ("cities", "products", "salespeople", "customers", "suppliers")),
        heartbeat("warehouses", START),
    ]
    with computed(markers, tmp_path) as connection:
        filled = {
            table.expected
            for table in TABLES
            if connection.execute(f"SELECT 1 FROM {table.expected} LIMIT 1").fetchone()
        }
    typed = {"order_items", "shipment_events", "positions", "stock_movements_typed"}
    assert filled == {f"expected.{name}" for name in typed}


def test_every_table_of_the_contract_is_expected_with_its_columns(tmp_path):
    with computed(dimensions(), tmp_path) as connection:
        for table in TABLES:
            columns = ", ".join(f'"{name}"' for name in table.columns)
            found = connection.execute(f"DESCRIBE SELECT {columns} FROM {table.expected}").fetchall()
            assert {name: type_ for name, type_, *_ in found} == dict(table.columns), table.name
