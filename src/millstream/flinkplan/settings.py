"""Flink's configuration of one planning session or submission.

A TableEnvironment with a Configuration of its own takes nothing about checkpointing from the cluster's `config.yaml`:
a job submitted without these keys runs with checkpointing off, silently. So every submission says all of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.flinkplan.model import JobSource, SubmitRequest

PLANNING: Mapping[str, str] = {
    "execution.runtime-mode": "STREAMING",
    "table.local-time-zone": "UTC",
}


# A plan names its tables and leaves their options, with passwords among them, to the catalog.
COMPILING: Mapping[str, str] = {"table.plan.compile.catalog-objects": "IDENTIFIER"}


def planning(source: JobSource) -> dict[str, str]:
    """Settings under which a job is planned; its own come last."""
    return {**PLANNING, **COMPILING, **dict(source.settings)}


def submission(request: SubmitRequest) -> dict[str, str]:
    """Settings under which a job is submitted; what millstream decides comes last."""
    address = urlsplit(request.rest if "//" in request.rest else f"//{request.rest}")
    checkpoints = request.checkpointing
    decided = {
        "execution.target": "remote",
        "execution.attached": "false",
        "rest.address": address.hostname or "",
        "rest.port": str(address.port or 8081),
        # Flink's client would try an absent JobManager for a minute; whoever asked can decide better.
        "rest.retry.max-attempts": "3",
        "rest.retry.delay": "1 s",
        "rest.connection-timeout": "5 s",
        "$internal.pipeline.job-id": request.job_id,
        "pipeline.name": request.job_name,
        # Flink reads a map as YAML first, and JSON is YAML: no value needs Flink's own quoting.
        "pipeline.global-job-parameters": json.dumps(request.parameters),
        "execution.checkpointing.mode": "EXACTLY_ONCE",
        "execution.checkpointing.dir": checkpoints.directory,
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
        "execution.checkpointing.num-retained": str(checkpoints.retained),
    }
    if request.restore_path:
        decided["execution.state-recovery.path"] = request.restore_path
        # The restored job must not delete what it started from: until its own first checkpoint there is no other.
        decided["execution.state-recovery.claim-mode"] = "NO_CLAIM"
        decided["execution.state-recovery.ignore-unclaimed-state"] = str(request.ignores_unclaimed).lower()
    defaults = {
        "execution.checkpointing.interval": f"{checkpoints.interval_ms} ms",
        # RocksDB then writes what is new; a heap is written whole either way.
        "execution.checkpointing.incremental": "true",
    }
    return {**defaults, **planning(request.source), **decided}
