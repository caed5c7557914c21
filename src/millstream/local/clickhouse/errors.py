"""Errors as ClickHouse's clients expect them: a code, a text, an HTTP status."""

from __future__ import annotations

import re

# Codes and statuses: ClickHouse, src/Common/ErrorCodes.cpp and src/Server/HTTP/exceptionCodeToHTTPStatus.cpp.
NOT_IMPLEMENTED = 48
SYNTAX_ERROR = 62
UNKNOWN_FORMAT = 73
CANNOT_DECOMPRESS = 271
BAD_ARGUMENTS = 36
UNKNOWN_SETTING = 115
READONLY = 164
SESSION_NOT_FOUND = 372
SESSION_IS_LOCKED = 373
QUERY_WAS_CANCELLED = 394
AUTHENTICATION_FAILED = 516
REQUIRED_PASSWORD = 194
TOO_MANY_SIMULTANEOUS_QUERIES = 202

_NAMES = {
    NOT_IMPLEMENTED: "NOT_IMPLEMENTED",
    SYNTAX_ERROR: "SYNTAX_ERROR",
    CANNOT_DECOMPRESS: "CANNOT_DECOMPRESS",
    BAD_ARGUMENTS: "BAD_ARGUMENTS",
    UNKNOWN_SETTING: "UNKNOWN_SETTING",
    READONLY: "READONLY",
    SESSION_NOT_FOUND: "SESSION_NOT_FOUND",
    SESSION_IS_LOCKED: "SESSION_IS_LOCKED",
    QUERY_WAS_CANCELLED: "QUERY_WAS_CANCELLED",
    AUTHENTICATION_FAILED: "AUTHENTICATION_FAILED",
    REQUIRED_PASSWORD: "REQUIRED_PASSWORD",
    TOO_MANY_SIMULTANEOUS_QUERIES: "TOO_MANY_SIMULTANEOUS_QUERIES",
}
_UNAUTHORIZED = {REQUIRED_PASSWORD}
_FORBIDDEN = {AUTHENTICATION_FAILED, 192, 193, READONLY, 497}
_NOT_FOUND = {46, 47, 50, 56, 60, 63, 73, 81, 96, UNKNOWN_SETTING, 511}
_BAD_REQUEST = {
    *(6, 25, 26, 27, 28, 34, 35, 36, 38, 39, 41, 42, 43, 44, 51, 53, 57, 61, SYNTAX_ERROR, 64, 67, 69, 70, 72),
    *(117, 130, 131, 184, 190, 321, 376, 377, 441, 457, 467),
}
_OTHER = {NOT_IMPLEMENTED: 501, 159: 408, 209: 503, 76: 503, TOO_MANY_SIMULTANEOUS_QUERIES: 503, 381: 411, 386: 400}

_PREFIX = re.compile(r"^(?:Code: (\d+)\. DB::Exception: )+")
_VERSION = re.compile(r" ?\(version [\d.]+[^)]*\)")
_SUFFIX = re.compile(r"( \([A-Z][A-Z0-9_]+\))\.?(?:\1\.?)*\s*$")


class ServerError(Exception):
    """A refused or failed request.

    Args:
        code: ClickHouse's error number.
        message: the text after `DB::Exception: `, with the error's name at its end.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        """HTTP status of this error."""
        if self.code in _UNAUTHORIZED:
            return 401
        if self.code in _FORBIDDEN:
            return 403
        if self.code in _NOT_FOUND:
            return 404
        return 400 if self.code in _BAD_REQUEST else _OTHER.get(self.code, 500)

    def text(self, version: str) -> str:
        """The body a client reads, in the words of ClickHouse's own server."""
        return f"Code: {self.code}. DB::Exception: {self.message} (version {version})\n"


def refuse(code: int, summary: str) -> ServerError:
    """An error of this server's own, with the code's name at its end as the engine writes it."""
    return ServerError(code, f"{summary}. ({_NAMES[code]})")


def from_engine(text: str) -> ServerError:
    """Read the engine's error text, which repeats its own prefix and suffix for each layer it crossed."""
    match = _PREFIX.match(text)
    message = _VERSION.sub("", text[match.end() :] if match else text).strip()
    # 1001 is STD_EXCEPTION: an error that is none of the engine's own.
    return ServerError(int(match[1]) if match else 1001, _SUFFIX.sub(r"\1", message))
