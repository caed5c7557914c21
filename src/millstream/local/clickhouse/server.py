"""The process: starts the engine and the HTTP server, and stops them cleanly."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from millstream.local.clickhouse.app import ClickHouseHttp, application
from millstream.local.clickhouse.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.local.clickhouse.config import ServerConfig

_log = logging.getLogger(__name__)
GRACE_S = 1
LONGEST_URL = 1 << 20


class _Server(uvicorn.Server):
    """uvicorn, with our own handling of signals: running queries must end before connections can."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(endpoint: ClickHouseHttp, config: ServerConfig) -> None:
    server = _Server(
        uvicorn.Config(
            application(endpoint),
            host=config.host,
            port=config.port,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=GRACE_S,
            timeout_keep_alive=30,
            h11_max_incomplete_event_size=LONGEST_URL,
            server_header=False,
        ),
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await endpoint.end_queries()
    await serving


def run(config: ServerConfig) -> None:
    """Serve until SIGTERM or SIGINT, then end the process.

    Raises:
        EngineError: the data folder cannot be opened.
    """
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # A connection broken on purpose, to tell the client that its result is not whole, is no incident.
    logging.getLogger("uvicorn.error").addFilter(lambda r: "without completing response" not in r.getMessage())
    engine = Engine(config)
    endpoint = ClickHouseHttp(engine, config)
    endpoint.log.open()
    _log.info("ClickHouse engine %s, data in %s", engine.version, config.data_dir)
    status = 0
    try:
        asyncio.run(_serve(endpoint, config))
    except SystemExit as stopped:  # uvicorn's answer to a port that is taken
        status = int(stopped.code or 0)
    endpoint.close()
    engine.close()
    logging.shutdown()
    # The engine's own threads do not survive the interpreter's end: it would abort.
    os._exit(status)
