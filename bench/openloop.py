"""Sends events on a fixed timetable: a slow receiver makes latency grow, not the rate fall."""

from __future__ import annotations

import multiprocessing
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from confluent_kafka import Producer

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAD_SECONDS = 2
# Without a pause each event is a request of its own, and the broker, not the pipeline, is what is measured.
LINGER_MS = 5


@dataclass(frozen=True)
class Timetable:
    """When each event is due.

    Args:
        start: Unix time of the first event, in seconds.
        rate: events a second.
        first: number of the first event.
        count: how many there are.
    """

    start: float
    rate: float
    first: int
    count: int

    def due(self, number: int) -> float:
        """Unix time at which an event is due, in seconds."""
        return self.start + (number - self.first) / self.rate

    @property
    def passing(self) -> list[int]:
        """Numbers of the events that the benchmark's filter lets through."""
        return [number for number in range(self.first, self.first + self.count) if number % 10]


def timetable(rate: float, seconds: float, first: int) -> Timetable:
    """Plan events from shortly after now."""
    return Timetable(time.time() + LEAD_SECONDS, rate, first, round(rate * seconds))


@contextmanager
def sending(bootstrap: str, topic: str, plan: Timetable) -> Iterator[None]:
    """Send in a process of its own, so that who looks for the rows does not delay who sends them.

    Raises:
        RuntimeError: the broker did not confirm every event.
    """
    sender = multiprocessing.get_context("spawn").Process(target=_send, args=(bootstrap, topic, plan))
    sender.start()
    try:
        yield
    finally:
        sender.join()
    if sender.exitcode:
        raise RuntimeError("the broker did not confirm every event")


def _send(bootstrap: str, topic: str, plan: Timetable) -> None:
    # One wait for each event at 50 a second; at 5,000 all that became due in the last millisecond go together.
    failed: list[str] = []
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "linger.ms": LINGER_MS})
    for number in range(plan.first, plan.first + plan.count):
        while (ahead := plan.due(number) - time.time()) > 0:
            producer.poll(0)
            time.sleep(min(max(ahead, 0.001), 0.05))
        producer.produce(
            topic,
            key=str(number),
            value=b'{"id": %d, "city_id": %d, "amount": %d.99, "scheduled_ms": %d}'
            % (number, number % 60, number % 500, plan.due(number) * 1000),
            on_delivery=lambda error, _: failed.append(str(error)) if error else None,
        )
    unconfirmed = producer.flush(30)
    if failed or unconfirmed:
        raise SystemExit(1)
