"""Poll after poll: one source in a thread of its own, so that one that hangs blocks nobody else."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from typing import TYPE_CHECKING

from millstream.sources.attempts import Stopped
from millstream.sources.model import SourceFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from millstream.sources.health import Health
    from millstream.sources.poll import Poller

_LOG = logging.getLogger("millstream.sources")


class SourceThread(threading.Thread):
    """Polls a source at its interval until it is told to end.

    Args:
        name: of the source.
        interval: seconds from the start of a poll to the start of the next; a late one is not made up for.
        health: as it was left the last time.
        open_poller: gives the poller, in this thread; its `with` block closes what it holds.
    """

    def __init__(
        self,
        name: str,
        interval: float,
        health: Health,
        open_poller: Callable[[SourceThread], AbstractContextManager[Poller]],
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.ending = threading.Event()
        self.health = health
        self._interval = interval
        self._open = open_poller

    def run(self) -> None:
        """Poll; whatever goes wrong is told and tried again."""
        while not self.ending.is_set():
            try:
                with self._open(self) as poller:
                    self._keep_polling(poller)
            except SourceFailed as failed:
                self.trouble(str(failed))
            except Stopped:
                return
            except Exception as exc:  # noqa: BLE001 - a mistake of ours in one source must not end the others
                # Without the exception's text: it may quote what was sent.
                frames = "".join(traceback.format_tb(exc.__traceback__))
                _LOG.error("%s: %s\n%s", self.name, type(exc).__name__, frames)
                self.trouble(f"an error of millstream itself ({type(exc).__name__}); see `millstream logs sources`")
            self.ending.wait(self._interval)

    def trouble(self, words: str) -> None:
        """Note what is wrong, and log it once."""
        if words != self.health.trouble:
            _LOG.warning("%s: %s", self.name, words)
        self.health = self.health.failed(words)

    def _keep_polling(self, poller: Poller) -> None:
        while not self.ending.is_set():
            began, asked = time.monotonic(), 0.0
            try:
                outcome = poller.poll()
            except SourceFailed as failed:
                asked = failed.wait
                self.trouble(str(failed))
            else:
                if self.health.trouble:
                    _LOG.info("%s: all is well again", self.name)
                self.health = self.health.after(outcome)
            due = began + self._interval - time.monotonic()
            self.ending.wait(max(due, asked, 0.0))
