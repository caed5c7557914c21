"""When each record is due: an open loop, that never waits for what the broker has confirmed."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Record `i` is due `i / per_second` seconds after the start; all at once when `per_second` is infinite."""

    per_second: float

    def due(self, elapsed_s: float) -> int:
        """How many records are due after so many seconds."""
        return sys.maxsize if math.isinf(self.per_second) else int(elapsed_s * self.per_second) + 1

    def overdue_s(self, sent: int, elapsed_s: float) -> float:
        """By how many seconds the next record is overdue; negative while it is not yet due."""
        return 0.0 if math.isinf(self.per_second) else elapsed_s - sent / self.per_second
