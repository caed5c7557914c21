"""Every way an order can be bad, in the order of the checks that find it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from millstream.generate.faults import (
    MISSING_FIELD,
    NOT_A_NUMBER,
    NOT_A_TIME,
    NOT_AN_ID,
    NOT_WHOLE,
    QUANTITY_NOT_POSITIVE,
    UNKNOWN_ENUM,
    WRONG_TYPE,
    both,
    dropping,
    edited,
    evenly,
    in_future,
    missing,
    not_json,
    setting,
    unknown,
    wrong,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from millstream.generate.event import Fault

Order = dict[str, Any]

IDS = ("customer_id", "salesperson_id", "city_id")
TIMES = ("ordered_at", "promised_at")
ORDER_FIELDS = ("order_id", *IDS, "channel", *TIMES, "lines")
LINE_FIELDS = ("line_no", "product_id", "quantity", "unit_price")
FIRST, LAST = 0, -1

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
    "quantity": NOT_WHOLE,
    "unit_price": NOT_A_NUMBER,
}
NOT_A_CHANNEL = ("fax", "", "WEB", "web ")


def _set_in_line(line: int, field: str, value: Any) -> Callable[[Order], None]:
    def edit(order: Order) -> None:
        order["lines"][line][field] = value

    return edit


def _drop_in_line(line: int, field: str) -> Callable[[Order], None]:
    def edit(order: Order) -> None:
        del order["lines"][line][field]

    return edit


def _missing_fields() -> Iterator[Fault]:
    yield from missing(ORDER_FIELDS)
    for field in LINE_FIELDS:
        yield edited(MISSING_FIELD, f"{field} absent", _drop_in_line(LAST, field))
        yield edited(MISSING_FIELD, f"{field} null", _set_in_line(FIRST, field, None))
    yield edited(MISSING_FIELD, "channel absent and quantity 0", both(dropping("channel"), _zero_quantity))


def _wrong_types() -> Iterator[Fault]:
    yield from wrong(WRONG_IN_ORDER)
    for field, values in WRONG_IN_LINE.items():
        yield from (edited(WRONG_TYPE, f"{field} {json.dumps(v)}", _set_in_line(LAST, field, v)) for v in values)
    yield edited(WRONG_TYPE, "a line that is text", lambda order: order["lines"].append("free gift"))
    yield edited(WRONG_TYPE, "city_id 7 and channel fax", both(setting("city_id", 7), setting("channel", "fax")))


def _unknown_channels() -> Iterator[Fault]:
    yield from unknown("channel", NOT_A_CHANNEL)
    yield edited(UNKNOWN_ENUM, "channel fax and quantity 0", both(setting("channel", "fax"), _zero_quantity))


def _quantities() -> Iterator[Fault]:
    for line, place in ((FIRST, "first"), (LAST, "last")):
        for value in (0, -1, -1000):
            yield edited(
                QUANTITY_NOT_POSITIVE, f"quantity {value} in {place} line", _set_in_line(line, "quantity", value)
            )


def _zero_quantity(order: Order) -> None:
    order["lines"][LAST]["quantity"] = 0


ORDER_FAULTS: tuple[Fault, ...] = evenly(
    [
        *not_json(),
        *_missing_fields(),
        *_wrong_types(),
        *_unknown_channels(),
        *_quantities(),
        *in_future("ordered_at"),
    ]
)
