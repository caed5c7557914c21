"""The client's side of a request: its body, and whether it is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive


class Inbound:
    """Reads a body once, and knows whether it was read to its end."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._ended = False

    async def pieces(self) -> AsyncIterator[bytes]:
        """What is left of the body.

        Raises:
            ClientDisconnect: the client left before its end.
        """
        while not self._ended:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            self._ended = not message.get("more_body", False)
            if body := message.get("body", b""):
                yield body

    async def drain(self) -> None:
        """Read and drop the rest, so that the client comes to read the answer."""
        async for _ in self.pieces():
            pass

    async def left(self) -> None:
        """Return when the client is gone; the body must have been read."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
