"""Hand-written records, one a clause of the contract, each with the fate a person read from its text.

They test the oracle, and sent to a topic they test the slice itself. Offsets follow the order of the list.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from oracle.kafka import write_dump

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PARTITIONS = 4
START = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
ABSENT = object()


@dataclass(frozen=True)
class Sample:
    """One record of an event topic.

    Args:
        name: what is special about it.
        fate: `good`, `late`, or the error type of its dead letter.
        record_time: milliseconds since 1970 UTC.
        topic: the topic, without namespace.
    """

    name: str
    fate: str
    key: bytes | None
    value: bytes | None
    record_time: int
    partition: int = 0
    topic: str = "orders"


def order(at: datetime = START, *, lines: Any = None, **changes: Any) -> dict[str, Any]:
    """A valid order that happened at `at`, with `changes` made to it; `None` is JSON null."""
    valid = {
        "order_id": "o-1",
        "customer_id": "12",
        "salesperson_id": "3",
        "city_id": "7",
        "channel": "web",
        "ordered_at": iso(at),
        "promised_at": iso(at + timedelta(days=2)),
        "lines": [line()] if lines is None else lines,
    }
    return {name: value for name, value in (valid | changes).items() if value is not ABSENT}


def line(**changes: Any) -> dict[str, Any]:
    """A valid order line with `changes` made to it."""
    valid = {"line_no": 1, "product_id": "5", "quantity": 2, "unit_price": 12.5}
    return {name: value for name, value in (valid | changes).items() if value is not ABSENT}


def iso(time: datetime) -> str:
    """`time` in the contract's form, milliseconds and Z."""
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z"


def samples() -> list[Sample]:
    """Every hand-written record, closing markers not included."""
    return [*_not_json(), *_missing(), *_wrong_type(), *_values(), *_times(), *_good(), *_precedence()]


def background(count: int, seed: int = 7) -> list[Sample]:
    """Ordinary orders over ten minutes, disordered by up to ten seconds, as a topic under load carries them."""
    random = Random(seed)
    return [_ordinary(random, number, number * 600_000 // count) for number in range(count)]


def closing_markers(after: timedelta = timedelta(hours=2)) -> list[Sample]:
    """One marker a partition, `after` the first record."""
    return [_marker(partition, START + after) for partition in range(PARTITIONS)]


def dump_samples(records: Iterable[Sample], path: Path) -> None:
    """Write records as `oracle.kafka.dump` would, with offsets that count from 0 in each topic, in the given order."""
    offsets: Counter[str] = Counter()
    rows = []
    for record in records:
        key, value = (None if half is None else half.hex() for half in (record.key, record.value))
        place = (record.topic, str(record.partition), str(offsets[record.topic]))
        rows.append((*place, str(record.record_time), key, value))
        offsets[record.topic] += 1
    write_dump(rows, path)


def _sample(name: str, fate: str, value: Any, delay: float = 0.0, at: datetime = START) -> Sample:
    """Encode `value` unless it is bytes or None; the record follows `at` by `delay` seconds."""
    encoded = value if isinstance(value, bytes) or value is None else json.dumps(value).encode()
    return Sample(name, fate, b"o-1", encoded, millis(at + timedelta(seconds=delay)))


def millis(time: datetime) -> int:
    """`time` in milliseconds since 1970 UTC."""
    return round(time.timestamp() * 1000)


def _literal(member: str, literal: str, **changes: Any) -> bytes:
    """A valid order whose `member` is written as `literal`, which Python's encoder might not write."""
    text = json.dumps(order(**changes) | {member: "@"} if member in order() else order(lines=[line(**{member: "@"})]))
    return text.replace('"@"', literal).encode()


def _not_json() -> Iterator[Sample]:
    text = json.dumps(order()).encode()
    for name, value in (
        ("tombstone", None),
        ("empty value", b""),
        ("blanks only", b"  \n"),
        ("plain words", b"not json at all"),
        ("cut off", text[:-5]),
        ("two objects", text + text),
        ("words after the object", text + b" x"),
        ("NUL byte after the object", text + b"\0"),
        ("byte order mark", b"\xef\xbb\xbf" + text),
        ("invalid UTF-8 in a string", text.replace(b"o-1", b"o-\xff\xfe")),
        ("UTF-16", json.dumps(order()).encode("utf-16")),
        ("array of orders", json.dumps([order()]).encode()),
        ("JSON null", b"null"),
        ("JSON string", b'"order"'),
        ("JSON number", b"12"),
        ("single quotes", text.replace(b'"', b"'")),
        ("trailing comma", text[:-1] + b",}"),
        ("NaN for a price", _literal("unit_price", "NaN")),
        ("leading zero", _literal("quantity", "01")),
        ("raw line break in a string", text.replace(b"o-1", b"o\n1")),
    ):
        yield _sample(name, "not_json", value)


def _missing() -> Iterator[Sample]:
    yield _sample("empty object", "missing_field", {})
    for field in order():
        without = {name: value for name, value in order().items() if name != field}
        yield _sample(f"without {field}", "missing_field", without)
        yield _sample(f"{field} is null", "missing_field", order() | {field: None})
    for field in line():
        yield _sample(f"line without {field}", "missing_field", order(lines=[line(), line(**{field: ABSENT})]))
        yield _sample(f"line's {field} is null", "missing_field", order(lines=[line(), line(**{field: None})]))
    yield _sample("last of duplicate keys is null", "missing_field", b'{"order_id": "o-1", ' + _tail("order_id", None))


def _tail(member: str, value: Any) -> bytes:
    return json.dumps(order() | {member: value}).encode()[1:]


NO_ID = (12, "", "x1", "-1", "1.0", " 1", "1 ", "1\n", "1234567890", "\u0661\u0662")
NO_TIME = (
    "",
    "abc",
    "2025-03-01",
    "2025-03-01T12:00:00Z",
    "2025-03-01T12:00:00.0000Z",
    "2025-03-01 12:00:00.000Z",
    "2025-03-01T12:00:00.000",
    "2025-03-01T12:00:00.000+00:00",
    "2025-03-01t12:00:00.000z",
    "2025-02-29T12:00:00.000Z",
    "2025-13-01T12:00:00.000Z",
    "2025-03-00T12:00:00.000Z",
    "2025-03-01T24:00:00.000Z",
    "2025-03-01T12:60:00.000Z",
    "2025-03-01T12:00:60.000Z",
    "2025-03-01T12:00:00.000Z ",
    1_740_830_400_000,
)
_WRONG: dict[str, tuple[Any, ...]] = {
    "order_id": (1, True, [], {}),
    "channel": (1, True, [], {}),
    "customer_id": NO_ID,
    "salesperson_id": NO_ID,
    "city_id": NO_ID,
    "ordered_at": NO_TIME,
    "promised_at": NO_TIME,
    "lines": ([], {}, {"0": line()}, "lines", 3, True, [1], [None], [[line()]], [line(), "x"]),
}
_WRONG_IN_LINE = {
    "product_id": ("5", '""', '"x"', '"1234567890"'),
    "line_no": ("3.0", "2.5", "1e2", '"3"', "true", "[]", "{}"),
    "quantity": ("3.0", "2.5", "1e2", '"3"', "true", "[]", "{}"),
    "unit_price": ('"12.50"', "true", "[]", "{}"),
}


def _wrong_type() -> Iterator[Sample]:
    for field, wrong_values in _WRONG.items():
        for wrong in wrong_values:
            yield _sample(f"{field} is {json.dumps(wrong)[:40]}", "wrong_type", order() | {field: wrong})
    for field, literals in _WRONG_IN_LINE.items():
        for literal in literals:
            yield _sample(f"{field} is {literal}", "wrong_type", _literal(field, literal))
    yield _sample("second line is wrong", "wrong_type", order(lines=[line(), line(quantity="2")]))


def _values() -> Iterator[Sample]:
    for channel in ("", "WEB", "web ", "fax"):
        yield _sample(f"channel is {channel!r}", "unknown_enum", order(channel=channel))
    for quantity in (0, -1, -2147483648):
        yield _sample(f"quantity is {quantity}", "quantity_not_positive", order(lines=[line(quantity=quantity)]))
    yield _sample("second line has none", "quantity_not_positive", order(lines=[line(), line(quantity=0)]))


def _times() -> Iterator[Sample]:
    for delay, fate in (
        (0.0, "good"),
        (9.999, "good"),
        (10.0, "good"),
        (10.001, "late"),
        (3600.0, "late"),
        (-59.999, "good"),
        (-60.0, "good"),
        (-60.001, "event_time_in_future"),
        (-3600.0, "event_time_in_future"),
    ):
        yield _sample(f"arrives {delay:.3f} s after it happened", fate, order(), delay)


def _good() -> Iterator[Sample]:
    at = datetime(2024, 2, 29, 23, 59, 59, 999_000, tzinfo=UTC)
    yield _sample("leap day, last millisecond", "late", order(at))
    yield _sample("leap day, promised", "good", order(promised_at="2024-02-29T23:59:59.999Z"))
    yield _sample("blanks around the object", "good", b" \t\r\n" + json.dumps(order()).encode() + b"\n")
    yield _sample("more keys than asked for", "good", order(note=None, extra={"order_id": None}))
    yield _sample("same key twice, last counts", "good", b'{"order_id": 5, ' + _tail("order_id", "o-2"))
    yield _sample(
        "letters beyond ASCII", "good", json.dumps(order(order_id="Größe-注文-🚚"), ensure_ascii=False).encode()
    )
    yield _sample("escaped letters", "good", order(order_id="Größe-注文-🚚"))
    yield _sample("quotes and backslashes", "good", order(order_id='a"b\\c/d'))
    yield _sample("empty order id", "good", order(order_id=""))
    yield _sample("ids with leading zeros", "good", order(customer_id="007", city_id="000000007"))
    yield _sample("longest ids", "good", order(customer_id="999999999"))
    yield _sample("five lines", "good", order(lines=[line(line_no=number) for number in range(1, 6)]))
    yield _sample("the same line twice", "good", order(lines=[line(), line()]))
    yield _sample("price of nothing", "good", order(lines=[line(unit_price=0)]))
    yield _sample("price with an exponent", "good", _literal("unit_price", "1.25e1"))
    yield _sample("price below zero", "good", order(lines=[line(unit_price=-1.5)]))
    yield _sample("price with trailing zero", "good", _literal("unit_price", "12.30"))
    yield _sample("price floats cannot hold", "good", _literal("unit_price", "9999999999.99"))
    yield Sample("no key", "good", None, json.dumps(order(order_id="o-9")).encode(), millis(START))
    yield Sample("no key and no value", "not_json", None, None, millis(START))
    yield Sample("key that is no UTF-8", "not_json", b"\xff\x00", b"{", millis(START))
    yield Sample("bytes of every value", "not_json", bytes(range(256)), bytes(range(256)), millis(START))


def _precedence() -> Iterator[Sample]:
    """Records that fail two neighbouring checks: the first one is the reason."""
    no_field: dict[str, Any] = {"customer_id": ABSENT}
    yield _sample("missing and wrong", "missing_field", order(order_id=1, **no_field))
    yield _sample("line missing, order wrong", "missing_field", order(city_id=1, lines=[line(quantity=ABSENT)]))
    yield _sample("line missing beside no object", "wrong_type", order(lines=[{}, 5]))
    yield _sample("missing and unknown", "missing_field", order(channel="fax", **no_field))
    yield _sample("wrong and unknown", "wrong_type", order(channel="fax", city_id=7))
    yield _sample("wrong and not positive", "wrong_type", order(lines=[line(quantity=0), line(quantity="2")]))
    yield _sample("unknown and not positive", "unknown_enum", order(channel="fax", lines=[line(quantity=0)]))
    yield _sample("unknown and in the future", "unknown_enum", order(channel="fax"), -61)
    yield _sample("not positive, future", "quantity_not_positive", order(lines=[line(quantity=0)]), -61)
    yield _sample("not positive and late", "quantity_not_positive", order(lines=[line(quantity=0)]), 11)
    yield _sample("missing and late", "missing_field", order(**no_field), 11)


def _ordinary(random: Random, number: int, sent: int) -> Sample:
    delay = random.choice((0.0, 0.2, 1.0, 4.0, 7.5, 9.9))
    at = START + timedelta(milliseconds=sent) - timedelta(seconds=delay)
    lines = [
        line(
            line_no=line_no,
            product_id=str(random.randint(1, 200)),
            quantity=random.randint(1, 6),
            unit_price=random.randint(1, 99_999) / 100,
        )
        for line_no in range(1, random.randint(2, 6))
    ]
    order_id = f"b-{number}"
    value = order(at, lines=lines, order_id=order_id, city_id=str(random.randint(1, 5)))
    return Sample(order_id, "good", order_id.encode(), json.dumps(value).encode(), millis(START) + sent, number % 4)


def _marker(partition: int, at: datetime) -> Sample:
    order_id = f"close-{partition}"
    value = order(
        at,
        lines=[line(product_id="0", quantity=1, unit_price=0.0)],
        order_id=order_id,
        customer_id="0",
        salesperson_id="0",
        city_id="0",
    )
    return Sample(order_id, "good", order_id.encode(), json.dumps(value).encode(), millis(at), partition)
