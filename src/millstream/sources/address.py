"""A source's request with its variables resolved, and where it may go from there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from millstream.project.variables import Unset, references, resolve
from millstream.sources.model import SourceFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.project.http_source import HttpDeclaration

_PORTS = {"http": 80, "https": 443}
_SHORTEST_SECRET = 4


@dataclass(frozen=True)
class Request:
    """What is sent. Nothing of it is for people's eyes but `shown`, the address as it was declared."""

    method: str
    url: str = field(repr=False)
    params: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    shown: str
    secrets: Mapping[str, str] = field(repr=False)

    def redacted(self, text: str) -> str:
        """Put variables' names back into what a library says, before anybody reads it."""
        for name, value in sorted(self.secrets.items(), key=lambda pair: -len(pair[1])):
            if len(value) >= _SHORTEST_SECRET:
                text = text.replace(value, f"${{{name}}}")
        return text


def request(declared: HttpDeclaration, variables: Mapping[str, str]) -> Request:
    """Resolve the variables of a source's request.

    Raises:
        SourceFailed: one is not set where the sources run.
    """
    try:
        parts = {part: resolve(text, variables) for part, text in declared.requested().items()}
    except Unset as unset:
        name = str(unset)
        raise SourceFailed(
            f"variable {name} is not set for the sources process: export {name}, then `millstream restart sources`"
        ) from None
    used = {name for text in declared.requested().values() for name in references(text)}
    return Request(
        method=declared.method,
        url=parts["url"],
        params=_below("params.", parts),
        headers=_below("headers.", parts),
        body=parts["body"].encode() if "body" in parts else None,
        shown=declared.url.partition("?")[0],
        secrets={name: variables[name] for name in used if variables.get(name)},
    )


def _below(prefix: str, parts: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(prefix): value for name, value in parts.items() if name.startswith(prefix)}


def followed(here: str, target: str) -> str | None:
    """Where a redirect or a page link leads; `None` when that is another host, which must not get our headers.

    The same host may move from http to https, never back.
    """
    try:
        there = urljoin(here, target)
        came, goes = urlsplit(here), urlsplit(there)
        ports = (came.port or _PORTS.get(came.scheme), goes.port or _PORTS.get(goes.scheme))
    except ValueError:
        return None
    if goes.scheme not in _PORTS or came.hostname != goes.hostname:
        return None
    if (goes.username, goes.password) not in {(None, None), (came.username, came.password)}:
        return None
    upgraded = (came.scheme, goes.scheme) == ("http", "https") and ports == (80, 443)
    return there if upgraded or (came.scheme == goes.scheme and ports[0] == ports[1]) else None
