"""Fields of a `multipart/form-data` body (RFC 7578): external tables, and statements too long for a URL."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message

from millstream.local.clickhouse.errors import BAD_ARGUMENTS, refuse


@dataclass(frozen=True)
class Field:
    """One field; `is_file` when the client named a file, as it does for external tables."""

    name: str
    content: bytes
    is_file: bool


def fields(body: bytes, content_type: str) -> list[Field]:
    """Cut a body into its fields.

    Raises:
        ServerError: the body does not have the form its header says.
    """
    boundary = _header_parameter(content_type, "boundary", "content-type")
    if not boundary:
        raise refuse(BAD_ARGUMENTS, "The multipart body has no boundary")
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    return [_field(part) for part in parts[1:-1]]


def _field(part: bytes) -> Field:
    head, found, content = part.partition(b"\r\n\r\n")
    lines = head.decode(errors="replace").split("\r\n")
    disposition = next(
        (line.partition(":")[2] for line in lines if line.lower().startswith("content-disposition:")), ""
    )
    name = _header_parameter(disposition, "name", "content-disposition")
    if not found or not name:
        raise refuse(BAD_ARGUMENTS, "A part of the multipart body has no name")
    return Field(name, content, bool(_header_parameter(disposition, "filename", "content-disposition")))


def _header_parameter(value: str, name: str, header: str) -> str:
    message = Message()
    message[header] = value.strip()
    found = message.get_param(name, header=header)
    return found if isinstance(found, str) else ""
