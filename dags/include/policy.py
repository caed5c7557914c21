"""How tasks behave when something is slow or fails; what all DAGs share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 1, tzinfo=UTC)

# A database that restarts is back within a minute; a test that fails will fail again.
PATIENT = {
    "retries": 1,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=5),
    "execution_timeout": timedelta(minutes=30),
}

FILES = {
    **PATIENT,
    "retries": 3,
    "pool": "files",
}
