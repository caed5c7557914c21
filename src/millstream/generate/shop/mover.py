"""Carries out a course in a thread, in step with the events: never ahead of their record time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from millstream.errors import EngineError
from millstream.generate.shop.database import ShopUnreachableError, connection
from millstream.generate.shop.statements import beat, carry_out, require_heartbeats

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from psycopg import Connection

    from millstream.generate.shop.course import Course

# How long the database may be away before the run ends with an error.
PATIENCE_S = 60.0
LONGEST_PAUSE_S = 5.0
# Seconds of the clock in one transaction, when the events run ahead.
BATCH = 100


class Shop(Protocol):
    """What a run needs of the shop."""

    def advance(self, time_ms: int) -> None:
        """Let the shop's clock come up to a record time, in milliseconds."""

    def close_at(self, time_ms: int) -> None:
        """After all changes move the heartbeats to the time of the closing markers, in milliseconds."""

    def check(self) -> None:
        """Raise what went wrong, if anything did."""

    def is_behind(self) -> bool:
        """Whether changes have still to be carried out."""

    def stop(self) -> None:
        """Begin nothing more."""


class NoShop:
    """Stands for a shop that nobody asked to change."""

    def advance(self, time_ms: int) -> None:
        """Ignore the clock."""

    def close_at(self, time_ms: int) -> None:
        """Ignore the end."""

    def check(self) -> None:
        """Nothing can go wrong."""

    def is_behind(self) -> bool:
        """Nothing has to be done."""
        return False

    def stop(self) -> None:
        """There is nothing to stop."""


def require_seeded(url: str) -> None:
    """See that the shop is there and was seeded.

    Raises:
        EngineError: the database does not answer, or was not seeded.
    """
    with connection(url) as shop:
        require_heartbeats(shop)


class Mover:
    """Changes a shop's database as its course says.

    Args:
        url: connection URL of the role that owns the shop's tables.
        course: what to change.
        arrivals: the log that tells of purchase orders that arrived; None for no log.
    """

    def __init__(self, url: str, course: Course, arrivals: Path | None = None) -> None:
        self._url, self._course, self._arrivals = url, course, arrivals
        self._next_s = course.start_s
        self._until_s = course.start_s - 1
        self._closing_ms: int | None = None
        self._failure: BaseException | None = None
        self._progress_at = time.monotonic()
        self._stopped = threading.Event()
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="shop", daemon=True).start()

    def advance(self, time_ms: int) -> None:
        """See `Shop`."""
        if time_ms // 1000 > self._until_s:
            with self._changed:
                self._note_progress_if_idle()
                self._until_s = time_ms // 1000
                self._changed.notify()

    def close_at(self, time_ms: int) -> None:
        """See `Shop`."""
        with self._changed:
            self._note_progress_if_idle()
            self._closing_ms = time_ms
            self._changed.notify()

    def is_behind(self) -> bool:
        """See `Shop`."""
        return self._next_s <= self._until_s or self._closing_ms is not None

    def check(self) -> None:
        """See `Shop`.

        Raises:
            EngineError: the database refused, or was away for too long.
        """
        if self._failure is not None:
            raise self._failure
        # A server that is frozen breaks no connection: then only the time tells.
        if self.is_behind() and time.monotonic() - self._progress_at > PATIENCE_S + LONGEST_PAUSE_S:
            raise ShopUnreachableError(
                f"the shop's database has not answered for {PATIENCE_S:.0f} s",
                mend="look at `millstream status` and `millstream logs postgres`, then run again",
            )

    def stop(self) -> None:
        """See `Shop`."""
        self._stopped.set()
        with self._changed:
            self._changed.notify()

    def _note_progress_if_idle(self) -> None:
        if not self.is_behind():
            self._progress_at = time.monotonic()

    def _run(self) -> None:
        retrying = Retrying(
            retry=retry_if_exception_type(ShopUnreachableError),
            wait=wait_random_exponential(multiplier=0.1, max=LONGEST_PAUSE_S),
            stop=self._is_out_of_patience,
            sleep=self._pause,
            reraise=True,
        )
        try:
            retrying(self._session)
        except BaseException as exc:  # noqa: BLE001 - raised again by `check`, in the main thread
            self._failure = exc

    def _pause(self, seconds: float) -> None:
        self._stopped.wait(seconds)

    def _is_out_of_patience(self, _: RetryCallState) -> bool:
        return self._stopped.is_set() or time.monotonic() - self._progress_at > PATIENCE_S

    def _session(self) -> None:
        """Work on one connection until the run ends or the connection breaks."""
        with connection(self._url) as shop:
            while self._await_work():
                if self._next_s <= self._until_s:
                    self._move(shop, range(self._next_s, min(self._until_s, self._next_s + BATCH - 1) + 1))
                else:
                    self._close(shop)
                self._progress_at = time.monotonic()

    def _await_work(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self.is_behind() or self._stopped.is_set())
        return not self._stopped.is_set()

    def _move(self, shop: Connection[Any], seconds: range) -> None:
        """Carry out some seconds in one transaction; in each the heartbeats come last."""
        arrived = []
        with shop.pipeline(), shop.transaction():
            for second in seconds:
                for change in self._course.changes(second):
                    carry_out(shop, change, second * 1000)
                    if change.arrival:
                        arrived.append(change.arrival)
                beat(shop, second * 1000)
        self._log(arrived)
        self._next_s = seconds.stop

    def _close(self, shop: Connection[Any]) -> None:
        if self._closing_ms is not None:
            with shop.transaction():
                beat(shop, self._closing_ms)
            self._closing_ms = None

    def _log(self, lines: Iterable[str]) -> None:
        text = "".join(f"{line}\n" for line in lines)
        if self._arrivals is None or not text:
            return
        try:
            with self._arrivals.open("a", encoding="utf-8") as log:
                log.write(text)
        except OSError as exc:
            raise EngineError(
                f"the arrivals log {self._arrivals} cannot be written: {exc.strerror}",
                mend="set ARRIVALS_LOG to a file that can be written",
            ) from exc
