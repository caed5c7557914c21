"""Cuts a statement into tokens by ClickHouse's rules (ClickHouse, src/Parsers/Lexer.cpp).

Works on bytes: a statement may be followed by rows in any encoding. White space and comments are
left out. Lazy, because the text of an `INSERT` must not be cut beyond the place its rows begin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    QUOTED = auto()
    STRING = auto()
    OPEN = auto()
    CLOSE = auto()
    SEMICOLON = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Token:
    """One token; `depth` counts the brackets around it."""

    kind: Kind
    text: bytes
    start: int
    end: int
    depth: int

    @property
    def keyword(self) -> str:
        """The word in upper case, empty for anything but a bare word."""
        return self.text.decode().upper() if self.kind is Kind.WORD else ""


# The engine also takes typographic quotes for strings and identifiers.
_TOKEN = re.compile(
    rb"""
    (?P<space>  [\s\x00\xa0]+ | --[^\n]* | //[^\n]* | \#[ !][^\n]* )
  | (?P<comment> /\* )
  | (?P<string> '(?:[^'\\]|\\.|'')*' | \xe2\x80\x98(?:(?!\xe2\x80\x99).)*\xe2\x80\x99
              | (?P<tag>\$\w*\$).*?(?P=tag) )
  | (?P<quoted> "(?:[^"\\]|\\.|"")*" | `(?:[^`\\]|\\.|``)*` | \xe2\x80\x9c(?:(?!\xe2\x80\x9d).)*\xe2\x80\x9d )
  | (?P<word>   [A-Za-z_][A-Za-z0-9_$]* )
  | (?P<open>   [(\[{] )
  | (?P<close>  [)\]}] )
  | (?P<semicolon> ; )
  | (?P<other>  [0-9][A-Za-z0-9_.]* | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(rb"/\*|\*/")
_KINDS = {
    "string": Kind.STRING,
    "quoted": Kind.QUOTED,
    "word": Kind.WORD,
    "open": Kind.OPEN,
    "close": Kind.CLOSE,
    "semicolon": Kind.SEMICOLON,
    "other": Kind.OTHER,
}


def tokens(text: bytes, start: int = 0) -> Iterator[Token]:
    """Cut `text` from `start` on; an unclosed quote or comment comes as one last `OTHER` token."""
    depth, position = 0, start
    while match := _TOKEN.match(text, position):
        # The tag group of a heredoc is closed last but one, so the outer group's name is asked for.
        name = _outer(match)
        position = match.end()
        if name == "space":
            continue
        if name == "comment":
            position = _comment_end(text, position)
            continue
        kind = _KINDS[name]
        depth -= kind is Kind.CLOSE
        yield Token(kind, match[0], match.start(), match.end(), depth)
        depth += kind is Kind.OPEN


def _outer(match: re.Match[bytes]) -> str:
    name = match.lastgroup
    return "string" if name in (None, "tag") else str(name)


def _comment_end(text: bytes, position: int) -> int:
    """Comments nest in the engine."""
    depth = 1
    while depth and (edge := _COMMENT_EDGE.search(text, position)):
        depth += 1 if edge[0] == b"/*" else -1
        position = edge.end()
    return len(text) if depth else position
