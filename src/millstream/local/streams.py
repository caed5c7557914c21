"""How the embedded platform's jobs, consumers, connectors, slots and sources are, for `status` and `doctor`."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from millstream.engines.connect import Connect
from millstream.engines.control import Control, Desired
from millstream.engines.flink import Flink
from millstream.engines.kafka import Kafka
from millstream.engines.replication import Source
from millstream.local.environment import variables
from millstream.timestamps import utc_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.engines.control import AppliedSource
    from millstream.engines.flink import JobStatus
    from millstream.engines.replication import Slot
    from millstream.local.services.base import Site


def jobs(site: Site) -> Sequence[Mapping[str, object]]:
    """Each job that Flink knows: its state, how often it restarted, how old its newest checkpoint is, in seconds.

    Raises:
        EngineError: Flink does not answer.
    """
    with Flink(variables(site)["FLINK_REST"]) as flink:
        return [_job(flink, job) for job in flink.jobs()]


def _job(flink: Flink, job: JobStatus) -> Mapping[str, object]:
    checkpoints = None if job.ended else flink.checkpoints(job.id)
    newest = checkpoints.latest_ms if checkpoints else None
    return {
        "name": job.name,
        "state": job.state.lower(),
        "id": job.id,
        "restarts": None if job.ended else flink.restarts(job.id),
        "checkpoint_age_s": round(time.time() - newest / 1000, 1) if newest else None,
    }


def missing_jobs(site: Site, known: Sequence[Mapping[str, object]]) -> Sequence[str]:
    """Names of the jobs that were applied and should run, but that Flink does not know under their present id.

    Raises:
        EngineError: the control database does not answer.
    """
    ids = {job["id"] for job in known}
    with closing(Control(variables(site)["CONTROL_URL"])) as control:
        applied = control.jobs.current()
    wanted = (job for job in applied if job.desired is Desired.RUNNING and job.note is None)
    return sorted(job.engine_name for job in wanted if job.job_id not in ids)


def lags(site: Site) -> Sequence[Mapping[str, object]]:
    """How many records each consumer group has yet to commit.

    Raises:
        EngineError: Kafka does not answer.
    """
    found = Kafka(variables(site)["KAFKA_BOOTSTRAP"]).lags()
    return [{"group": group, "records": records} for group, records in sorted(found.items())]


def connectors(site: Site) -> Sequence[Mapping[str, object]]:
    """Each connector with the states of its tasks and what failed.

    Raises:
        EngineError: Connect does not answer.
    """
    with closing(Connect(variables(site)["CONNECT_URL"], timeout=5, patience=5)) as connect:
        return [
            {
                "name": found.name,
                "state": found.state.lower(),
                "tasks": [task.state.lower() for task in found.tasks],
                "failures": list(found.failures),
            }
            for found in connect.statuses()
        ]


def slots(site: Site) -> Sequence[Slot]:
    """The replication slots of the platform's PostgreSQL.

    Raises:
        EngineError: PostgreSQL does not answer.
    """
    return Source(variables(site)["POSTGRES_URL"]).slots()


def as_report(slot: Slot) -> Mapping[str, object]:
    """A slot as `millstream status --json` shows it."""
    return {
        "name": slot.name,
        "database": slot.database,
        "active": slot.active,
        "wal_status": slot.wal_status,
        "retained_bytes": slot.retained_bytes,
        "safe_bytes": slot.safe_bytes,
        "trouble": slot.trouble,
        "mend": slot.mend if slot.trouble else "",
    }


def http_sources(site: Site) -> Sequence[Mapping[str, object]]:
    """Each applied HTTP source: whether it works, since when it does not, and why.

    Raises:
        EngineError: the control database does not answer.
    """
    with closing(Control(variables(site)["CONTROL_URL"])) as control:
        return [_source(source) for source in control.sources.current()]


def _source(source: AppliedSource) -> Mapping[str, object]:
    state = "failing" if source.failing_since else "ok" if source.polled_at else "starting"
    since = source.failing_since or source.polled_at
    return {
        "name": f"{source.namespace}{source.name}",
        "state": state,
        "since": utc_text(since, "seconds") if since else None,
        "sent": source.sent,
        "dead_letters": source.dead,
        "trouble": source.trouble or "",
    }
