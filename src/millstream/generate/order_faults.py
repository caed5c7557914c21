"""Every way an order can be bad, in the order of the checks that find it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from millstream.generate.event import Fault, iso
from millstream.generate.faults import (
    EVENT_TIME_IN_FUTURE,
    MISSING_FIELD,
    QUANTITY_NOT_POSITIVE,
    UNKNOWN_ENUM,
    WRONG_TYPE,
    edited,
    evenly,
    not_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Order = dict[str, Any]

IDS = ("customer_id", "salesperson_id", "city_id")
TIMES = ("ordered_at", "promised_at")
ORDER_FIELDS = ("order_id", *IDS, "channel", *TIMES, "lines")
LINE_FIELDS = ("line_no", "product_id", "quantity", "unit_price")
FIRST, LAST = 0, -1

NOT_AN_ID = (7, "abc", "", "1234567890", "-5", " 12", "1.5", True, {"id": "5"})
NOT_A_TIME = (
    1_767_225_600_000,
    "",
    "yesterday",
    "2026-01-05",
    "2026-01-05 10:00:00.000",
    "2026-01-05T10:00:00Z",
    "2026-01-05T10:00:00.000",
    "2026-01-05T10:00:00.000+02:00",
    "2026-02-30T10:00:00.000Z",
    "2026-13-05T10:00:00.000Z",
    "2026-01-05T25:00:00.000Z",
    "2026-01-05T10:61:00.000Z",
)
NOT_LINES: tuple[Any, ...] = ([], {}, "2 x chair", 3, ["chair"], [7], [[]], [None])
WRONG_IN_ORDER: dict[str, tuple[Any, ...]] = {
    "order_id": (1001, ["1001"]),
    "channel": (3, True, ["web"]),
    **dict.fromkeys(IDS, NOT_AN_ID),
    **dict.fromkeys(TIMES, NOT_A_TIME),
    "lines": NOT_LINES,
}
WRONG_IN_LINE: dict[str, tuple[Any, ...]] = {
    "line_no": ("1", 1.5, True),
    "product_id": NOT_AN_ID,
    "quantity": ("2", 1.5, False, [2]),
    "unit_price": ("12.50", True, {"amount": 12.5}),
}
NOT_A_CHANNEL = ("fax", "", "WEB", "web ")
# Milliseconds past the record time; up to 60 s is tolerated as clock skew.
FUTURE_MS = (60_001, 61_000, 90_000, 300_000, 3_600_000, 10_800_000, 86_400_000)


def _set(field: str, value: Any) -> Callable[[Order], None]:
    def edit(order: Order) -> None:
        order[field] = value

    return edit


def _set_in_line(line: int, field: str, value: Any) -> Callable[[Order], None]:
    def edit(order: Order) -> None:
        order["lines"][line][field] = value

    return edit


def _drop(field: str) -> Callable[[Order], None]:
    def edit(order: Order) -> None:
        del order[field]

    return edit


def _drop_in_line(line: int, field: str) -> Callable[[Order], None]:
    def edit(order: Order) -> None:
        del order["lines"][line][field]

    return edit


def _both(one: Callable[[Order], None], other: Callable[[Order], None]) -> Callable[[Order], None]:
    def edit(order: Order) -> None:
        one(order)
        other(order)

    return edit


def _missing_fields() -> Iterator[Fault]:
    for field in ORDER_FIELDS:
        yield edited(MISSING_FIELD, f"{field} absent", _drop(field))
        yield edited(MISSING_FIELD, f"{field} null", _set(field, None))
    for field in LINE_FIELDS:
        yield edited(MISSING_FIELD, f"{field} absent", _drop_in_line(LAST, field))
        yield edited(MISSING_FIELD, f"{field} null", _set_in_line(FIRST, field, None))
    yield edited(MISSING_FIELD, "no field at all", dict.clear)
    yield edited(MISSING_FIELD, "channel absent and quantity 0", _both(_drop("channel"), _zero_quantity))


def _wrong_types() -> Iterator[Fault]:
    for field, values in WRONG_IN_ORDER.items():
        yield from (edited(WRONG_TYPE, f"{field} {json.dumps(v)}", _set(field, v)) for v in values)
    for field, values in WRONG_IN_LINE.items():
        yield from (edited(WRONG_TYPE, f"{field} {json.dumps(v)}", _set_in_line(LAST, field, v)) for v in values)
    yield edited(WRONG_TYPE, "a line that is text", lambda order: order["lines"].append("free gift"))
    yield edited(WRONG_TYPE, "city_id 7 and channel fax", _both(_set("city_id", 7), _set("channel", "fax")))


def _unknown_channels() -> Iterator[Fault]:
    for value in NOT_A_CHANNEL:
        yield edited(UNKNOWN_ENUM, f"channel {json.dumps(value)}", _set("channel", value))
    yield edited(UNKNOWN_ENUM, "channel fax and quantity 0", _both(_set("channel", "fax"), _zero_quantity))


def _quantities() -> Iterator[Fault]:
    for line, place in ((FIRST, "first"), (LAST, "last")):
        for value in (0, -1, -1000):
            yield edited(
                QUANTITY_NOT_POSITIVE, f"quantity {value} in {place} line", _set_in_line(line, "quantity", value)
            )


def _future_times() -> Iterator[Fault]:
    for ahead_ms in FUTURE_MS:
        yield Fault(EVENT_TIME_IN_FUTURE, f"{ahead_ms} ms ahead", _ahead(ahead_ms))


def _ahead(ahead_ms: int) -> Callable[[str, int], str]:
    def corrupt(value: str, record_ms: int) -> str:
        order = json.loads(value)
        order["ordered_at"] = iso(record_ms + ahead_ms)
        return json.dumps(order, separators=(",", ":"))

    return corrupt


def _zero_quantity(order: Order) -> None:
    order["lines"][LAST]["quantity"] = 0


ORDER_FAULTS: tuple[Fault, ...] = evenly(
    [
        *not_json(),
        *_missing_fields(),
        *_wrong_types(),
        *_unknown_channels(),
        *_quantities(),
        *_future_times(),
    ]
)
