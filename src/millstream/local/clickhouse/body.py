"""Reads a request's body just far enough to know its statement; what follows are an insert's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.local.clickhouse.errors import BAD_ARGUMENTS, SYNTAX_ERROR, refuse
from millstream.local.clickhouse.statement import Purpose, Statement, parse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# An insert's text longer than this is read to the end of the body before it is looked at again.
HEAD = 64 << 10


async def read_statement(query: str, body: AsyncIterator[bytes]) -> tuple[Statement, AsyncIterator[bytes]]:
    """Find the statement in the `query` parameter and the body behind it.

    Returns:
        The statement, and the rows that follow if it is an insert.

    Raises:
        ServerError: the text is not a statement this server runs.
    """
    text = query.encode()
    statement = parse(text) if text.strip() else None
    if statement is not None and statement.purpose is Purpose.INSERT:
        return statement, _after(statement.rows, body)
    if text:
        text += b"\n"
    async for piece in body:
        text += piece
        if (
            len(text) >= HEAD
            and _may_be_insert(text)
            and (statement := parse(text)) is not None
            and statement.purpose is Purpose.INSERT
        ):
            return statement, _after(statement.rows, body)
    return _whole(text)


def _may_be_insert(text: bytes) -> bool:
    """Look only once at a large body: a statement whose rows' format is not in its head has none."""
    return len(text) < HEAD * 3 and b"insert" in text[:HEAD].lower()


def _whole(text: bytes) -> tuple[Statement, AsyncIterator[bytes]]:
    if not text.strip():
        raise refuse(SYNTAX_ERROR, "Empty query")
    statement = parse(text)
    if statement is None:
        raise refuse(BAD_ARGUMENTS, "The INSERT has neither FORMAT nor VALUES nor SELECT")
    return statement, _after(statement.rows, None)


async def _after(first: bytes, rest: AsyncIterator[bytes] | None) -> AsyncIterator[bytes]:
    if first:
        yield first
    if rest is not None:
        async for piece in rest:
            yield piece
