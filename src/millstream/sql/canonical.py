"""Flink SQL in canonical form: equal texts mean equal statements.

White space, comments and the case of keywords and function names do not count; hints, names and literals do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import Token, TokenType

from millstream.sql.keywords import CASELESS, RESERVED
from millstream.sql.tokens import tokenize, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CASELESS = RESERVED | CASELESS
# Behind these a word in front of a parenthesis is the name of a table, view or alias, not of a function.
_BEFORE_NAMES = frozenset({"INTO", "OVERWRITE", "TABLE", "VIEW", "AS", "EXISTS", "WITH"})


def canonical(text: str) -> str:
    """Spell a statement in canonical form.

    Raises:
        NotLexical: a string, quoted identifier or comment is never closed.
    """
    return " ".join(_spelled(text, tokenize(text)))


def _spelled(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    for index, token in enumerate(tokens):
        written = text[token.start : token.end + 1]
        if token.token_type is TokenType.IDENTIFIER:
            yield f"`{token.text}`"
        elif token.token_type is TokenType.HINT:
            yield f"/*+ {canonical(written[3:-2])} */"
        elif token.token_type is not TokenType.VAR:
            yield written
        elif _is_caseless(tokens, index):
            yield token.text.upper()
        else:
            yield f"`{token.text}`"


def _is_caseless(tokens: Sequence[Token], index: int) -> bool:
    if word(tokens[index]) in _CASELESS:
        return True
    before = tokens[index - 1] if index else None
    if word(tokens[index]) == "KEY" and before is not None and word(before) == "PRIMARY":
        return True
    called = index + 1 < len(tokens) and tokens[index + 1].token_type is TokenType.L_PAREN
    named = before is not None and (
        word(before) in _BEFORE_NAMES or before.token_type in (TokenType.DOT, TokenType.R_PAREN)
    )
    return called and not named
