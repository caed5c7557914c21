"""A running statement as the event loop sees it: rows in, rows out, its end, its cancellation."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from millstream.local.clickhouse.execution import Execution, run
from millstream.local.clickhouse.statement import Purpose

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from concurrent.futures import Executor

    from millstream.local.clickhouse.engine import Engine, Outcome
    from millstream.local.clickhouse.request import Request
    from millstream.local.clickhouse.session import Sessions
    from millstream.local.clickhouse.statement import Statement

PIECE = 1 << 20
KILL_EVERY_S = 0.1


class Flow:
    """One statement on its way through the engine.

    Use `start`; then for an insert `feed`, for a read `pieces`, and at last `outcome`.
    """

    def __init__(self, engine: Engine, request: Request, statement: Statement) -> None:
        self.statement = statement
        self.request = request
        self.began = time.monotonic()
        self._engine = engine
        self._ours = -1
        self._reader: asyncio.StreamReader | None = None
        self._transports: list[asyncio.BaseTransport] = []

    async def start(self, sessions: Sessions, workers: Executor) -> None:
        """Open the pipe and hand the statement to a worker thread."""
        loop = asyncio.get_running_loop()
        theirs = -1
        if self.statement.purpose is Purpose.READ:
            self._ours, theirs = os.pipe()
        elif self.statement.purpose is Purpose.INSERT:
            theirs, self._ours = os.pipe()
        self.execution = Execution(self.request, self.statement, theirs)
        if self.statement.purpose is Purpose.READ:
            await self._open_reader(loop)
        self._done = loop.run_in_executor(workers, run, self.execution, sessions)
        # The engine opened the pipe by its name; rows end when this last end is closed too.
        self._done.add_done_callback(lambda _: os.close(theirs) if theirs >= 0 else None)

    async def _open_reader(self, loop: asyncio.AbstractEventLoop) -> None:
        reader = asyncio.StreamReader(limit=PIECE)
        pipe = os.fdopen(self._ours, "rb", buffering=0)
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        self._transports.append(transport)
        self._reader = reader

    async def feed(self, rows: AsyncIterator[bytes]) -> None:
        """Write an insert's rows; if `rows` fails, the insert is ended and nothing of them is kept.

        An insert that the engine ends early is no failure here; the rest of `rows` is read and
        dropped, so that the client comes to read why.
        """
        loop = asyncio.get_running_loop()
        pipe = os.fdopen(self._ours, "wb", buffering=0)
        transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, pipe)
        writer = asyncio.StreamWriter(transport, protocol, None, loop)
        self._transports.append(transport)
        try:
            async for piece in rows:
                with suppress(ConnectionResetError, BrokenPipeError):
                    writer.write(piece)
                    await writer.drain()
        except BaseException:
            await self.cancel()
            raise
        writer.close()

    async def pieces(self) -> AsyncIterator[bytes]:
        """The result as the engine formats it, in pieces of up to 1 MiB."""
        if self._reader is None:
            return
        while piece := await self._reader.read(PIECE):
            yield piece

    async def outcome(self) -> Outcome:
        """Wait for the end.

        Raises:
            ServerError: the engine or this server refused, or the engine failed.
        """
        return await asyncio.shield(self._done)

    async def cancel(self) -> None:
        """End the statement in the engine and wait until it has ended."""
        while not self._done.done():
            # Not before it is marked as killed may an insert see the end of its rows.
            if await asyncio.to_thread(self._engine.kill, self.execution.mark):
                self._close_pipe()
            await asyncio.wait({self._done}, timeout=KILL_EVERY_S)
        self._close_pipe()
        if not self._done.cancelled():
            self._done.exception()

    def _close_pipe(self) -> None:
        while self._transports:
            transport = self._transports.pop()
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()
            else:
                transport.close()
