"""Every record against a second, independent reading of the contract of the topic `orders`."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from itertools import islice

import pytest

from millstream.generate.orders import ORDERS
from millstream.generate.stream import StreamPlan, records

AS_OF_MS = 1_767_225_600_000
ORDER_FIELDS = {
    "order_id", "customer_id", "salesperson_id", "city_id", "channel", "ordered_at", "promised_at", "lines",
}  # fmt: skip
LINE_FIELDS = {"line_no", "product_id", "quantity", "unit_price"}
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")


def sample(count, **shares):
    return list(islice(records(StreamPlan(3, AS_OF_MS, 100, (ORDERS,), **shares)), count))


def is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_id(value):
    return isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value) is not None


def millis(text):
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def is_time(value):
    if not isinstance(value, str) or not TIME.fullmatch(value):
        return False
    try:
        millis(value)
    except ValueError:
        return False
    return True


def decoded(value):
    try:
        return json.loads(value if isinstance(value, str) else bytes(value or b"").decode())
    except ValueError:
        return None


def lacks_a_field(order):
    lines = order.get("lines")
    objects = [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
    return any(order.get(name) is None for name in ORDER_FIELDS) or any(
        line.get(name) is None for line in objects for name in LINE_FIELDS
    )


def has_a_wrong_type(order):
    lines = order["lines"]
    if not isinstance(lines, list) or not lines or not all(isinstance(line, dict) for line in lines):
        return True
    return not (
        all(isinstance(order[name], str) for name in ("order_id", "channel"))
        and all(is_id(order[name]) for name in ("customer_id", "salesperson_id", "city_id"))
        and all(is_time(order[name]) for name in ("ordered_at", "promised_at"))
        and all(is_id(line["product_id"]) and is_number(line["unit_price"]) for line in lines)
        and all(is_int(line["line_no"]) and is_int(line["quantity"]) for line in lines)
    )


def reason(value, record_ms):
    """The first failing check, or None."""
    order = decoded(value)
    if not isinstance(order, dict):
        return "not_json"
    if lacks_a_field(order):
        return "missing_field"
    if has_a_wrong_type(order):
        return "wrong_type"
    if order["channel"] not in {"web", "store", "phone"}:
        return "unknown_enum"
    if any(line["quantity"] <= 0 for line in order["lines"]):
        return "quantity_not_positive"
    return "event_time_in_future" if millis(order["ordered_at"]) > record_ms + 60_000 else None


def test_every_record_is_good_or_bad_for_the_reason_it_names():
    for record in sample(20_000, bad_pct=20, late_pct=10):
        assert reason(record.value, record.timestamp_ms) == record.fault, record


@pytest.mark.parametrize(
    "fault", {f.name: f for f in ORDERS.faults}.values(), ids=lambda f: f"{f.error_type}: {f.name}"
)
def test_every_fault_fails_its_check_first(fault):
    for record in sample(20, late_pct=50):
        assert reason(fault.corrupt(record.value, record.timestamp_ms), record.timestamp_ms) == fault.error_type


def test_a_thousand_bad_records_show_every_variant_of_every_check():
    shown = Counter(record.value for record in sample(1000, bad_pct=100))
    assert None in shown
    assert b"" in shown
    assert len(ORDERS.faults) <= 1000
    assert {f.error_type for f in ORDERS.faults} == {
        "not_json",
        "missing_field",
        "wrong_type",
        "unknown_enum",
        "quantity_not_positive",
        "event_time_in_future",
    }


def test_names_of_faults_are_unique_within_a_check():
    by_name = {}
    for fault in ORDERS.faults:
        assert by_name.setdefault((fault.error_type, fault.name), fault) is fault


def test_good_orders_have_the_form_of_the_contract():
    for record in sample(5000):
        order = json.loads(record.value)
        assert record.key == order["order_id"]
        assert order.keys() == ORDER_FIELDS
        assert 1 <= int(order["customer_id"]) <= 1000
        assert 1 <= int(order["salesperson_id"]) <= 40
        assert 1 <= int(order["city_id"]) <= 60
        assert [line["line_no"] for line in order["lines"]] == list(range(1, len(order["lines"]) + 1))
        assert len(order["lines"]) <= 5
        assert all(line.keys() == LINE_FIELDS and 1 <= int(line["product_id"]) <= 200 for line in order["lines"])
        assert order["promised_at"] > order["ordered_at"]


def test_every_price_is_written_with_two_decimals():
    text = "".join(record.value for record in sample(2000))
    assert len(re.findall(r'"unit_price":\d+\.\d{2}}', text)) == text.count("unit_price")


def test_late_means_more_than_ten_seconds_after_the_event():
    delays = {True: [], False: []}
    for record in sample(20_000, late_pct=20):
        delays[record.late].append(record.timestamp_ms - millis(json.loads(record.value)["ordered_at"]))
    assert 0 <= min(delays[False]) < max(delays[False]) < 9_900
    assert max(delays[False]) > 9_000
    assert 10_000 < min(delays[True]) < max(delays[True]) <= 300_001
    assert sum(delay < 2000 for delay in delays[False]) > 0.95 * len(delays[False])


def test_a_bad_record_may_have_happened_long_before_but_is_not_counted_as_late():
    both = [record for record in sample(5000, bad_pct=100, late_pct=100) if record.fault == "unknown_enum"]
    assert both
    for record in both:
        assert not record.late
        assert record.timestamp_ms - millis(json.loads(record.value)["ordered_at"]) > 10_000
