"""A client of Airflow's REST API (Airflow docs, "Airflow public API Reference")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import TracebackType

MEND = "see `millstream status` and `millstream logs airflow-api`"


class _UnreadError(EngineError):
    """A DAG whose file Airflow has not read yet."""


class Airflow:
    """One Airflow, as one of its administrators; logs in when it is entered.

    Args:
        url: `http://host:port`.
        user: the administrator's name.
        password: and password.
        transport: what carries the requests, for tests.
    """

    def __init__(self, url: str, user: str, password: str, transport: httpx.BaseTransport | None = None) -> None:
        self._login = {"username": user, "password": password}
        self._http = httpx.Client(base_url=url, timeout=30, trust_env=False, transport=transport)

    def __enter__(self) -> Self:
        """Log in.

        Raises:
            EngineError: Airflow does not answer, or refuses the login.
        """
        token = self._send("POST", "/auth/token", self._login).json()["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def set_pools(self, pools: Sequence[Mapping[str, Any]]) -> None:
        """Make pools, or give those that exist their new sizes.

        Raises:
            EngineError: Airflow does not answer or does not take them.
        """
        action = {"action": "create", "entities": list(pools), "action_on_existence": "overwrite"}
        self._send("PATCH", "/api/v2/pools", {"actions": [action]})

    def unpause(self, dags: Iterable[str], patience: float = 180, poll: float = 2) -> None:
        """Let DAGs run on their schedules.

        Args:
            dags: their ids.
            patience: seconds to wait for Airflow to read their files.
            poll: seconds between two questions.

        Raises:
            EngineError: Airflow does not answer, or does not know one of them by then.
        """
        seen = Retrying(
            retry=retry_if_exception_type(_UnreadError),
            stop=stop_after_delay(patience),
            wait=wait_fixed(poll),
            reraise=True,
        )
        for dag in dags:
            seen(self._unpause, dag)

    def _unpause(self, dag: str) -> None:
        answer = self._ask("PATCH", f"/api/v2/dags/{dag}", {"is_paused": False})
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise _UnreadError(f"Airflow has not read DAG {dag}", "see `millstream airflow dags list-import-errors`")
        _accepted(answer)

    def _send(self, method: str, path: str, body: Mapping[str, Any]) -> httpx.Response:
        return _accepted(self._ask(method, path, body))

    def _ask(self, method: str, path: str, body: Mapping[str, Any]) -> httpx.Response:
        try:
            return self._http.request(method, path, json=body)
        except httpx.HTTPError as exc:
            raise EngineError(f"Airflow at {self._http.base_url} does not answer ({type(exc).__name__})", MEND) from exc


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        raise EngineError(f"Airflow refuses with status {answer.status_code}: {_detail(answer)}", MEND)
    return answer


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:200]
