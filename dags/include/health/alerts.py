"""What is wrong now, kept in `operations.alerts`: an alert opens and closes once, and people are told once of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg import Connection

    from include.health.checks import Check

_OPEN = """
INSERT INTO operations.alerts (scope, name, detail) VALUES (%s, %s, %s)
ON CONFLICT (scope, name) WHERE closed_at IS NULL DO UPDATE SET detail = excluded.detail
RETURNING (xmax = 0)
"""
_CLOSE = """
UPDATE operations.alerts SET closed_at = now()
WHERE scope = %s AND closed_at IS NULL AND name <> ALL (%s)
RETURNING name
"""
# Who was never told that it opened need not hear that it closed.
_UNTOLD = """
SELECT alert_id, name, detail, closed_at IS NOT NULL FROM operations.alerts
WHERE (closed_at IS NULL AND told_opened_at IS NULL)
   OR (closed_at IS NOT NULL AND told_opened_at IS NOT NULL AND told_closed_at IS NULL)
ORDER BY alert_id
FOR UPDATE SKIP LOCKED
"""
_TOLD = {
    False: "UPDATE operations.alerts SET told_opened_at = now() WHERE alert_id = ANY (%s)",
    True: "UPDATE operations.alerts SET told_closed_at = now() WHERE alert_id = ANY (%s)",
}


@dataclass(frozen=True)
class Changes:
    """Names of the alerts that this look has opened and closed."""

    opened: tuple[str, ...]
    closed: tuple[str, ...]


def settle(connection: Connection[Any], scope: str, checks: Sequence[Check]) -> Changes:
    """Open an alert for each check that fails and has none, close those whose check holds again or is gone.

    Args:
        connection: to the warehouse.
        scope: whose checks these are; alerts of others are left alone.
        checks: everything that was looked at.
    """
    failing = {check.name: check.detail for check in checks if not check.is_ok}
    with connection.transaction():
        closed = connection.execute(_CLOSE, (scope, list(failing))).fetchall()
        opened = [name for name, detail in failing.items() if _opens(connection, scope, name, detail)]
    return Changes(tuple(sorted(opened)), tuple(sorted(name for (name,) in closed)))


def _opens(connection: Connection[Any], scope: str, name: str, detail: str) -> bool:
    (is_new,) = connection.execute(_OPEN, (scope, name, detail)).fetchone() or (False,)
    return bool(is_new)


def tell(connection: Connection[Any], send: Callable[[str, str], None]) -> int:
    """Tell of every alert that has opened or closed and of which nobody was told; give how many those were.

    When `send` raises, nobody counts as told, and the next look tries again.
    """
    with connection.transaction():
        untold = connection.execute(_UNTOLD).fetchall()
        if untold:
            send(*_message(untold))
        for closed, statement in _TOLD.items():
            connection.execute(statement, ([alert for alert, _, _, is_closed in untold if is_closed is closed],))
    return len(untold)


def _message(untold: Sequence[tuple[Any, ...]]) -> tuple[str, str]:
    opened = [f"opened: {name}: {detail}" for _, name, detail, is_closed in untold if not is_closed]
    closed = [f"closed: {name}" for _, name, _, is_closed in untold if is_closed]
    counts = [f"{len(lines)} {word}" for lines, word in ((opened, "opened"), (closed, "closed")) if lines]
    alerts = "alert" if len(untold) == 1 else "alerts"
    return f"millstream {alerts}: {', '.join(counts)}", "\n".join((*opened, *closed))
