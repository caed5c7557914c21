"""A SQL file as a value: its statements, their lexemes, and the way back to the places its author wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sqlglot import Token, TokenType

from millstream.sql.substitution import BACKSLASHED, STANDARD, Substituted, between, position, substitute
from millstream.sql.tokens import CLICKHOUSE, FLINK, tokenize, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from millstream.diagnostics import SourceRange

NAMESPACE = "NS"
_KEYWORDS = re.compile(r"[A-Za-z]+(\s+[A-Za-z]+)+")


@dataclass(frozen=True)
class Header:
    """The comment a file opens with: what it is, the question it answers, how it does it; lines may be missing."""

    title: str = ""
    question: str = ""
    technique: str = ""


@dataclass(frozen=True)
class Statement:
    """One statement of a file, without its semicolon. Offsets are those of the file after substitution."""

    file: SqlText
    tokens: tuple[Token, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """The statement after substitution; may hold secrets, never print it."""
        return self.file.substituted.text[self.tokens[0].start : self.end]

    @property
    def template(self) -> str:
        """The statement as written, with its variables."""
        start, end = self.file.substituted.origin_range(self.tokens[0].start, self.end)
        return self.file.substituted.source[start:end]

    @property
    def lexemes(self) -> tuple[str, ...]:
        """The statement after substitution, without white space and comments; may hold secrets, never print it."""
        text = self.file.substituted.text
        written = (text[token.start : token.end + 1] for token in self.tokens)
        # The lexer takes some pairs of keywords, such as ORDER BY, for one.
        return tuple(" ".join(each.split()) if _KEYWORDS.fullmatch(each) else each for each in written)

    @property
    def end(self) -> int:
        """The offset just behind the statement."""
        return self.tokens[-1].end + 1

    @property
    def words(self) -> tuple[str, ...]:
        """The first few words, upper case, to tell what kind of statement it is."""
        return tuple(word(token) for token in self.tokens[:8])

    @property
    def where(self) -> SourceRange:
        """The whole statement's place."""
        return self.file.where(self.tokens[0].start, self.end)

    def locate(self, line: int, column: int) -> SourceRange:
        """Turn a position in `text`, as an engine reports it, into a place in the file."""
        lines = self.text.split("\n")
        offset = sum(len(text) + 1 for text in lines[: line - 1]) + column - 1
        start = self.tokens[0].start + max(0, min(offset, len(self.text) - 1))
        token = next((t for t in self.tokens if t.start <= start <= t.end), None)
        return self.file.where(token.start, token.end + 1) if token else self.file.where(start, start + 1)


@dataclass(frozen=True)
class SqlText:
    """A SQL file: `path` is relative to the project's folder."""

    path: Path
    substituted: Substituted
    dialect: str = FLINK

    @classmethod
    def read(cls, path: Path, source: str, variables: Mapping[str, str], dialect: str = FLINK) -> SqlText:
        """Substitute the variables of `source`; what is wrong is in `substituted.diagnostics`."""
        strings = BACKSLASHED if dialect == CLICKHOUSE else STANDARD
        return cls(path, substitute(source, variables, path, strings), dialect)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The file's statements.

        Raises:
            NotLexical: a string, quoted identifier or comment is never closed.
        """
        tokens = tokenize(self.substituted.text, self.dialect)
        return tuple(Statement(self, part) for part in _split(tokens))

    @property
    def header(self) -> Header:
        """The comment the file opens with."""
        lines: list[str] = []
        for line in self.substituted.source.split("\n"):
            if not line.startswith("--"):
                break
            lines.append(line.lstrip("-").strip())
        title, question, *technique = [*lines, "", ""]
        return Header(title, question, " ".join(technique).strip())

    def where(self, start: int, end: int) -> SourceRange:
        """Turn offsets after substitution, `end` exclusive, into a place in the file as written."""
        return between(self.path, self.substituted.source, *self.substituted.origin_range(start, end))

    def authored(self, start: int, end: int) -> str:
        """A stretch of the text without the namespace variable: what the author calls the thing."""
        return self.substituted.without(NAMESPACE, start, end)

    def namespaced(self, start: int) -> bool:
        """Whether the text at this offset begins with the namespace variable."""
        return self.substituted.follows(NAMESPACE, start)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, as written, of an offset after substitution."""
        return position(self.substituted.source, self.substituted.origin(offset))


def _split(tokens: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    """Split at semicolons, but keep a statement set in one piece."""
    part: list[Token] = []
    inside = False
    for index, token in enumerate(tokens):
        if token.token_type is TokenType.SEMICOLON and not inside:
            if part:
                yield tuple(part)
            part = []
            continue
        part.append(token)
        if word(token) == "BEGIN" and _opens_set(part):
            inside = True
        elif inside and word(token) == "END" and _closes_set(tokens, index):
            inside = False
    if part:
        yield tuple(part)


def _opens_set(part: list[Token]) -> bool:
    return [word(token) for token in part] == ["EXECUTE", "STATEMENT", "SET", "BEGIN"]


def _closes_set(tokens: tuple[Token, ...], index: int) -> bool:
    """`END` closes the set where a statement could begin; the `END` of a `CASE` never stands there."""
    return tokens[index - 1].token_type is TokenType.SEMICOLON or word(tokens[index - 1]) == "BEGIN"
