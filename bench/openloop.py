"""Sends events on a fixed timetable: a slow receiver makes latency grow, not the rate fall."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from confluent_kafka import Producer

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from confluent_kafka import KafkaError, Message

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


class Sender:
    """Sends in a process of its own, so that who looks for the rows does not delay who sends them."""

    def __init__(self, bootstrap: str, topic: str, plan: Timetable) -> None:
        context = multiprocessing.get_context("spawn")
        self._answer, other = context.Pipe(duplex=False)
        self._process = context.Process(target=_send, args=(bootstrap, topic, plan, other))
        self._process.start()
        # Ours stays open otherwise, and the end of the process would never be noticed.
        other.close()

    def confirmed(self) -> list[float]:
        """Wait for the end; give the seconds from due to the broker's confirmation of each event.

        Raises:
            RuntimeError: the broker did not confirm every event.
        """
        try:
            seconds: list[float] = self._answer.recv()
        except EOFError:
            raise RuntimeError("the broker did not confirm every event") from None
        finally:
            self._process.join()
        return seconds


def _send(bootstrap: str, topic: str, plan: Timetable, answer: Connection) -> None:
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "linger.ms": LINGER_MS})
    seconds = dict.fromkeys(range(plan.first, plan.first + plan.count), 0.0)

    def on_delivery(error: KafkaError | None, message: Message) -> None:
        number = int(message.key())
        if error is None:
            seconds[number] = time.time() - plan.due(number)

    for number in seconds:
        producer.poll(0)
        while (ahead := plan.due(number) - time.time()) > 0:
            time.sleep(min(max(ahead, 0.001), 0.005))
            producer.poll(0)
        producer.produce(topic, key=str(number), value=_event(plan, number), on_delivery=on_delivery)
    producer.flush(60)
    if all(seconds.values()):
        answer.send(list(seconds.values()))


def _event(plan: Timetable, number: int) -> bytes:
    fields = (number, number % 60, number % 500, plan.due(number) * 1000)
    return b'{"id": %d, "city_id": %d, "amount": %d.99, "scheduled_ms": %d}' % fields
