import json
from decimal import Decimal

import duckdb
import pytest

from oracle.expected import compute
from oracle.samples import Sample, background, closing_markers, dump_samples, line, order, samples

SAMPLES = samples()
NOON = 1_740_830_400_000
ERROR_TYPES = {
    "not_json",
    "missing_field",
    "wrong_type",
    "unknown_enum",
    "quantity_not_positive",
    "event_time_in_future",
}


def expect(records, tmp_path):
    path = tmp_path / "records.parquet"
    dump_samples(records, path)
    connection = duckdb.connect()
    compute(connection, path)
    return connection


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    with expect([*SAMPLES, *closing_markers()], tmp_path_factory.mktemp("oracle")) as connection:
        yield connection


@pytest.mark.parametrize(("offset", "sample"), list(enumerate(SAMPLES)), ids=[sample.name for sample in SAMPLES])
def test_fate_is_the_one_a_person_reads_from_the_contract(judged, offset, sample):
    row = judged.execute(
        "SELECT coalesce(error_type, if(is_late, 'late', 'good')) FROM fate WHERE source_offset = ?", [offset]
    ).fetchone()
    assert row == (sample.fate,)


def test_samples_show_every_fate():
    assert {sample.fate for sample in SAMPLES} == {*ERROR_TYPES, "good", "late"}


def test_every_record_has_exactly_one_fate(judged):
    rows = judged.execute(
        "SELECT count(*), count(DISTINCT source_offset),"
        " bool_and((error_type IS NOT NULL)::INT + is_late::INT + is_good::INT = 1) FROM fate"
    ).fetchone()
    assert rows == (len(SAMPLES) + 4, len(SAMPLES) + 4, True)


def test_dead_letters_carry_the_exact_bytes(judged):
    found = judged.execute(
        "SELECT key_bytes, value_bytes, error_type FROM expected.dead_letters ORDER BY source_offset"
    ).fetchall()
    assert found == [(s.key, s.value, s.fate) for s in SAMPLES if s.fate in ERROR_TYPES]


def test_late_events_carry_the_exact_bytes(judged):
    found = judged.execute("SELECT key_bytes, value_bytes FROM expected.late_events ORDER BY source_offset").fetchall()
    assert found == [(s.key, s.value) for s in SAMPLES if s.fate == "late"]


def test_order_items_have_one_row_a_line(judged):
    lines = sum(len(json.loads(s.value)["lines"]) for s in SAMPLES if s.fate == "good")
    assert judged.execute("SELECT count(*) FROM expected.order_items WHERE city_id <> 0").fetchone() == (lines,)


def test_order_item_keeps_every_value_of_its_line(tmp_path):
    lines = [line(), line(line_no=2, product_id="17", quantity=3, unit_price=0.1)]
    record = Sample("", "good", b"k", json.dumps(order(lines=lines, order_id="o-5")).encode(), NOON + 3_210, 2)
    with expect([record], tmp_path) as connection:
        rows = connection.execute(
            "SELECT order_id, line_no, customer_id, salesperson_id, city_id, channel, product_id, quantity, unit_price,"
            " ordered_at::VARCHAR, promised_at::VARCHAR, record_time::VARCHAR, source_partition, source_offset"
            " FROM expected.order_items ORDER BY line_no"
        ).fetchall()
    times = ("2025-03-01 12:00:00", "2025-03-03 12:00:00", "2025-03-01 12:00:03.21")
    assert rows == [
        ("o-5", 1, 12, 3, 7, "web", 5, 2, Decimal("12.50"), *times, 2, 0),
        ("o-5", 2, 12, 3, 7, "web", 17, 3, Decimal("0.10"), *times, 2, 0),
    ]


@pytest.mark.parametrize(
    ("name", "price"),
    [
        ("price floats cannot hold", "9999999999.99"),
        ("price with an exponent", "12.50"),
        ("price with trailing zero", "12.30"),
        ("price below zero", "-1.50"),
    ],
)
def test_prices_are_decimals_with_the_digits_sent(judged, name, price):
    offset = [sample.name for sample in SAMPLES].index(name)
    row = judged.execute("SELECT unit_price FROM expected.order_items WHERE source_offset = ?", [offset]).fetchone()
    assert row == (Decimal(price),)


def test_last_of_duplicate_keys_counts(judged):
    offset = [sample.name for sample in SAMPLES].index("same key twice, last counts")
    row = judged.execute("SELECT order_id FROM expected.order_items WHERE source_offset = ?", [offset]).fetchone()
    assert row == ("o-2",)


def test_closing_markers_are_order_items_and_no_result(judged):
    found = judged.execute("SELECT order_id FROM expected.order_items WHERE city_id = 0 ORDER BY order_id").fetchall()
    assert found == [(f"close-{partition}",) for partition in range(4)]
    assert judged.execute("SELECT count(*) FROM expected.revenue_by_city_minute WHERE city_id = 0").fetchone() == (0,)


def test_revenue_is_summed_by_city_and_minute(tmp_path):
    first = order(order_id="a", ordered_at="2025-03-01T12:00:00.000Z", lines=[line(), line(line_no=2)])
    same_minute = order(order_id="b", ordered_at="2025-03-01T12:00:59.999Z", lines=[line(quantity=1, unit_price=0.1)])
    repeated = order(order_id="b", ordered_at="2025-03-01T12:00:59.999Z", lines=[line(quantity=1, unit_price=0.2)])
    next_minute = order(order_id="c", ordered_at="2025-03-01T12:01:00.000Z")
    other_city = order(order_id="d", ordered_at="2025-03-01T12:00:00.000Z", city_id="8")
    records = [
        Sample("", "good", b"", json.dumps(value).encode(), NOON + 10_000)
        for value in (first, same_minute, repeated, next_minute, other_city)
    ]
    with expect(records, tmp_path) as connection:
        rows = connection.execute(
            "SELECT city_id, minute::VARCHAR, revenue, orders, items FROM expected.revenue_by_city_minute"
            " ORDER BY city_id, minute"
        ).fetchall()
    assert rows == [
        (7, "2025-03-01 12:00:00", Decimal("50.30"), 2, 6),
        (7, "2025-03-01 12:01:00", Decimal("25.00"), 1, 2),
        (8, "2025-03-01 12:00:00", Decimal("25.00"), 1, 2),
    ]


def test_background_is_good_and_disordered(tmp_path):
    records = background(400)
    with expect(records, tmp_path) as connection:
        assert connection.execute("SELECT count(*) FROM fate WHERE is_good").fetchone() == (400,)
    happened = [json.loads(record.value)["ordered_at"] for record in records]
    assert happened != sorted(happened)


def test_source_topic_and_job_are_the_engines_names(tmp_path):
    path = tmp_path / "records.parquet"
    dump_samples([Sample("", "not_json", None, None, 0)], path)
    with duckdb.connect() as connection:
        compute(connection, path, namespace="dev_")
        row = connection.execute("SELECT source_topic, job FROM expected.dead_letters").fetchone()
    assert row == ("dev_orders", "dev_parse_orders")
