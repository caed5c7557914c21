"""Names of objects in a statement, with the place each stands at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import TokenType

from millstream.sql.tokens import is_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlglot import Token

    from millstream.diagnostics import SourceRange
    from millstream.sql.text import SqlText


@dataclass(frozen=True)
class Name:
    """A possibly qualified name.

    Args:
        text: as the engine sees it, unquoted, parts joined by dots.
        authored: the same without the namespace.
        where: its place in the file.
        namespaced: whether its last part begins with the namespace variable.
        quoted: whether its last part stands in quotes.
    """

    text: str
    authored: str
    where: SourceRange
    namespaced: bool
    quoted: bool = False

    @property
    def last(self) -> str:
        """The authored name without catalog, database or schema."""
        return self.authored.rpartition(".")[2]


def name_at(file: SqlText, tokens: Sequence[Token], index: int) -> tuple[Name, int] | None:
    """Read the name that begins at `index`: the name and the index behind it."""
    parts: list[Token] = []
    while index < len(tokens) and is_name(tokens[index]):
        parts.append(tokens[index])
        index += 1
        if index + 1 >= len(tokens) or tokens[index].token_type is not TokenType.DOT or not is_name(tokens[index + 1]):
            break
        index += 1
    return (_name(file, parts), index) if parts else None


def _name(file: SqlText, parts: list[Token]) -> Name:
    start = [part.start + (part.token_type is TokenType.IDENTIFIER) for part in parts]
    authored = [_authored(file, part) for part in parts]
    where = file.where(parts[0].start, parts[-1].end + 1)
    text, quoted = ".".join(part.text for part in parts), parts[-1].token_type is TokenType.IDENTIFIER
    return Name(text, ".".join(authored), where, file.namespaced(start[-1]), quoted)


def _authored(file: SqlText, part: Token) -> str:
    if part.token_type is TokenType.IDENTIFIER:
        quote = file.substituted.text[part.start]
        return file.authored(part.start + 1, part.end).replace(quote * 2, quote)
    return file.authored(part.start, part.end + 1)
