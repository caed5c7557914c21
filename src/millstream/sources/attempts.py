"""When a request is made, and made again: rate limit, exponential back-off with jitter, the server's own wishes."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, TypeVar

from tenacity import Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_base, wait_exponential_jitter

from millstream.sources.model import SourceFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from tenacity import RetryCallState

    from millstream.project.http_source import HttpDeclaration, RateLimit, Retry

T = TypeVar("T")


class Stopped(Exception):  # noqa: N818 - the way out of a thread that is not at fault
    """The source was told to end while it waited."""


class Attempts:
    """Makes the calls of one source.

    Args:
        declared: the source, with its rate limit and retries.
        ending: set when the source is to end; no wait outlasts it.
    """

    def __init__(self, declared: HttpDeclaration, ending: Event) -> None:
        self._ending = ending
        self._limit = declared.rate_limit
        self._asked: deque[float] = deque()
        self._retrying = Retrying(
            retry=retry_if_exception(lambda exc: _worth_another(exc, declared.retry)),
            stop=stop_after_attempt(declared.retry.attempts),
            wait=_Wait(declared.retry),
            sleep=self._sleep,
            reraise=True,
        )

    def call(self, request: Callable[[], T]) -> T:
        """Call until it succeeds, or gives up with what went wrong last.

        Raises:
            SourceFailed: see `Client.get`.
            Stopped: the source is to end.
        """
        answer: T = self._retrying(self._in_turn, request)
        return answer

    def _in_turn(self, request: Callable[[], T]) -> T:
        if self._limit:
            self._sleep(_turn(self._asked, self._limit, time.monotonic()))
            self._asked.append(time.monotonic())
        return request()

    def _sleep(self, seconds: float) -> None:
        if self._ending.wait(seconds):
            raise Stopped


class _Wait(wait_base):
    """Back-off with jitter, and never sooner than the server asked."""

    def __init__(self, retry: Retry) -> None:
        self._back_off = wait_exponential_jitter(multiplier=retry.first, max=retry.longest, jitter=retry.first)

    def __call__(self, retry_state: RetryCallState) -> float:
        failure = retry_state.outcome.exception() if retry_state.outcome else None
        asked = failure.wait if isinstance(failure, SourceFailed) else 0.0
        return max(asked, self._back_off(retry_state))


def _worth_another(exc: BaseException, retry: Retry) -> bool:
    """A server that asks for a longer wait than ours gets it: the poll ends, and the next one comes later."""
    return isinstance(exc, SourceFailed) and exc.again and exc.wait <= retry.longest


def _turn(asked: deque[float], limit: RateLimit, now: float) -> float:
    """Seconds until one more request keeps the limit in every stretch of its length."""
    while asked and asked[0] <= now - limit.per:
        asked.popleft()
    return asked[-limit.requests] + limit.per - now if len(asked) >= limit.requests else 0.0
