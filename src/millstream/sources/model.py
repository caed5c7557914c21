"""What a poll is made of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class SourceFailed(Exception):  # noqa: N818 - the state a person sees
    """A poll cannot go on; the next one may. The message is for people and holds no secret.

    Args:
        summary: what happened.
        again: whether the same request may succeed in a moment.
        wait: seconds the server asked to be left alone.
    """

    def __init__(self, summary: str, *, again: bool = False, wait: float = 0.0) -> None:
        super().__init__(summary)
        self.again = again
        self.wait = wait


class Unmapped(Exception):  # noqa: N818 - worded as its dead letter
    """An answer or a record that does not become what was declared.

    Args:
        error_type: without the prefix all of them share, for example `missing_field`.
        message: what was expected and what was found.
        raw: the bytes to keep.
    """

    def __init__(self, error_type: str, message: str, raw: bytes = b"") -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.raw = raw


@dataclass(frozen=True)
class Answer:
    """A complete answer; `status` is 200 to 299 or 304, header names are lower case, `url` is where it came from."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str = field(repr=False)


@dataclass(frozen=True)
class Record:
    """A record on its way to a topic.

    Args:
        key: the record's key.
        value: JSON.
        time_ms: its record time in milliseconds since 1970 UTC; `None` for the time it is sent.
        raw: the API's own bytes, for a dead letter should the topic refuse it.
    """

    key: bytes
    value: bytes
    time_ms: int | None
    raw: bytes = field(repr=False, compare=False, default=b"")

    @property
    def identity(self) -> bytes:
        """What it is a version of: its key at its record time, or its key alone when it has no time of its own."""
        return _digest(self.key, b"" if self.time_ms is None else str(self.time_ms).encode())

    @property
    def content(self) -> bytes:
        """A digest of its value."""
        return _digest(self.value)


@dataclass(frozen=True)
class Outcome:
    """What one poll did."""

    sent: int = 0
    dead: int = 0
    repeated: int = 0
    unchanged: bool = False

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.sent + other.sent,
            self.dead + other.dead,
            self.repeated + other.repeated,
            self.unchanged or other.unchanged,
        )


Json = dict[str, Any]


def _digest(*parts: bytes) -> bytes:
    """128 bits: two of a billion records share one with a chance of 1 in 10^20."""
    joined = hashlib.sha256()
    for part in parts:
        joined.update(len(part).to_bytes(8, "big") + part)
    return joined.digest()[:16]
