"""One look at the platform: ask, compare, remember, tell."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from include import notices, operations
from include.connections import warehouse
from include.health import alerts, checks, limits, measures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCOPE = "stream_health"
STATUS_SECONDS = 40
RECEIVERS = "ALERT_URLS"


def look() -> dict[str, Any]:
    """Check everything, keep the measures, open and close alerts, tell of them; give what has changed."""
    wanted = limits.load()
    with warehouse() as connection:
        connection.autocommit = True
        operations.make_tables(connection)
        found = [*_of_platform(wanted), *measures.of_postgres(connection, wanted), *measures.of_clickhouse(wanted)]
        operations.keep_measures(connection, found)
        changes = alerts.settle(connection, SCOPE, found)
        told = alerts.tell(connection, notices.sender(RECEIVERS)) if notices.receivers(RECEIVERS) else 0
    failing = sorted(check.name for check in found if not check.is_ok)
    return {"checks": len(found), "failing": failing, "opened": changes.opened, "closed": changes.closed, "told": told}


def _of_platform(wanted: limits.Limits) -> Iterator[checks.Check]:
    try:
        status = _status()
    except (OSError, subprocess.SubprocessError, ValueError) as exc:
        yield checks.Check("status", is_ok=False, detail=f"`millstream status` does not answer: {exc}"[:300])
    else:
        yield from checks.of_status(status, wanted)
    if state := os.environ.get("MILLSTREAM_STATE"):
        yield checks.of_disk(shutil.disk_usage(Path(state)).free, wanted)


def _status() -> Mapping[str, Any]:
    command = (*shlex.split(os.environ.get("MILLSTREAM_COMMAND", "millstream")), "status", "--json")
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=STATUS_SECONDS)
    status: Mapping[str, Any] = json.loads(done.stdout)
    return status
