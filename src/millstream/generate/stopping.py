"""Ctrl-C and SIGTERM as a flag, so that a run ends between two records."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether the user asked the run to end."""

    def __init__(self) -> None:
        self._requested_at: float | None = None

    @property
    def requested(self) -> bool:
        """Whether the run should end."""
        return self._requested_at is not None

    @property
    def seconds_ago(self) -> float:
        """How long ago it was asked, in seconds; 0 when it was not."""
        return 0.0 if self._requested_at is None else time.monotonic() - self._requested_at

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        """Note the first request; the second one interrupts at once.

        Raises:
            KeyboardInterrupt: the user asked before.
        """
        if self.requested:
            raise KeyboardInterrupt
        self._requested_at = time.monotonic()


@contextmanager
def stop_on_signal() -> Iterator[Stop]:
    """Catch Ctrl-C and SIGTERM while the block runs; outside the main thread Python allows no handler."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
