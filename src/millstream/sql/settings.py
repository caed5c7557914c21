"""Flink's `SET 'key' = 'value'`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import TokenType

from millstream.sql.create import Option, option
from millstream.sql.tokens import word

if TYPE_CHECKING:
    from millstream.sql.text import Statement


def is_setting(statement: Statement) -> bool:
    """Whether the statement is a `SET`."""
    return word(statement.tokens[0]) == "SET"


def setting(statement: Statement) -> Option | None:
    """Read a `SET`; nothing when it is not of the form `SET 'key' = 'value'`."""
    tokens = statement.tokens
    if len(tokens) != 4 or tokens[2].token_type is not TokenType.EQ:  # noqa: PLR2004 - SET 'key' = 'value'
        return None
    if tokens[1].token_type is not TokenType.STRING or tokens[3].token_type is not TokenType.STRING:
        return None
    return option(statement, tokens[1], tokens[3])
