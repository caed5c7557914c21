"""Sends a result: headers, compression, and errors before or after the first byte."""

from __future__ import annotations

import asyncio
import json
import secrets
import tempfile
import time
from typing import TYPE_CHECKING

from millstream.local.clickhouse.compression import Encoder, choose, encoder
from millstream.local.clickhouse.errors import ServerError
from millstream.local.clickhouse.statement import Purpose

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Send

    from millstream.local.clickhouse.engine import Outcome
    from millstream.local.clickhouse.flow import Flow

# Held back, so that an error in it still gets its own status; also what fits is sent with a summary.
HELD_BACK = 1 << 20
HELD_BACK_S = 0.25
IN_MEMORY = 8 << 20
IN_THREAD = 64 << 10
_TYPES = {
    "TabSeparated": "text/tab-separated-values; charset=UTF-8",
    "TSV": "text/tab-separated-values; charset=UTF-8",
    "CSV": "text/csv; charset=UTF-8; header=absent",
    "CSVWithNames": "text/csv; charset=UTF-8; header=present",
    "Parquet": "application/vnd.apache.parquet",
    "Arrow": "application/vnd.apache.arrow.file",
    "ArrowStream": "application/vnd.apache.arrow.stream",
    "XML": "application/xml; charset=UTF-8",
    "Native": "application/octet-stream",
    "JSONEachRow": "application/x-ndjson; charset=UTF-8",
}


class Response:
    """The answer to one request."""

    def __init__(self, send: Send, version: str, timezone: str) -> None:
        self._send = send
        self._version = version
        self._timezone = timezone
        self.begun = False

    async def error(self, failure: ServerError, query_id: str = "") -> None:
        """Answer with an error, with its code in the header clients look for."""
        headers = {"X-ClickHouse-Exception-Code": str(failure.code), "Content-Type": "text/plain; charset=UTF-8"}
        if query_id:
            headers["X-ClickHouse-Query-Id"] = query_id
        if failure.status == 401:  # noqa: PLR2004 - Unauthorized
            headers["WWW-Authenticate"] = 'Basic realm="ClickHouse server HTTP API"'
        await self._whole(failure.status, headers, failure.text(self._version).encode())

    async def text(self, body: str) -> None:
        """Answer with a short text."""
        await self._whole(200, {"Content-Type": "text/html; charset=UTF-8"}, body.encode())

    async def result(self, flow: Flow) -> Outcome:
        """Answer with a statement's result, while it comes.

        Raises:
            ServerError: the statement failed. Once the answer has begun, the error is already
                written into it, and the caller must break the connection.
        """
        pieces = flow.pieces()
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as held:
            more = await _hold_back(pieces, held, everything=flow.request.whole)
            held.seek(0)
            if more:
                return await self._stream(flow, held.read(), pieces)
            outcome = await flow.outcome()
            headers = self._headers(flow, empty=not outcome.output) | {"X-ClickHouse-Summary": _summary(flow, outcome)}
            if held.seek(0, 2) <= HELD_BACK:
                held.seek(0)
                await self._small(flow, headers, held.read() + outcome.output)
            else:
                held.seek(0)
                await self._begin(headers)
                await self._through(encoder(_coding(flow)), _from_file(held))
            return outcome

    async def _small(self, flow: Flow, headers: dict[str, str], body: bytes) -> None:
        coder = encoder(_coding(flow))
        body = await _compressed(coder, body) + coder.flush()
        await self._whole(200, headers, body)

    async def _stream(self, flow: Flow, first: bytes, pieces: AsyncIterator[bytes]) -> Outcome:
        tag = secrets.token_hex(8)
        coder = encoder(_coding(flow))
        await self._begin(self._headers(flow) | {"X-ClickHouse-Exception-Tag": tag})
        await self._piece(await _compressed(coder, first))
        async for piece in pieces:
            await self._piece(await _compressed(coder, piece))
        try:
            outcome = await flow.outcome()
        except ServerError as failure:
            await self._piece(coder.compress(_tagged(failure.text(self._version), tag)) + coder.flush())
            raise
        await self._send({"type": "http.response.body", "body": coder.flush()})
        return outcome

    async def _through(self, coder: Encoder, pieces: AsyncIterator[bytes]) -> None:
        async for piece in pieces:
            await self._piece(await _compressed(coder, piece))
        await self._send({"type": "http.response.body", "body": coder.flush()})

    async def _piece(self, body: bytes) -> None:
        if body:
            await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def _begin(self, headers: dict[str, str], status: int = 200) -> None:
        self.begun = True
        common = {
            "X-ClickHouse-Server-Display-Name": "millstream",
            "X-ClickHouse-Timezone": self._timezone,
            "Cache-Control": "no-store",
        }
        pairs = [(k.lower().encode(), v.encode("latin-1", "replace")) for k, v in (common | headers).items()]
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})

    async def _whole(self, status: int, headers: dict[str, str], body: bytes) -> None:
        await self._begin(headers | {"Content-Length": str(len(body))}, status)
        await self._send({"type": "http.response.body", "body": body})

    def _headers(self, flow: Flow, *, empty: bool = False) -> dict[str, str]:
        headers = {"X-ClickHouse-Query-Id": flow.request.query_id}
        name = flow.execution.format
        without_result = flow.statement.purpose is Purpose.INSERT or (
            flow.statement.purpose is Purpose.COMMAND and empty
        )
        if not without_result:
            default = "application/json; charset=UTF-8" if name.startswith("JSON") else "text/plain; charset=UTF-8"
            headers |= {"X-ClickHouse-Format": name, "Content-Type": _TYPES.get(name, default)}
        coding = _coding(flow)
        return headers if coding == "identity" else headers | {"Content-Encoding": coding}


def _coding(flow: Flow) -> str:
    return choose(flow.request.accept_encoding)


async def _hold_back(
    pieces: AsyncIterator[bytes], held: tempfile.SpooledTemporaryFile[bytes], *, everything: bool
) -> bool:
    """Fill `held`; tell whether more is to come."""
    first_at: float | None = None
    async for piece in pieces:
        held.write(piece)
        first_at = first_at or time.monotonic()
        if not everything and (held.tell() >= HELD_BACK or time.monotonic() - first_at > HELD_BACK_S):
            return True
    return False


async def _from_file(file: tempfile.SpooledTemporaryFile[bytes]) -> AsyncIterator[bytes]:
    while piece := file.read(HELD_BACK):
        yield piece


async def _compressed(coder: Encoder, piece: bytes) -> bytes:
    if len(piece) < IN_THREAD:
        return coder.compress(piece)
    return await asyncio.to_thread(coder.compress, piece)


def _tagged(text: str, tag: str) -> bytes:
    """An error within a result (ClickHouse docs, "HTTP Interface", exceptions while streaming)."""
    return f"\r\n__exception__\r\n{tag}\r\n{text}{len(text.encode())} {tag}\r\n__exception__\r\n".encode()


def _summary(flow: Flow, outcome: Outcome) -> str:
    inserted = flow.statement.purpose is Purpose.INSERT
    numbers = {
        "read_rows": outcome.rows if inserted else outcome.read_rows,
        "read_bytes": outcome.size if inserted else outcome.read_size,
        "written_rows": outcome.rows if inserted else 0,
        "written_bytes": outcome.size if inserted else 0,
        "total_rows_to_read": 0 if inserted else outcome.read_rows,
        "result_rows": outcome.rows,
        "result_bytes": outcome.size,
        "elapsed_ns": int((time.monotonic() - flow.began) * 1e9),
    }
    return json.dumps({name: str(number) for name, number in numbers.items()}, separators=(",", ":"))
