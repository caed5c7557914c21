"""The resume process as a service: it gives a JobManager that forgot its jobs what was last applied."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from millstream.engines.control import Control
from millstream.engines.flink import Flink
from millstream.errors import EngineError
from millstream.local.environment import variables
from millstream.local.launch import ProcessRecord, write_private
from millstream.local.resume import Suspension, suspend
from millstream.local.services import flink
from millstream.local.services.base import Command, NotReady, Service, Site
from millstream.local.supervision import record_path
from millstream.project.variables import references

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "resume"
SQL = "flink_sql"
STALE_SECONDS = 20


def prepare(site: Site) -> Command:
    """Write the process's configuration; it holds the SQL variables and so their secrets."""
    conf = site.layout.conf / "resume.json"
    known = variables(site)
    settings = {
        "control_url": known["CONTROL_URL"],
        "flink_rest": known["FLINK_REST"],
        "connect_url": known["CONNECT_URL"],
        "checkpoint_dir": str(site.layout.checkpoints),
        "flink_home": str(flink.home(site)),
        "java_home": str(site.java_home),
        "variables": {**_own_variables(site.project), **known},
    }
    write_private(conf, json.dumps(settings, indent=2))
    return Command((sys.executable, "-m", "millstream.local.resume", "--config", str(conf)))


def _own_variables(project: Path) -> Mapping[str, str]:
    """What the project's SQL names beside what the platform hands out, as it is where `up` or `restart` was called."""
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in (project / SQL).rglob("*.sql")]
    named = {name for text in texts for name in references(text)}
    return {name: os.environ[name] for name in sorted(named) if name in os.environ}


def probe(site: Site) -> None:
    """See a fresh sign of life of this very process in the control database."""
    record = ProcessRecord.load(record_path(site.layout, NAME))
    with closing(Control(variables(site)["CONTROL_URL"])) as control:
        try:
            beat = control.heartbeat(NAME)
        except EngineError as exc:
            raise NotReady("has not made its tables yet") from exc
    if beat is None or record is None or beat.pid != record.pid or beat.age > STALE_SECONDS:
        raise NotReady("has given no sign of life yet")


def suspend_jobs(site: Site) -> tuple[Suspension, ...]:
    """Stop every applied job with a savepoint, before Flink is stopped; the resume process must be down."""
    known = variables(site)
    with closing(Control(known["CONTROL_URL"])) as control, Flink(known["FLINK_REST"], timeout=15) as jobmanager:
        control.migrate()
        return suspend(control, jobmanager, site.layout.checkpoints)


SERVICE = Service(NAME, prepare, probe, after=("postgres", "flink-jobmanager"), memory_mb=80)
