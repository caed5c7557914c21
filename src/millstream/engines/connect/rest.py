"""One request to a Connect worker (Kafka docs, "Kafka Connect: REST API")."""

from __future__ import annotations

from typing import Any

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from millstream.errors import EngineError

MEND = "start the platform with `millstream up`, or check `connect:` of the target"
BUSY_SECONDS = 60.0


class BusyError(EngineError):
    """The workers rebalance, or the one asked has only just started; asking again helps."""


class UnknownError(EngineError):
    """There is no connector, task or plugin of that name."""


class Rest:
    """A worker's REST interface.

    Args:
        url: `http://host:port` of any worker.
        timeout: seconds for one answer; validating a connector makes the worker call its source.
        patience: seconds to go on asking a busy worker.
    """

    def __init__(self, url: str, timeout: float = 30.0, patience: float = BUSY_SECONDS) -> None:
        self._patience = patience
        self._http = httpx.Client(base_url=url, timeout=timeout, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, method: str, path: str, body: object = None) -> Any:
        """Send a request that may be repeated; gives the answer's JSON, `None` when it has none.

        Raises:
            UnknownError: Connect answers 404.
            EngineError: it does not answer, refuses, or is still busy when the patience ends.
        """
        retrying = Retrying(
            retry=retry_if_exception_type(BusyError),
            wait=wait_exponential_jitter(initial=0.3, max=3),
            stop=stop_after_delay(self._patience),
            reraise=True,
        )
        return retrying(self._once, method, path, body)

    def _once(self, method: str, path: str, body: object) -> Any:
        try:
            answer = self._http.request(method, path, json=body)
        except httpx.HTTPError as exc:
            summary = f"Kafka Connect at {self._http.base_url} does not answer ({type(exc).__name__})"
            raise EngineError(summary, MEND) from exc
        if answer.is_error:
            raise _refusal(answer)
        return answer.json() if answer.content else None


def _refusal(answer: httpx.Response) -> EngineError:
    said = f"Kafka Connect refuses: {_message(answer)}"
    if answer.status_code in {httpx.codes.CONFLICT, httpx.codes.SERVICE_UNAVAILABLE}:
        return BusyError(said, "try again; `millstream logs connect` tells more")
    return UnknownError(said) if answer.status_code == httpx.codes.NOT_FOUND else EngineError(said)


def _message(answer: httpx.Response) -> str:
    try:
        message = str(answer.json().get("message") or "")
    except (ValueError, AttributeError):
        message = ""
    return message.strip().partition("\n")[0] or f"status {answer.status_code}"
