"""Lexemes of SQL with their places: sqlglot's tokenizers, and two for Flink and ksqlDB, which it does not have."""

from __future__ import annotations

import re
from typing import ClassVar

from sqlglot import Dialect, Token, Tokenizer, TokenType
from sqlglot.errors import SqlglotError

FLINK = "flink"
KSQL = "ksql"
POSTGRES = "postgres"
CLICKHOUSE = "clickhouse"

# In ClickHouse's strings; what a backslash stands before closes nothing.
_ESCAPED = re.compile(r"\\.")
_NO_WORDS = frozenset({TokenType.IDENTIFIER, TokenType.STRING, TokenType.HINT})


class FlinkTokenizer(Tokenizer):
    """Flink's lexical rules (Calcite's, with `BACK_TICK` quoting).

    Words stay words: the walkers compare them by `word`, so no keyword list can disagree with Flink's.
    Hints are lexemes, not comments: they change what a query means.
    """

    IDENTIFIERS: ClassVar[list[str | tuple[str, str]]] = ["`"]
    IDENTIFIER_ESCAPES: ClassVar[list[str]] = ["`"]
    QUOTES: ClassVar[list[str | tuple[str, str]]] = ["'"]
    STRING_ESCAPES: ClassVar[list[str]] = ["'"]
    COMMENTS: ClassVar[list[str | tuple[str, str]]] = ["--", "//", ("/*", "*/")]
    NESTED_COMMENTS = False
    KEYWORDS: ClassVar[dict[str, TokenType]] = {"/*+": TokenType.HINT}
    TOKENS_PRECEDING_HINT: ClassVar[set[TokenType]] = set(TokenType)
    COMMANDS: ClassVar[set[TokenType]] = set()


class KsqlTokenizer(FlinkTokenizer):
    """ksqlDB's lexical rules: names stand in back-quotes or double quotes, and there are no hints."""

    IDENTIFIERS: ClassVar[list[str | tuple[str, str]]] = ["`", '"']
    IDENTIFIER_ESCAPES: ClassVar[list[str]] = ["`", '"']
    COMMENTS: ClassVar[list[str | tuple[str, str]]] = ["--", ("/*", "*/")]
    KEYWORDS: ClassVar[dict[str, TokenType]] = {}


_OWN = {FLINK: FlinkTokenizer, KSQL: KsqlTokenizer}


class NotLexical(Exception):  # noqa: N818 - says what the text is
    """The text has no valid lexemes from `offset` on: an open string, identifier or comment."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"not SQL from offset {offset}")
        self.offset = offset


def tokenize(text: str, dialect: str = FLINK) -> tuple[Token, ...]:
    """Split SQL into lexemes; `Token.start` and `.end` are offsets, `.end` inclusive.

    Raises:
        NotLexical: a string, quoted identifier or comment is never closed.
    """
    tokenizer = _OWN.get(dialect) or Dialect.get_or_raise(dialect).tokenizer_class
    try:
        return tuple(tokenizer().tokenize(text))
    except SqlglotError as problem:
        raise NotLexical(_last_opening(_ESCAPED.sub("  ", text) if dialect == CLICKHOUSE else text)) from problem


def _last_opening(text: str) -> int:
    """Find the quote or comment that is never closed: the one after which everything is swallowed."""
    closing = {"'": "'", "`": "`", '"': '"', "/*": "*/", "--": "\n"}
    at = 0
    while at < len(text):
        opening = next((o for o in closing if text.startswith(o, at)), None)
        if opening is None:
            at += 1
            continue
        end = text.find(closing[opening], at + len(opening))
        if end < 0:
            return at if opening != "--" else max(0, len(text) - 1)
        at = end + len(closing[opening])
    return 0


def word(token: Token) -> str:
    """The token as an upper-case word, empty for a quoted identifier, a string or a hint."""
    return "" if token.token_type in _NO_WORDS else token.text.upper()


def is_name(token: Token) -> bool:
    """Whether the token can be (part of) the name of an object."""
    return token.token_type is TokenType.IDENTIFIER or (
        token.token_type not in _NO_WORDS and (token.text[:1].isalpha() or token.text[:1] == "_")
    )
