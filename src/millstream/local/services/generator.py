"""Live events in the background: `millstream generate` as a service, started only when it is named."""

from __future__ import annotations

import sys
import time

from millstream.local.launch import ProcessRecord
from millstream.local.services.base import Command, NotReady, Service, Site
from millstream.local.supervision import record_path

RATE = "50"


def prepare(site: Site) -> Command:
    """Generate for as long as the service runs, at a rate a laptop does not notice."""
    arguments = ("generate", "--rate", RATE, "--bad", "1", "--late", "1", "--seed", str(int(time.time())))
    env = {"MILLSTREAM_PROJECT": str(site.project), "MILLSTREAM_STATE": str(site.layout.state)}
    return Command((sys.executable, "-m", "millstream", *arguments), env=env)


def probe(site: Site) -> None:
    """See that the process lives; it ends with an error when the broker does not take its events."""
    record = ProcessRecord.load(record_path(site.layout, "generator"))
    if record is None or record.process() is None:
        raise NotReady("the generator is not running")


SERVICE = Service("generator", prepare, probe, after=("kafka", "postgres"), memory_mb=150, optional=True)
