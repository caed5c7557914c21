"""Paces the stream into Kafka and counts what was sent and confirmed."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING

from millstream.errors import EngineError, UsageError
from millstream.generate.delivery import Delivery
from millstream.generate.pace import Pace
from millstream.generate.plan import StreamPlan
from millstream.generate.report import Progress, Report, Tally
from millstream.generate.scenario import named
from millstream.generate.shop.course import Course
from millstream.generate.shop.mover import Mover, NoShop, require_seeded
from millstream.generate.shop.rows import FIRST_VERSION
from millstream.generate.stopping import stop_on_signal
from millstream.generate.stream import closing_markers, closing_ms, records, select

if TYPE_CHECKING:
    from collections.abc import Callable

    from millstream.generate.event import Record
    from millstream.generate.options import GeneratorOptions
    from millstream.generate.shop.mover import Shop
    from millstream.generate.stopping import Stop

PROGRESS_EVERY_S = 0.2
LONGEST_SLEEP_S = 0.05
# Records wait for company in the producer anyway; waking for each costs more than sending it.
SHORTEST_SLEEP_S = 0.005
# How long a run that was told to stop waits for confirmations.
STOP_TIMEOUT_S = 15.0
BATCH = 1000


def run(options: GeneratorOptions, on_progress: Callable[[Progress], None] | None = None) -> Report:
    """Generate events until the options' end or a signal, and wait until the broker confirmed all of them.

    Args:
        options: what to generate.
        on_progress: called about five times a second and once at the end.

    Raises:
        EngineError: the broker is not there, lacks a topic, or did not confirm everything.
        KeyboardInterrupt: the user asked a second time to stop, while confirmations were awaited.
    """
    with stop_on_signal() as stop:
        delivery = Delivery(options.bootstrap, options.delivery_timeout_s, options.namespace)
        # Asked before the clock starts, so that a slow answer makes no record late.
        partitions = {topic.name: delivery.partitions(topic.name) for topic in select(options.topics)}
        if options.shop_url is not None:
            require_seeded(options.shop_url)
        plan = _plan(options)
        shop = _shop(options, plan)
        try:
            sender = _Sender(options, plan, delivery, shop, stop, on_progress or _silent)
            sender.send_stream()
            if options.close:
                sender.send_closing(partitions)
            sender.settle()
        except EngineError:
            delivery.discard()
            raise
        finally:
            shop.stop()
        return sender.report()


class _Sender:
    """One run: the stream, its clock and its counts; the clock starts when it is made."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that a run consists of
        self,
        options: GeneratorOptions,
        plan: StreamPlan,
        delivery: Delivery,
        shop: Shop,
        stop: Stop,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._plan = plan
        self._shop = shop
        self._total = options.total
        self._pace = Pace(options.rate * options.speed)
        self._delivery = delivery
        self._stop = stop
        self._on_progress = on_progress
        self._tally = Tally()
        self._start = time.monotonic()
        self._next_progress_s = 0.0

    def send_stream(self) -> None:
        """Send each record when it is due."""
        stream = records(self._plan)
        sent = 0
        while not self._stop.requested and (self._total is None or sent < self._total):
            ready = self._ready(sent)
            for record in islice(stream, ready):
                self._send(record)
                self._tally.add(record)
            sent += ready
            if self._tally.last_ms is not None:
                self._shop.advance(self._tally.last_ms)
            self._breathe()
            if not ready:
                overdue_s = self._pace.overdue_s(sent, self._elapsed())
                time.sleep(min(max(-overdue_s, SHORTEST_SLEEP_S), LONGEST_SLEEP_S))

    def send_closing(self, partitions: dict[str, int]) -> None:
        """Send the closing markers of every topic, and of the shop."""
        sent = self._delivery.sent
        self._shop.close_at(closing_ms(self._plan, sent))
        for topic in self._plan.topics:
            for marker in closing_markers(self._plan, topic, partitions[topic.name], sent):
                self._send(marker)
                self._tally.add_closing(marker)

    def settle(self) -> None:
        """Wait until the broker and the shop did everything; each bounds by a time-out how long it may take."""
        while self._delivery.waiting() or self._shop.is_behind():
            self._breathe(LONGEST_SLEEP_S)
        self._delivery.poll()
        self._on_progress(self._progress())

    def report(self) -> Report:
        """Sum up; see `Report`."""
        return self._tally.report(self._delivery.confirmed, self._elapsed(), stopped=self._stop.requested)

    def _ready(self, sent: int) -> int:
        due = self._pace.due(self._elapsed())
        end = due if self._total is None else min(due, self._total)
        return min(end - sent, BATCH)

    def _send(self, record: Record) -> None:
        while not self._delivery.offer(record):
            self._breathe(LONGEST_SLEEP_S)

    def _breathe(self, timeout_s: float = 0.0) -> None:
        """Let the producer report failures, and tell how far the run is."""
        self._delivery.poll(timeout_s)
        self._shop.check()
        if self._stop.seconds_ago > STOP_TIMEOUT_S:
            raise self._delivery.abandon() if self._delivery.waiting() else _abandoned_shop()
        if self._elapsed() >= self._next_progress_s:
            self._next_progress_s = self._elapsed() + PROGRESS_EVERY_S
            self._on_progress(self._progress())

    def _progress(self) -> Progress:
        seconds, sent = self._elapsed(), self._delivery.sent
        behind_s = max(0.0, self._pace.overdue_s(sent, seconds)) if self._total != sent else 0.0
        return Progress(sent, self._delivery.confirmed, self._total, seconds, behind_s)

    def _elapsed(self) -> float:
        return time.monotonic() - self._start


def _plan(options: GeneratorOptions) -> StreamPlan:
    start_s = time.time() if options.as_of is None else options.as_of.timestamp()
    return StreamPlan(
        options.seed,
        round(start_s * 1000),
        options.rate,
        select(options.topics),
        options.bad_pct,
        options.late_pct,
        named(options.scenario),
    )


def _shop(options: GeneratorOptions, plan: StreamPlan) -> Shop:
    if options.shop_url is None:
        return NoShop()
    start_s = -(-plan.as_of_ms // 1000)
    if start_s <= FIRST_VERSION.timestamp():
        raise UsageError(
            f"`as-of` is {options.as_of}", mend=f"It must be after {FIRST_VERSION:%Y-%m-%d}, as old as the shop."
        )
    return Mover(options.shop_url, Course(plan.seed, start_s, plan.scenario), options.arrivals_log)


def _abandoned_shop() -> EngineError:
    return EngineError(
        "the shop's database had not taken all changes when the run was stopped",
        mend="look at `millstream status`: it was away or too slow; another run goes on from there",
    )


def _silent(_progress: Progress) -> None:
    """Report to nobody."""
