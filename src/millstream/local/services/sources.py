"""The sources process as a service: it polls the HTTP APIs that were applied."""

from __future__ import annotations

import os
import sys
from contextlib import closing

from millstream.engines.control import Control
from millstream.errors import EngineError
from millstream.local.environment import variables
from millstream.local.launch import ProcessRecord
from millstream.local.services.base import Command, NotReady, Service, Site
from millstream.local.supervision import record_path
from millstream.project.sources import FOLDER
from millstream.project.variables import references

NAME = "sources"
STALE_SECONDS = 20


def prepare(site: Site) -> Command:
    """Give the process the variables its sources name, as they are where `up` or `restart` was called."""
    env = {"MILLSTREAM_PROJECT": str(site.project), "MILLSTREAM_STATE": str(site.layout.state)}
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in (site.project / FOLDER).glob("*.y*ml")]
    named = {name for text in texts for name in references(text)}
    env |= {name: os.environ[name] for name in sorted(named) if name in os.environ}
    return Command((sys.executable, "-m", "millstream", "sources"), env=env)


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


SERVICE = Service(NAME, prepare, probe, after=("postgres", "kafka", "weather"), memory_mb=90)
