"""What a request asks for, read from its URL, headers and form fields."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from millstream.local.clickhouse.errors import BAD_ARGUMENTS, NOT_IMPLEMENTED, READONLY, UNKNOWN_SETTING, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.local.clickhouse.auth import User
    from millstream.local.clickhouse.multipart import Field

# Parameters of the HTTP interface itself; every other one is a setting (ClickHouse docs, "HTTP Interface").
_OWN = frozenset(
    {
        *("query", "query_id", "database", "default_format", "user", "password", "quota_key", "role", "stacktrace"),
        *("session_id", "session_timeout", "session_check", "compress", "decompress", "wait_end_of_query"),
        *("buffer_size", "client_protocol_version", "close_session"),
        # Settings with a meaning for the server's HTTP side only.
        *("enable_http_compression", "send_progress_in_http_headers", "http_headers_progress_interval_ms"),
        *("http_zlib_compression_level", "cancel_http_readonly_queries_on_client_close", "add_http_cors_header"),
    },
)
_SETTING_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_EXTERNAL_PARTS = ("format", "structure", "types")
_READ_LEVELS = {"1", "2"}
DEFAULT_SESSION_S = 60
LONGEST_SESSION_S = 3600


@dataclass(frozen=True)
class ExternalTable:
    """Rows sent beside a query, as a temporary table."""

    name: str
    structure: str
    format: str
    rows: bytes


@dataclass(frozen=True)
class Request:
    """One request, without its body.

    Args:
        query: the `query` parameter; the body follows it.
        database: empty when none is named.
        parameters: values for `{name:Type}`.
        settings: what to set for this request alone.
        session_timeout_s: how long an unused session lives.
        session_must_exist: refuse an unknown session instead of opening it.
        whole: send nothing before everything is known to be right.
    """

    user: User
    query: str
    query_id: str
    database: str
    format: str
    parameters: Mapping[str, str]
    settings: Mapping[str, str]
    session_id: str
    session_timeout_s: int
    session_must_exist: bool
    whole: bool
    accept_encoding: str
    content_encoding: str
    externals: tuple[ExternalTable, ...] = field(default=())


def read(method: str, url: Mapping[str, str], headers: Mapping[str, str], user: User) -> Request:
    """Read a request's line and headers.

    Raises:
        ServerError: it asks for what is not known or not allowed.
    """
    if url.get("compress", "0") == "1" or url.get("decompress", "0") == "1":
        raise refuse(
            NOT_IMPLEMENTED,
            "compress and decompress (ClickHouse's own framing) are not known here; "
            "use Accept-Encoding and Content-Encoding",
        )
    return Request(
        user=user,
        query=url.get("query", ""),
        query_id=url.get("query_id") or str(uuid.uuid4()),
        database=url.get("database") or headers.get("x-clickhouse-database", ""),
        format=url.get("default_format") or headers.get("x-clickhouse-format") or "TabSeparated",
        parameters=_parameters(url),
        settings=_settings(method, url, user),
        session_id=url.get("session_id", ""),
        session_timeout_s=_timeout(url.get("session_timeout", "")),
        session_must_exist=url.get("session_check", "0") == "1",
        whole=url.get("wait_end_of_query", "0") == "1",
        accept_encoding=headers.get("accept-encoding", "") if url.get("enable_http_compression", "1") == "1" else "",
        content_encoding=headers.get("content-encoding", ""),
    )


def _parameters(values: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix("param_"): value for name, value in values.items() if name.startswith("param_")}


def _settings(method: str, url: Mapping[str, str], user: User) -> dict[str, str]:
    named = {k: v for k, v in url.items() if k not in _OWN and not k.startswith("param_")}
    for name in named:
        if not _SETTING_NAME.match(name):
            raise refuse(UNKNOWN_SETTING, f"Unknown setting '{name}'")
    level = named.pop("readonly", "0")
    if user.reads_only:
        # Set last, so that nothing before it is refused and nothing after it can undo it.
        if level not in {"0", "1"} or (level == "0" and "readonly" in url):
            raise refuse(READONLY, "Cannot modify 'readonly' setting in readonly mode")
        level = "1"
    elif level == "0" and method in {"GET", "HEAD"}:
        level = "2"
    return {**named, "readonly": level} if level in _READ_LEVELS else named


def _timeout(text: str) -> int:
    if not text:
        return DEFAULT_SESSION_S
    if not text.isdigit() or int(text) > LONGEST_SESSION_S:
        raise refuse(BAD_ARGUMENTS, f"session_timeout must be a number of seconds up to {LONGEST_SESSION_S}")
    return int(text)


def with_form(request: Request, url: Mapping[str, str], form: list[Field]) -> Request:
    """Add what a multipart body holds: external tables as files, anything else as parameters."""
    values = {f.name: f.content.decode() for f in form if not f.is_file}
    descriptions = {f"{f.name}_{part}" for f in form if f.is_file for part in _EXTERNAL_PARTS}
    return replace(
        request,
        query=request.query + values.get("query", ""),
        parameters={**request.parameters, **_parameters(values)},
        settings={name: value for name, value in request.settings.items() if name not in descriptions},
        externals=tuple(_external(f, {**url, **values}) for f in form if f.is_file),
    )


def _external(table: Field, values: Mapping[str, str]) -> ExternalTable:
    structure = values.get(f"{table.name}_structure", "")
    if not structure:
        types = values.get(f"{table.name}_types", "")
        structure = ", ".join(f"_{n} {kind}" for n, kind in enumerate(types.split(","), 1) if kind)
    if not structure or not _SETTING_NAME.match(table.name):
        raise refuse(BAD_ARGUMENTS, f"The external table {table.name!r} has no {table.name}_structure parameter")
    return ExternalTable(table.name, structure, values.get(f"{table.name}_format", "TabSeparated"), table.content)
