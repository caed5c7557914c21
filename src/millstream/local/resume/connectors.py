"""Connectors that failed are started again, each time after a longer pause.

Connect itself never restarts a failed task. A database that was away for a moment, or a producer that was fenced while
the broker restarted, would stop a source for good.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from millstream.engines.connect import Connect, ConnectorStatus
    from millstream.local.resume.notices import Notices

LOOK_SECONDS = 5.0
FIRST_SECONDS, LONGEST_SECONDS = 5.0, 300.0
# After this long without a failure the next one counts as a first one.
HEALTHY_SECONDS = 120.0


@dataclass(frozen=True)
class _Trouble:
    """How often a connector was restarted, when it was seen failed last, and when its turn is."""

    restarts: int
    seen: float
    due: float


class Connectors:
    """Looks at every connector now and then.

    Args:
        connect: the Connect cluster.
        notices: where changes are told.
        now: seconds on a clock that never goes back.
    """

    def __init__(self, connect: Connect, notices: Notices, now: Callable[[], float] = time.monotonic) -> None:
        self._connect = connect
        self._notices = notices
        self._now = now
        self._looked = -LOOK_SECONDS
        self._troubles: dict[str, _Trouble] = {}

    def once(self) -> None:
        """Look, unless that was a moment ago, and restart what failed and is due."""
        if self._now() - self._looked < LOOK_SECONDS:
            return
        self._looked = self._now()
        try:
            for status in self._connect.statuses():
                self._care(status)
            self._notices.clear("connect", "answers again")
        except EngineError as exc:
            self._notices.tell("connect", exc.summary)

    def close(self) -> None:
        """Close the connections."""
        self._connect.close()

    def _care(self, status: ConnectorStatus) -> None:
        name, now = status.name, self._now()
        trouble = self._troubles.get(name)
        if not status.failures:
            if trouble and now - trouble.seen > HEALTHY_SECONDS:
                del self._troubles[name]
                self._notices.clear(f"connector {name}", "runs again")
            return
        self._notices.tell(f"connector {name}", "; ".join(status.failures))
        restarts, due = (trouble.restarts, trouble.due) if trouble else (0, now)
        if now >= due:
            self._connect.restart_failed(name)
            due = now + min(FIRST_SECONDS * 2**restarts, LONGEST_SECONDS)
            restarts += 1
        self._troubles[name] = _Trouble(restarts, now, due)
