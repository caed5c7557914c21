"""The topic `shipments`: what becomes of an order that is sent out.

A shipment is created for an order placed shortly before, dispatched, and in the end delivered or failed. Steps keep
their distance, so that on-time events of one shipment are in order of event time as well.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from millstream.generate.event import EventTopic, iso, iso_all
from millstream.generate.faults import (
    NOT_A_TEXT,
    NOT_A_TIME,
    NOT_AN_ID,
    UNKNOWN_ENUM,
    both,
    edited,
    evenly,
    in_future,
    missing,
    not_json,
    setting,
    unknown,
    wrong,
)
from millstream.generate.fleet import NEAREST_WAREHOUSE, VEHICLES, WAREHOUSES
from millstream.generate.orders import CHANNELS, ORDERS, heads, order_name
from millstream.generate.plan import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.generate.event import Block, Fault, Writer
    from millstream.generate.plan import StreamPlan

CREATED, DISPATCHED, DELIVERED, FAILED = "created", "dispatched", "delivered", "failed"
FIELDS = ("shipment_id", "order_id", "warehouse_id", "vehicle_id", "status", "event_at")

# Longer than the longest delay of an event that is on time, see `plan`.
STEP_MS = 10_000
LOADING_MS = 8_000
# Most shipments are on the way for less than half a minute more; some take minutes, and those miss express promises.
TRANSIT_MS = 25_000
SLOW_TRANSIT_MS = 400_000
SLOW_SHARE = 0.2
FAILED_SHARE = 0.06
SENT_AGAIN_SHARE = 0.7
TWIN_SHARE = 0.05
EXPRESS_FIRST_SHARE = 0.6
ELSEWHERE_SHARE = 0.1
# How many orders wait for a shipment; there are more orders than shipments, and older ones are collected by hand.
WAITING = 16


class _Shipment(NamedTuple):
    """`twin` is 0 or 1: which of two shipments of one order it is."""

    shipment_id: str
    order_id: str
    warehouse: int
    vehicle: int
    twin: int


class _Order(NamedTuple):
    order_id: str
    city: int


class _OrderBook:
    """Orders that were placed and wait for a shipment, the newest first."""

    def __init__(self, plan: StreamPlan) -> None:
        self._placed = _placed_orders(plan)
        self._next = next(self._placed)
        self._express: deque[_Order] = deque(maxlen=WAITING)
        self._shippable: deque[_Order] = deque(maxlen=WAITING)
        self._any: deque[_Order] = deque(maxlen=WAITING)

    def take(self, time_ms: int, uniform: float) -> _Order:
        """Take an order placed until a time; only when nothing else is there one that a customer carries home."""
        while self._next[0] <= time_ms or not (self._express or self._shippable or self._any):
            _, waiting, order = self._next
            getattr(self, waiting).append(order)
            self._next = next(self._placed)
        if self._express and (uniform < EXPRESS_FIRST_SHARE or not self._shippable):
            return self._express.pop()
        return self._shippable.pop() if self._shippable else self._any.pop()


def _placed_orders(plan: StreamPlan) -> Iterator[tuple[int, str, _Order]]:
    for block in blocks(plan, ORDERS):
        head = heads(block, plan.scenario)
        columns = (block.record_ms, block.bad, head.express, head.channel, head.city)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for position, (time_ms, bad, express, channel, city) in enumerate(rows, block.first):
            carried = bad or CHANNELS[channel] == "store"
            waiting = "_any" if carried else "_express" if express else "_shippable"
            yield time_ms, waiting, _Order(order_name(plan.run, position), city)


class _Dispatch:
    """Decides what each record of the topic tells: the step that is due, or else a new shipment."""

    def __init__(self, plan: StreamPlan) -> None:
        self._orders = _OrderBook(plan)
        self._run = plan.run
        self._due: list[tuple[int, int, str, _Shipment]] = []
        self._count = 0

    def step(self, time_ms: int, draws: list[float]) -> tuple[_Shipment, str]:
        """Tell the next step of some shipment.

        Args:
            time_ms: record time.
            draws: five numbers in [0, 1).
        """
        if not self._due or self._due[0][0] > time_ms:
            return self._create(time_ms, draws)
        _, _, status, shipment = heappop(self._due)
        if status == DISPATCHED:
            self._dispatched(time_ms, shipment, draws)
        elif status == FAILED and draws[0] < SENT_AGAIN_SHARE:
            self._plan(time_ms + STEP_MS, CREATED, self._shipment(shipment.order_id, shipment[2:]))
        elif status == CREATED:
            self._plan(time_ms + STEP_MS + int(draws[0] * LOADING_MS), DISPATCHED, shipment)
        return shipment, status

    def _create(self, time_ms: int, draws: list[float]) -> tuple[_Shipment, str]:
        order = self._orders.take(time_ms, draws[1])
        near = NEAREST_WAREHOUSE[order.city]
        warehouse = near if draws[2] >= ELSEWHERE_SHARE else int(draws[2] / ELSEWHERE_SHARE * WAREHOUSES)
        vehicle = int(draws[3] * VEHICLES) // WAREHOUSES * WAREHOUSES + warehouse
        shipment = self._shipment(order.order_id, (warehouse, vehicle, 0))
        self._plan(time_ms + STEP_MS + int(draws[0] * LOADING_MS), DISPATCHED, shipment)
        if draws[4] < TWIN_SHARE:
            self._plan(time_ms, CREATED, self._shipment(order.order_id, (warehouse, (vehicle + 8) % VEHICLES, 1)))
        return shipment, CREATED

    def _dispatched(self, time_ms: int, shipment: _Shipment, draws: list[float]) -> None:
        slow = draws[1] < SLOW_SHARE
        spread = draws[2] * draws[2] * SLOW_TRANSIT_MS if slow else draws[2] * TRANSIT_MS
        self._plan(time_ms + STEP_MS + int(spread), FAILED if draws[3] < FAILED_SHARE else DELIVERED, shipment)

    def _shipment(self, order_id: str, rest: tuple[int, int, int]) -> _Shipment:
        self._count += 1
        return _Shipment(f"{self._run}-s{self._count}", order_id, *rest)

    def _plan(self, time_ms: int, status: str, shipment: _Shipment) -> None:
        # The number breaks ties, so that shipments themselves are never compared.
        number = int(shipment.shipment_id.rpartition("s")[2])
        heappush(self._due, (time_ms, number, status, shipment))


def _writer(plan: StreamPlan) -> Writer:
    dispatch = _Dispatch(plan)

    def write(block: Block) -> Iterator[tuple[str, str]]:
        draws = block.draws.uniform(block.size, 5).tolist()
        times = block.record_ms.tolist()
        steps = [dispatch.step(time_ms, draw) for time_ms, draw in zip(times, draws, strict=True)]
        event_ms = block.event_ms.copy()
        for place, (shipment, status) in enumerate(steps):
            # Two shipments of one order end in even and in odd milliseconds: never at the same time.
            if status == DELIVERED and event_ms[place] % 2 != shipment.twin:
                event_ms[place] -= 1
        for (shipment, status), event_at in zip(steps, iso_all(event_ms), strict=True):
            yield shipment.shipment_id, _value(shipment, status, event_at)

    return write


def _value(shipment: _Shipment, status: str, event_at: str) -> str:
    shipment_id, order_id, warehouse, vehicle, _ = shipment
    return (
        f'{{"shipment_id":"{shipment_id}","order_id":"{order_id}","warehouse_id":"{warehouse + 1}",'
        f'"vehicle_id":"{vehicle + 1}","status":"{status}","event_at":"{event_at}Z"}}'
    )


def _closing(partition: int, time_ms: int) -> tuple[str, str]:
    name = f"close-{partition}"
    return name, _value(_Shipment(name, name, -1, -1, 0), CREATED, iso(time_ms).removesuffix("Z"))


def _faults() -> Iterator[Fault]:
    yield from not_json()
    yield from missing(FIELDS)
    yield from wrong(
        {
            "shipment_id": NOT_A_TEXT,
            "order_id": NOT_A_TEXT,
            "warehouse_id": NOT_AN_ID,
            "vehicle_id": NOT_AN_ID,
            "status": NOT_A_TEXT,
            "event_at": NOT_A_TIME,
        }
    )
    yield from unknown("status", ("lost", "", "DELIVERED", "delivered ", "deliverd"))
    two = both(setting("status", "lost"), setting("event_at", "2999-01-01T00:00:00.000Z"))
    yield edited(UNKNOWN_ENUM, "status lost and event_at in the future", two)
    yield from in_future("event_at")


SHIPMENTS = EventTopic("shipments", 10, _writer, _closing, evenly(_faults()))
