"""`/*+ OPTIONS('key' = 'value') */` behind a table's name (Flink docs, "SQL Hints")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import TokenType

from millstream.sql.create import Option
from millstream.sql.names import name_at
from millstream.sql.tokens import is_name, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlglot import Token

    from millstream.diagnostics import SourceRange
    from millstream.sql.text import Statement


def table_hints(statement: Statement) -> Mapping[SourceRange, tuple[Option, ...]]:
    """The options that a statement gives a table for this one use, by the place of the table's name."""
    found = {}
    for index, token in enumerate(statement.tokens):
        if token.token_type is TokenType.HINT:
            name = name_at(statement.file, statement.tokens, name_before(statement.tokens, index))
            if name:
                found[name[0].where] = tuple(_options(statement, token))
    return found


def name_before(tokens: tuple[Token, ...], index: int) -> int:
    """Where the possibly qualified name in front of a lexeme begins, a hint between them left out."""
    start = index - 1 - (tokens[index - 1].token_type is TokenType.HINT)
    while start >= 2 and tokens[start - 1].token_type is TokenType.DOT and is_name(tokens[start - 2]):  # noqa: PLR2004
        start -= 2
    return max(start, 0)


def _options(statement: Statement, hint: Token) -> Iterator[Option]:
    inside = hint.start + len("/*+")
    tokens = tokenize(statement.file.substituted.text[inside : hint.end + 1 - len("*/")])
    if not tokens or tokens[0].text.upper() != "OPTIONS":
        return
    for key, equals, value in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if equals.token_type is TokenType.EQ and key.token_type is value.token_type is TokenType.STRING:
            start, end = inside + value.start, inside + value.end + 1
            yield Option(key.text, value.text, statement.file.where(start, end), start + 1, end - 1)
