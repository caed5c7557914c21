"""A session with Superset's REST interface (Superset docs, "API")."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx

from millstream.errors import EngineError

MEND = "start it with `millstream up --only superset`, or check `superset:` of the target"


class Rest:
    """One login, made when it is first needed.

    Args:
        url: `http://user:password@host:port`.
        timeout: seconds for one answer; an import writes everything before it answers.
        transport: what carries the requests, for tests.
    """

    def __init__(self, url: str, timeout: float = 120.0, transport: httpx.BaseTransport | None = None) -> None:
        parts = urlsplit(url)
        self._login = {"username": unquote(parts.username or ""), "password": unquote(parts.password or "")}
        self.address = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        self._http = httpx.Client(base_url=self.address, timeout=timeout, trust_env=False, transport=transport)
        self._open = False

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, method: str, path: str, **content: Any) -> httpx.Response:
        """Send a request below `/api/v1` and give the answer, whatever its status.

        Args:
            method: of HTTP.
            path: behind `/api/v1`.
            **content: `json`, `params`, `data` or `files`, as httpx takes them.

        Raises:
            EngineError: Superset does not answer, or refuses the login.
        """
        if not self._open:
            self._log_in()
        return self._once(method, path, **content)

    def ask(self, method: str, path: str, **content: Any) -> Any:
        """Send a request and give the answer's JSON.

        Raises:
            EngineError: Superset does not answer, or refuses; with the reason it gives.
        """
        answer = self.send(method, path, **content)
        if answer.is_error:
            raise EngineError(f"Superset refuses: {reason(answer)}")
        return answer.json()

    def _log_in(self) -> None:
        answer = self._once("POST", "/security/login", json={**self._login, "provider": "db"})
        if answer.is_error:
            raise EngineError(f"Superset refuses the login of {self._login['username']}: {reason(answer)}", MEND)
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        token = self._once("GET", "/security/csrf_token/")
        if token.is_error:
            raise EngineError(f"Superset gives no token: {reason(token)}", MEND)
        self._http.headers.update({"X-CSRFToken": token.json()["result"], "Referer": self.address})
        self._open = True

    def _once(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            return self._http.request(method, f"/api/v1{path}", **content)
        except httpx.HTTPError as exc:
            raise EngineError(f"Superset at {self.address} does not answer ({type(exc).__name__})", MEND) from exc


def reason(answer: httpx.Response) -> str:
    """Why Superset refused, in one line."""
    try:
        body = answer.json()
    except ValueError:
        return f"status {answer.status_code}"
    found = [str(e["message"]) + _details(e.get("extra")) for e in body.get("errors", []) if e.get("message")]
    said = "; ".join(found) or str(body.get("message") or "")
    return " ".join(said.split()) or f"status {answer.status_code}"


def _details(extra: Any) -> str:
    """An import's answer names each file and what is wrong in it, beside keys that say nothing."""
    if not isinstance(extra, dict):
        return ""
    told = {name: what for name, what in extra.items() if name not in {"issue_codes", "engine_name"}}
    return f" ({'; '.join(f'{name}: {what}' for name, what in told.items())})" if told else ""
