"""How a source is: what a person asks of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from millstream.sources.model import Outcome


@dataclass(frozen=True)
class Health:
    """The state of one source.

    Args:
        polled_at: when it was last polled with success.
        failing_since: since when it has not been; `None` while all is well.
        trouble: what went wrong last.
        sent: records it has sent to its topic, ever.
        dead: dead letters, likewise.
    """

    polled_at: datetime | None = None
    failing_since: datetime | None = None
    trouble: str | None = None
    sent: int = 0
    dead: int = 0

    def after(self, outcome: Outcome) -> Health:
        """It went well."""
        return Health(datetime.now(UTC), None, None, self.sent + outcome.sent, self.dead + outcome.dead)

    def failed(self, trouble: str) -> Health:
        """It did not."""
        return replace(self, failing_since=self.failing_since or datetime.now(UTC), trouble=trouble)
