"""The resume process as a service: it gives a JobManager that forgot its jobs what was last applied."""

from __future__ import annotations

import json
import sys
import time

import psycopg

from millstream.local.environment import variables
from millstream.local.launch import write_private
from millstream.local.services import flink
from millstream.local.services.base import Command, NotReady, Service, Site

STALE_SECONDS = 15


def prepare(site: Site) -> Command:
    """Write the process's configuration; it holds the SQL variables and so their secrets."""
    conf = site.layout.conf / "resume.json"
    known = variables(site)
    settings = {
        "control_url": known["CONTROL_URL"],
        "flink_rest": known["FLINK_REST"],
        "checkpoint_dir": str(site.layout.checkpoints),
        "flink_home": str(flink.home(site)),
        "java_home": str(site.java_home),
        "variables": dict(known),
        "poll_seconds": 1,
    }
    write_private(conf, json.dumps(settings, indent=2))
    return Command((sys.executable, "-m", "millstream.local.resume", "--config", str(conf)))
