"""The resume process itself: polls until it is told to end, whatever else is away."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from typing import TYPE_CHECKING

from millstream.engines.connect import Connect
from millstream.engines.control import Control
from millstream.engines.flink import Flink
from millstream.errors import EngineError
from millstream.flinkplan import Planner
from millstream.local.resume.connectors import Connectors
from millstream.local.resume.notices import Notices
from millstream.local.resume.rounds import NAME, Rounds

if TYPE_CHECKING:
    from millstream.local.resume.configuration import ResumeConfig


def run(config: ResumeConfig) -> None:
    """Poll until SIGTERM or SIGINT."""
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    control, notices = Control(config.control_url), Notices()
    connectors = Connectors(Connect(config.connect_url, timeout=3, patience=0), notices) if config.connect_url else None
    with Flink(config.flink_rest) as flink:
        rounds = Rounds(config, control, flink, notices, lambda: Planner(config.flink_home, config.java_home).start())
        notices.tell("state", "watching")
        migrated = False
        while not ending.is_set():
            try:
                if not migrated:
                    control.migrate()
                    migrated = True
                rounds.once()
                notices.clear("engines", "all there again")
            except EngineError as exc:
                rounds.close()
                notices.tell("engines", exc.summary)
            if connectors:
                connectors.once()
            ending.wait(config.poll_seconds)
        rounds.close()
    if connectors:
        connectors.close()
    control.close()
    notices.tell("state", f"{NAME} ends")
