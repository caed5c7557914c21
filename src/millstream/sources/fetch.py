"""One request and its whole answer: bounded in time and size, redirected only within its host."""

from __future__ import annotations

import asyncio
import email.utils
import ipaddress
import time
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import httpx

from millstream import __version__
from millstream.sources.address import Request, followed
from millstream.sources.inflate import ACCEPTED, Body
from millstream.sources.model import Answer, SourceFailed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from millstream.project.http_source import HttpDeclaration

MOST_REDIRECTS = 5
# A server that asks for more is asked again after a day.
LONGEST_WAIT = 86_400.0
_UNCHANGED = 304
_TOO_MANY = 429
# 408 Request Timeout, 425 Too Early; every 5xx comes to these.
_AGAIN = frozenset({408, 425, _TOO_MANY})
_DEFAULT_HEADERS = {"user-agent": f"millstream/{__version__}", "accept-encoding": ACCEPTED}
_ACCEPT = {"json": "application/json", "xml": "application/xml, text/xml, application/soap+xml"}


class Client:
    """Makes the requests of one source, one after the other; for one thread.

    An event loop is what lets a whole answer have one time-out: name look-up, connection, headers and body, however
    slowly they drip.

    Args:
        declared: the source.
    """

    def __init__(self, declared: HttpDeclaration) -> None:
        self._declared = declared
        self._loop = asyncio.Runner()
        self._http: httpx.AsyncClient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close connections and event loop."""
        if self._http is not None:
            self._loop.run(self._http.aclose())
        self._loop.close()

    def get(self, request: Request, url: str | None = None, extra: Mapping[str, str] | None = None) -> Answer:
        """Send a request and read its answer.

        Args:
            request: what to send.
            url: instead of the request's own address and parameters: the next page.
            extra: headers to add: what is known of the last answer.

        Raises:
            SourceFailed: no answer, or none that is of use.
            Unmapped: the answer is too large.
        """
        timeout = self._declared.timeout
        try:
            return self._loop.run(asyncio.wait_for(self._get(request, url, extra or {}), timeout))
        except TimeoutError as exc:
            raise SourceFailed(f"no complete answer in {timeout:g} s", again=True) from exc
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, ValueError) as exc:
            # Their texts quote what was to be sent, headers among it.
            raise SourceFailed(f"cannot be asked: {type(exc).__name__}; see the values of its variables") from None
        except httpx.HTTPError as exc:
            raise SourceFailed(f"{_words(exc)}: {request.redacted(str(exc))}".rstrip(": "), again=True) from None

    async def _get(self, request: Request, url: str | None, extra: Mapping[str, str]) -> Answer:
        http = self._client(url or request.url)
        headers = {"accept": _ACCEPT[self._declared.format], **_lower(request.headers), **_lower(extra)}
        params = request.params if url is None and request.params else None
        asked = http.build_request(
            request.method, url or request.url, params=params, headers=headers, content=request.body
        )
        for _ in range(MOST_REDIRECTS + 1):
            answer = await http.send(asked, stream=True)
            try:
                if answer.next_request is None:
                    return await self._read(answer)
                asked = _redirected(answer, request)
            finally:
                await answer.aclose()
        raise SourceFailed(f"more than {MOST_REDIRECTS} redirects")

    async def _read(self, answer: httpx.Response) -> Answer:
        headers = _lower(answer.headers)
        if answer.status_code != _UNCHANGED and not answer.is_success:
            raise _refusal(answer)
        body = Body(headers.get("content-encoding", ""), self._declared.largest_answer)
        async for chunk in answer.aiter_raw():
            body.add(chunk)
        return Answer(answer.status_code, headers, body.whole(), str(answer.url))

    def _client(self, url: str) -> httpx.AsyncClient:
        if self._http is None:
            # A proxy of the environment is for the world outside, not for this machine.
            local = {} if not _is_loopback(url) else {"all://": httpx.AsyncHTTPTransport()}
            timeout = httpx.Timeout(self._declared.timeout)
            self._http = httpx.AsyncClient(headers=_DEFAULT_HEADERS, timeout=timeout, mounts=local)
        return self._http


def _lower(headers: Mapping[str, str] | httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _words(exc: httpx.HTTPError) -> str:
    if isinstance(exc, httpx.ConnectError):
        return "cannot be reached"
    if isinstance(exc, httpx.TimeoutException):
        return "no answer in time"
    return "the connection broke off"


def _redirected(answer: httpx.Response, request: Request) -> httpx.Request:
    asked = answer.next_request
    target = followed(str(answer.url), answer.headers["location"])
    if asked is None or target is None:
        there = urlsplit(answer.headers["location"]).hostname or "an address that is none"
        raise SourceFailed(
            f"redirects to {request.redacted(there)}, which is not followed: write the new address, if it is meant"
        )
    return asked


def _refusal(answer: httpx.Response) -> SourceFailed:
    status = answer.status_code
    again = status in _AGAIN or answer.is_server_error
    wait = retry_after(answer.headers.get("retry-after", ""), time.time()) if again else 0.0
    asked = f" and asks to wait {wait:.0f} s" if wait else ""
    return SourceFailed(f"answers {status} {answer.reason_phrase}{asked}".rstrip(), again=again, wait=wait)


def retry_after(text: str, now: float) -> float:
    """Seconds a server asks to wait (RFC 9110, section 10.2.3): a number, or a date; 0 for anything else."""
    if text.strip().isdecimal():
        return min(float(text), LONGEST_WAIT)
    try:
        return min(LONGEST_WAIT, max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now))
    except ValueError:
        return 0.0
