"""Who may ask: an admin, and a reader whom the engine itself holds to reading.

The embedded engine has no access control, so names and passwords are compared here. The reader's
connections get `readonly = 1` after everything the request asked for. At that level the engine
refuses to write, to change any setting (so also `readonly` itself) and to use table functions
that reach files or other servers; level 2 would allow the last two. Settings sent as URL
parameters, as clients do, are applied before the level is set.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING, NamedTuple

from millstream.local.clickhouse.errors import AUTHENTICATION_FAILED, REQUIRED_PASSWORD, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.local.clickhouse.config import Credentials, ServerConfig

# Whom ClickHouse takes a client for that names nobody.
DEFAULT_USER = "default"


class User(NamedTuple):
    """An authenticated user."""

    name: str
    reads_only: bool


class Users:
    """The two users of a server."""

    def __init__(self, config: ServerConfig) -> None:
        self._known: tuple[tuple[Credentials, bool], ...] = ((config.admin, False), (config.reader, True))

    def authenticate(self, headers: Mapping[str, str], parameters: Mapping[str, str]) -> User:
        """Find the user of a request by basic auth, `X-ClickHouse-User` and `-Key`, or URL parameters.

        Raises:
            ServerError: none given, or wrong ones.
        """
        given, password = _given(headers, parameters)
        name = given or DEFAULT_USER
        found = [
            User(name, reads_only)
            for c, reads_only in self._known
            if _same(name, c.user) & _same(password, c.password.get_secret_value())
        ]
        if found:
            return found[0]
        if not given:
            raise refuse(REQUIRED_PASSWORD, "User name and password are required")
        raise refuse(
            AUTHENTICATION_FAILED,
            f"{name}: Authentication failed: password is incorrect, or there is no user with such name",
        )


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(), known.encode())


def _given(headers: Mapping[str, str], parameters: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise refuse(AUTHENTICATION_FAILED, "The Authorization header is not valid basic authentication") from None
        return name, password
    if scheme:
        raise refuse(AUTHENTICATION_FAILED, f"The authorization scheme {scheme} is not known here, only Basic is")
    name = headers.get("x-clickhouse-user") or parameters.get("user", "")
    password = headers.get("x-clickhouse-key") or parameters.get("password", "")
    return name, password
