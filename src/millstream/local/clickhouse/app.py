"""The HTTP application: routes, and one request from socket to socket."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from millstream.local.clickhouse import request as requests
from millstream.local.clickhouse.auth import Users
from millstream.local.clickhouse.body import read_statement
from millstream.local.clickhouse.compression import decoded
from millstream.local.clickhouse.errors import QUERY_WAS_CANCELLED, TOO_MANY_SIMULTANEOUS_QUERIES, ServerError, refuse
from millstream.local.clickhouse.flow import Flow
from millstream.local.clickhouse.inbound import Inbound
from millstream.local.clickhouse.multipart import fields
from millstream.local.clickhouse.query_log import Entry, QueryLog, entry_query
from millstream.local.clickhouse.response import Response
from millstream.local.clickhouse.session import Sessions
from millstream.local.clickhouse.statement import Purpose

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from millstream.local.clickhouse.config import ServerConfig
    from millstream.local.clickhouse.engine import Engine, Outcome
    from millstream.local.clickhouse.request import Request

_log = logging.getLogger(__name__)
# ClickHouse's own default for `max_concurrent_queries` is without limit; its packages ship 100.
MAX_CONCURRENT_QUERIES = 100


async def ping(_: HttpRequest) -> PlainTextResponse:
    """Answer that the server is there; asks the engine nothing, so nothing can hold it up."""
    return PlainTextResponse("Ok.\n")


class ClickHouseHttp:
    """The query endpoint as an ASGI application."""

    def __init__(self, engine: Engine, config: ServerConfig) -> None:
        self._engine = engine
        self._users = Users(config)
        self.sessions = Sessions(engine, config.database)
        self.log = QueryLog(engine)
        self._workers = ThreadPoolExecutor(MAX_CONCURRENT_QUERIES, thread_name_prefix="query")
        self._flows: set[Flow] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        http = HttpRequest(scope)
        inbound = Inbound(receive)
        response = Response(send, self._engine.version, self._engine.timezone)
        url = dict(http.query_params)
        try:
            user = self._users.authenticate(http.headers, url)
            request = requests.read(http.method, url, http.headers, user)
        except ServerError as failure:
            await inbound.drain()
            await response.error(failure)
            return
        try:
            await self._answer(http, inbound, request, response)
        except ClientDisconnect:
            _log.info("query %s: the client left while it was sending", request.query_id)

    async def _answer(self, http: HttpRequest, inbound: Inbound, request: Request, response: Response) -> None:
        if not request.query and http.method in {"GET", "HEAD"}:
            await response.text("Ok.\n")
            return
        try:
            request, body = await self._with_body(http, inbound, request)
            statement, rows = await read_statement(request.query, body)
        except ServerError as failure:
            await inbound.drain()
            await response.error(failure, request.query_id)
            return
        await self._run(inbound, Flow(self._engine, request, statement), rows, response)

    async def _with_body(
        self, http: HttpRequest, inbound: Inbound, request: Request
    ) -> tuple[Request, AsyncIterator[bytes]]:
        body = decoded(inbound.pieces(), request.content_encoding)
        content_type = http.headers.get("content-type", "")
        if not content_type.startswith("multipart/form-data"):
            return request, body
        whole = b"".join([piece async for piece in body])
        form = fields(whole, content_type)
        return requests.with_form(request, dict(http.query_params), form), _nothing()

    async def _run(self, inbound: Inbound, flow: Flow, rows: AsyncIterator[bytes], response: Response) -> None:
        started = time.time()
        outcome: Outcome | None = None
        code = 0
        try:
            outcome = await self._admitted(inbound, flow, rows, response)
        except ServerError as failure:
            code = failure.code
            if not response.begun:
                await inbound.drain()
                await response.error(failure, flow.request.query_id)
        except ClientDisconnect:
            code = QUERY_WAS_CANCELLED
            raise
        finally:
            self.log.add(_entry(flow, started, outcome, code))

    async def _admitted(self, inbound: Inbound, flow: Flow, rows: AsyncIterator[bytes], response: Response) -> Outcome:
        if len(self._flows) >= MAX_CONCURRENT_QUERIES:
            raise refuse(TOO_MANY_SIMULTANEOUS_QUERIES, "Too many simultaneous queries")
        if flow.statement.keyword == "SYSTEM" and not flow.request.user.reads_only:
            # `SYSTEM FLUSH LOGS` means this log too.
            await asyncio.to_thread(self.log.flush)
        self._flows.add(flow)
        try:
            await flow.start(self.sessions, self._workers)
            if flow.statement.purpose is Purpose.INSERT:
                await flow.feed(rows)
            return await _unless_client_leaves(inbound, flow, response)
        finally:
            self._flows.discard(flow)

    async def end_queries(self) -> None:
        """End every running statement."""
        await asyncio.gather(*(flow.cancel() for flow in list(self._flows)))

    def close(self) -> None:
        """Write the log's rest and close all connections."""
        self._workers.shutdown(wait=True)
        self.sessions.close()
        self.log.close()


async def _unless_client_leaves(inbound: Inbound, flow: Flow, response: Response) -> Outcome:
    """Send the result; end the statement in the engine as soon as the client is gone."""
    answering = asyncio.create_task(response.result(flow))
    leaving = asyncio.create_task(inbound.left())
    try:
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            return answering.result()
        await flow.cancel()
        raise ClientDisconnect
    finally:
        leaving.cancel()
        answering.cancel()
        await asyncio.gather(leaving, answering, return_exceptions=True)


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


def _entry(flow: Flow, started: float, outcome: Outcome | None, code: int) -> Entry:
    request, statement = flow.request, flow.statement
    duration = (time.monotonic() - flow.began) * 1e3
    entry = Entry(
        request.user.name,
        request.query_id,
        statement.keyword,
        entry_query(statement),
        duration,
        error_code=code,
        started_at=f"{started:.3f}",
    )
    if outcome is None:
        return entry
    return replace(
        entry, rows=outcome.rows, bytes=outcome.size, read_rows=outcome.read_rows, read_bytes=outcome.read_size
    )


def application(endpoint: ClickHouseHttp) -> Starlette:
    """The routes: health checks without authentication, and queries."""
    return Starlette(
        routes=[
            Route("/ping", ping, methods=["GET", "HEAD"]),
            Route("/replicas_status", ping, methods=["GET", "HEAD"]),
            Route("/", endpoint),
        ],
    )
