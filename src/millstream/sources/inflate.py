"""Bodies decompressed piece by piece, never further than allowed: a bomb of a few KiB would fill the memory."""

from __future__ import annotations

import zlib

from millstream.sources.model import SourceFailed, Unmapped

ACCEPTED = "gzip"
_GZIP = 16 + zlib.MAX_WBITS
# Of an answer that is refused, for its dead letter.
KEPT_BYTES = 64 * 1024


class Body:
    """Collects one answer's bytes.

    Args:
        encoding: its `Content-Encoding`.
        most: bytes it may have, before and after decompression.

    Raises:
        SourceFailed: an encoding that was not asked for.
    """

    def __init__(self, encoding: str, most: int) -> None:
        name = encoding.strip().lower()
        if name not in {"", "identity", "gzip", "x-gzip"}:
            raise SourceFailed(f"answers in the encoding {name[:40]}, which was not asked for")
        self._most = most
        self._inflate = None if name in {"", "identity"} else zlib.decompressobj(_GZIP)
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Take the next piece as it came over the wire.

        Raises:
            Unmapped: the answer is larger than allowed.
            SourceFailed: it is not compressed as it says.
        """
        if self._inflate is None:
            self._keep(chunk)
            return
        while chunk:
            try:
                self._keep(self._inflate.decompress(chunk, self._most - self._size + 1))
            except zlib.error as problem:
                raise SourceFailed(f"the answer is not compressed as it says: {problem}", again=True) from problem
            chunk = self._inflate.unconsumed_tail
            if self._inflate.eof and (chunk := self._inflate.unused_data):
                # RFC 1952: a file may be several compressed members, one behind the other.
                self._inflate = zlib.decompressobj(_GZIP)

    def whole(self) -> bytes:
        """The whole body.

        Raises:
            SourceFailed: the compressed stream ends early.
        """
        if self._inflate is not None and self._parts and not self._inflate.eof:
            raise SourceFailed("the compressed answer breaks off", again=True)
        return b"".join(self._parts)

    def _keep(self, part: bytes) -> None:
        self._parts.append(part)
        self._size += len(part)
        if self._size > self._most:
            start = b"".join(self._parts)[:KEPT_BYTES]
            raise Unmapped(
                "answer_too_large",
                f"the answer is larger than {self._most} bytes (`largest_answer`); its first {len(start)} are kept",
                start,
            )
