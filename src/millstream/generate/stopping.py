"""Ctrl-C and SIGTERM as a flag, so that a run ends between two records."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether the user asked the run to end."""

    requested = False

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        """Note the first request; the second one interrupts at once.

        Raises:
            KeyboardInterrupt: the user asked before.
        """
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True


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
