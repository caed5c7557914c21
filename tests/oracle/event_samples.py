"""Hand-written records of the flat event topics, one a clause of the contract, as `samples` has them of `orders`."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from oracle.samples import NO_ID, NO_TIME, START, Sample, iso, millis

if TYPE_CHECKING:
    from collections.abc import Iterator

# A good event of each topic.
VALID: dict[str, dict[str, Any]] = {
    "shipments": {
        "shipment_id": "s-1",
        "order_id": "o-1",
        "warehouse_id": "3",
        "vehicle_id": "17",
        "status": "delivered",
        "event_at": iso(START),
    },
    "vehicle_positions": {
        "vehicle_id": "17",
        "latitude": 48.137154,
        "longitude": -11.576124,
        "speed_kmh": 63.5,
        "heading_deg": 359,
        "cargo_temp_c": 4.25,
        "measured_at": iso(START),
    },
    "inventory_changes": {
        "change_id": "c-1",
        "warehouse_id": "3",
        "product_id": "5",
        "delta": -2,
        "reason": "sale",
        "changed_at": iso(START),
    },
    "weather": {
        "city_id": "7",
        "temp_c": -3.25,
        "wind_kmh": 12.5,
        "precipitation_mm": 0.25,
        "condition": "snow",
        "observed_at": iso(START),
    },
}
_TIME = {
    "shipments": "event_at",
    "vehicle_positions": "measured_at",
    "inventory_changes": "changed_at",
    "weather": "observed_at",
}
_KEY = {
    "shipments": "shipment_id",
    "vehicle_positions": "vehicle_id",
    "inventory_changes": "product_id",
    "weather": "city_id",
}
_NO_TEXT = ("1", "true", "[]", "{}")
_NO_NUMBER = ('"1.5"', '""', "true", "[]", "{}")
_NO_INTEGER = ("3.0", "2.5", "1e2", '"3"', "true", "[]", "{}", "2147483648", "-2147483649")
_WRONG_ID = tuple(json.dumps(wrong) for wrong in NO_ID)
_WRONG_TIME = tuple(json.dumps(wrong) for wrong in NO_TIME)
_WRONG: dict[str, dict[str, tuple[str, ...]]] = {
    "shipments": {
        "shipment_id": _NO_TEXT,
        "order_id": _NO_TEXT,
        "warehouse_id": _WRONG_ID,
        "vehicle_id": _WRONG_ID,
        "status": _NO_TEXT,
        "event_at": _WRONG_TIME,
    },
    "vehicle_positions": {
        "vehicle_id": _WRONG_ID,
        "latitude": _NO_NUMBER,
        "longitude": _NO_NUMBER,
        "speed_kmh": _NO_NUMBER,
        "heading_deg": _NO_INTEGER,
        "cargo_temp_c": _NO_NUMBER,
        "measured_at": _WRONG_TIME,
    },
    "inventory_changes": {
        "change_id": _NO_TEXT,
        "warehouse_id": _WRONG_ID,
        "product_id": _WRONG_ID,
        "delta": _NO_INTEGER,
        "reason": _NO_TEXT,
        "changed_at": _WRONG_TIME,
    },
    "weather": {
        "city_id": _WRONG_ID,
        "temp_c": _NO_NUMBER,
        "wind_kmh": _NO_NUMBER,
        "precipitation_mm": _NO_NUMBER,
        "condition": _NO_TEXT,
        "observed_at": _WRONG_TIME,
    },
}
_ENUM = {
    "shipments": ("status", ("created", "dispatched", "delivered", "failed")),
    "inventory_changes": ("reason", ("sale", "receipt", "return", "adjustment", "loss")),
    "weather": ("condition", ("clear", "clouds", "fog", "rain", "snow", "storm")),
}
_NO_MEMBER = ("", "other", "Sale", "delivered ")
_OPTIONAL = ("cargo_temp_c",)


def event_samples(topic: str) -> list[Sample]:
    """Every hand-written record of a flat topic, closing markers not included."""
    own = {"vehicle_positions": _positions, "inventory_changes": _inventory, "weather": _weather}.get(topic, _no_more)
    return [*_not_json(topic), *_missing(topic), *_wrong(topic), *_enum(topic), *_times(topic), *_kept(topic), *own()]


def event(topic: str, **changes: Any) -> dict[str, Any]:
    """A good event with `changes` made to it; `None` is JSON null."""
    return VALID[topic] | changes


def event_sample(topic: str, name: str, fate: str, value: Any, delay: float = 0.0) -> Sample:
    """Encode `value` unless it is bytes or None; the record follows the first event by `delay` seconds."""
    encoded = value if isinstance(value, bytes) or value is None else json.dumps(value).encode()
    return Sample(name, fate, b"k", encoded, millis(START + timedelta(seconds=delay)), topic=topic)


def _without(topic: str, field: str) -> dict[str, Any]:
    return {name: value for name, value in VALID[topic].items() if name != field}


def _literal(topic: str, field: str, literal: str) -> bytes:
    """A good event whose `field` is written as `literal`, which Python's encoder might not write."""
    return json.dumps(VALID[topic] | {field: "@"}).replace('"@"', literal).encode()


def _not_json(topic: str) -> Iterator[Sample]:
    text = json.dumps(VALID[topic]).encode()
    for name, value in (
        ("tombstone", None),
        ("empty value", b""),
        ("cut off", text[:-1]),
        ("two objects", text + text),
        ("array of events", b"[" + text + b"]"),
        ("JSON null", b"null"),
        ("NUL byte behind the object", text + b"\0"),
        ("invalid UTF-8", text.replace(b"1", b"\xff", 1)),
        ("trailing comma", text[:-1] + b",}"),
        ("NaN", json.dumps(VALID[topic] | {"extra": float("nan")}).encode()),
    ):
        yield event_sample(topic, name, "not_json", value)


def _missing(topic: str) -> Iterator[Sample]:
    yield event_sample(topic, "empty object", "missing_field", {})
    for field in VALID[topic]:
        fate = "good" if field in _OPTIONAL else "missing_field"
        yield event_sample(topic, f"without {field}", fate, _without(topic, field))
        yield event_sample(topic, f"{field} is null", fate, event(topic, **{field: None}))
    wrong_id = next(field for field, wrong in _WRONG[topic].items() if wrong is _WRONG_ID)
    absent = _TIME[topic]
    yield event_sample(topic, "missing and wrong", "missing_field", _without(topic, absent) | {wrong_id: 5})


def _wrong(topic: str) -> Iterator[Sample]:
    for field, literals in _WRONG[topic].items():
        for literal in literals:
            yield event_sample(topic, f"{field} is {literal}", "wrong_type", _literal(topic, field, literal))
    late = _literal(topic, _KEY[topic], "[]")
    yield event_sample(topic, "wrong and late", "wrong_type", late, 11)


def _enum(topic: str) -> Iterator[Sample]:
    if topic not in _ENUM:
        return
    field, members = _ENUM[topic]
    for member in members:
        yield event_sample(topic, f"{field} is {member}", "good", event(topic, **{field: member}))
    for unknown in _NO_MEMBER:
        yield event_sample(topic, f"{field} is {unknown!r}", "unknown_enum", event(topic, **{field: unknown}))
    wrong_id = next(name for name, wrong in _WRONG[topic].items() if wrong is _WRONG_ID)
    both = event(topic, **{field: "other", wrong_id: "x"})
    yield event_sample(topic, "wrong and unknown", "wrong_type", both)
    yield event_sample(topic, "unknown and in the future", "unknown_enum", event(topic, **{field: "other"}), -61)


def _times(topic: str) -> Iterator[Sample]:
    for delay, fate in (
        (0.0, "good"),
        (10.0, "good"),
        (10.001, "late"),
        (3600.0, "late"),
        (-60.0, "good"),
        (-60.001, "event_time_in_future"),
    ):
        yield event_sample(topic, f"arrives {delay:.3f} s after it happened", fate, event(topic), delay)


def _kept(topic: str) -> Iterator[Sample]:
    text = json.dumps(VALID[topic]).encode()
    yield event_sample(topic, "blanks around the object", "good", b" \t\r\n" + text + b"\n")
    yield event_sample(topic, "more keys than asked for", "good", event(topic, note=None, extra=[VALID[topic]]))
    key = _KEY[topic]
    doubled = text.replace(b"{", json.dumps({key: []})[:-1].encode() + b", ", 1)
    yield event_sample(topic, f"{key} twice, last counts", "good", doubled)
    yield Sample("no key", "good", None, text, millis(START), topic=topic)
    yield Sample("no key and no value", "not_json", None, None, millis(START), topic=topic)
    yield Sample("bytes of every value", "not_json", bytes(range(256)), bytes(range(256)), millis(START), topic=topic)


def _positions() -> Iterator[Sample]:
    topic, wrong = "vehicle_positions", "coordinates_out_of_range"
    for name, fate, changes in (
        ("north pole", "good", {"latitude": 90}),
        ("south pole", "good", {"latitude": -90.0}),
        ("date line", "good", {"longitude": 180, "latitude": 0}),
        ("date line from the other side", "good", {"longitude": -180}),
        ("north of the pole", wrong, {"latitude": 90.000001}),
        ("south of the pole", wrong, {"latitude": -91}),
        ("east of the date line", wrong, {"longitude": 180.000001}),
        ("west of the date line", wrong, {"longitude": -181.5}),
        ("swapped and far", wrong, {"latitude": 151.2, "longitude": -33.8}),
        ("both far", wrong, {"latitude": 900, "longitude": 999}),
        ("standing", "good", {"speed_kmh": 0, "heading_deg": 0}),
        ("frozen cargo", "good", {"cargo_temp_c": -18.5}),
    ):
        yield event_sample(topic, name, fate, event(topic, **changes))
    yield event_sample(topic, "far and late", wrong, event(topic, latitude=91), 11)
    yield event_sample(topic, "far and in the future", wrong, event(topic, latitude=91), -61)
    yield event_sample(topic, "far and wrong", "wrong_type", event(topic, latitude=91, vehicle_id=17))


def _inventory() -> Iterator[Sample]:
    topic = "inventory_changes"
    for delta in (0, 1, 2147483647, -2147483648):
        yield event_sample(topic, f"delta is {delta}", "good", event(topic, delta=delta))


def _weather() -> Iterator[Sample]:
    topic = "weather"
    yield event_sample(topic, "whole numbers", "good", event(topic, temp_c=0, wind_kmh=12, precipitation_mm=3))


def _no_more() -> Iterator[Sample]:
    return iter(())
