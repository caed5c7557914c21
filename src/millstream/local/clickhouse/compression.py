"""Content codings of bodies, both ways."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import TYPE_CHECKING, Any, Protocol

import lz4.frame
import zstandard

from millstream.local.clickhouse.errors import CANNOT_DECOMPRESS, refuse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

GZIP_WINDOW = 31


class Encoder(Protocol):
    """Compresses a body piece by piece."""

    def compress(self, data: bytes, /) -> bytes:
        """Take a piece; give what is ready."""

    def flush(self) -> bytes:
        """Give the rest."""


class Decoder(Protocol):
    """Decompresses a body piece by piece."""

    def decompress(self, data: bytes, /) -> bytes:
        """Take a piece; give what is ready."""

    @property
    def eof(self) -> bool:
        """Whether the end of a compressed frame was reached."""

    @property
    def unused_data(self) -> bytes:
        """What followed the frame."""


class _Plain:
    def compress(self, data: bytes, /) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


class _Lz4:
    def __init__(self) -> None:
        self._frame = lz4.frame.LZ4FrameCompressor()
        self._begun = False

    def compress(self, data: bytes, /) -> bytes:
        head = b"" if self._begun else self._frame.begin()
        self._begun = True
        return bytes(head + self._frame.compress(data))

    def flush(self) -> bytes:
        return self.compress(b"") + bytes(self._frame.flush())


_ENCODERS: dict[str, Callable[[], Encoder]] = {
    "identity": _Plain,
    "lz4": _Lz4,
    "zstd": lambda: zstandard.ZstdCompressor(level=1).compressobj(),
    "gzip": lambda: zlib.compressobj(3, zlib.DEFLATED, GZIP_WINDOW),
    "deflate": lambda: zlib.compressobj(3),
    "xz": lambda: lzma.LZMACompressor(preset=1),
    "bz2": bz2.BZ2Compressor,
}
_DECODERS: dict[str, Callable[[], Any]] = {
    "lz4": lz4.frame.LZ4FrameDecompressor,
    "zstd": lambda: zstandard.ZstdDecompressor().decompressobj(),
    "gzip": lambda: zlib.decompressobj(GZIP_WINDOW),
    "deflate": zlib.decompressobj,
    "xz": lzma.LZMADecompressor,
    "bz2": bz2.BZ2Decompressor,
}


def choose(accepted: str) -> str:
    """The coding for a response: the first one of `Accept-Encoding` that is known here."""
    for offer in accepted.lower().split(","):
        name, _, quality = offer.partition(";")
        if name.strip() in _ENCODERS and quality.replace(" ", "") not in {"q=0", "q=0.0"}:
            return name.strip()
    return "identity"


def encoder(coding: str) -> Encoder:
    """A new encoder of a coding that `choose` gave."""
    return _ENCODERS[coding]()


async def decoded(body: AsyncIterator[bytes], coding: str) -> AsyncIterator[bytes]:
    """Undo `Content-Encoding`, also of bodies made of several frames.

    Raises:
        ServerError: the coding is unknown, or the body is not what it says or ends early.
    """
    coding = coding.strip().lower()
    if coding in {"", "identity"}:
        async for piece in body:
            yield piece
        return
    if coding not in _DECODERS:
        raise refuse(CANNOT_DECOMPRESS, f"Unknown Content-Encoding {coding!r}, known are {', '.join(_DECODERS)}")
    frame: Decoder | None = None
    async for piece in body:
        rest = piece
        while rest:
            frame = frame or _DECODERS[coding]()
            ready, rest, finished = _step(frame, rest, coding)
            frame = None if finished else frame
            if ready:
                yield ready
    if frame is not None:
        raise refuse(CANNOT_DECOMPRESS, f"The {coding} body ends before its last frame does")


def _step(frame: Decoder, data: bytes, coding: str) -> tuple[bytes, bytes, bool]:
    try:
        ready = frame.decompress(data)
    except (zlib.error, lzma.LZMAError, OSError, RuntimeError, zstandard.ZstdError) as failure:
        raise refuse(CANNOT_DECOMPRESS, f"The body is not valid {coding}: {failure}") from failure
    return ready, (frame.unused_data or b"") if frame.eof else b"", frame.eof
