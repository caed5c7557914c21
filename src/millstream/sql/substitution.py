"""`${VAR}` and `${VAR:-default}` in SQL text, with a way back from the result to the text as written.

Variables in comments are left alone. Inside a quoted string a quote in the value is doubled, and a backslash too where
it escapes, so that a value can never end the string it stands in. Values never appear in diagnostics.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_VARIABLE_OR_LONGER = r"""(?P<comment>--[^\n]*|/\*(?!\+).*?(?:\*/|\Z))
      | (?P<string>{string})
      | (?P<name>`[^`]*`|"[^"]*")
      | (?P<variable>\$\{{[^}}\n]*\}}?)"""
_VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}\n]*))?\}")
_ANY_VARIABLE = re.compile(r"\$\{[^}\n]*\}?")


@dataclass(frozen=True)
class Strings:
    """How a dialect writes strings.

    Args:
        lexeme: what begins a comment, a string, a quoted name or a variable, and how far it goes.
        doubled: the characters that are written twice inside a string.
    """

    lexeme: re.Pattern[str]
    doubled: str

    @classmethod
    def of(cls, string: str, doubled: str) -> Strings:
        """Build them from the pattern of one string."""
        return cls(re.compile(_VARIABLE_OR_LONGER.format(string=string), re.VERBOSE | re.DOTALL), doubled)

    def quoted(self, value: str) -> str:
        """A value as it is written inside a string."""
        return "".join(character * (2 if character in self.doubled else 1) for character in value)


# Flink (Calcite) and PostgreSQL with `standard_conforming_strings`: a backslash is a character like any other.
STANDARD = Strings.of(r"'(?:[^']|'')*'", "'")
# ClickHouse docs, "Syntax: String": a backslash escapes what follows, a quote among it.
BACKSLASHED = Strings.of(r"'(?:[^'\\]|''|\\.)*'", "'\\")


@dataclass(frozen=True)
class Reference:
    """One variable in a text: its name and where it stands in the text as written, `end` exclusive."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """A reference and the stretch of the result that came from it; the stretch may be empty."""

    reference: Reference
    start: int
    end: int


@dataclass(frozen=True)
class Substituted:
    """A text after substitution. Offsets count characters from 0; lines and columns count from 1.

    Args:
        source: the text as written.
        text: the result; may hold secrets, never print it.
        pieces: what came from variables, in order.
        diagnostics: unset variables and malformed references.
    """

    source: str
    text: str = field(repr=False)
    pieces: tuple[Piece, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The variables the text uses."""
        return frozenset(piece.reference.name for piece in self.pieces)

    def origin(self, offset: int) -> int:
        """Where the character at `offset` of the result comes from in the source."""
        index = bisect_right(self.pieces, offset, key=lambda piece: piece.start) - 1
        if index < 0:
            return offset
        piece = self.pieces[index]
        if offset < piece.end or offset == piece.start:
            return piece.reference.start
        return piece.reference.end + offset - piece.end

    def origin_range(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the result comes from; variables it touches are included whole. Ends are exclusive."""
        first = self.origin(start)
        if end <= start:
            return first, max(first, self._behind(start))
        return first, self._behind(end)

    def _behind(self, end: int) -> int:
        """The source offset just behind the last character before `end`."""
        index = bisect_right(self.pieces, end - 1, key=lambda piece: piece.start) - 1
        if index < 0:
            return end
        piece = self.pieces[index]
        return piece.reference.end + max(0, end - piece.end)

    def source_position(self, line: int, column: int) -> tuple[int, int]:
        """Turn a position in the result, as an engine reports it, into one in the source."""
        lines = self.text.split("\n")
        before = sum(len(text) + 1 for text in lines[: line - 1])
        return position(self.source, self.origin(min(before + column - 1, len(self.text))))

    def follows(self, name: str, offset: int) -> bool:
        """Whether the text at `offset` of the result begins with variable `name`, even if its value is empty."""
        return any(p.start == offset and p.reference.name == name for p in self.pieces)

    def without(self, name: str, start: int, end: int) -> str:
        """The stretch of the result without what came from variable `name`."""
        cut = [p for p in self.pieces if p.reference.name == name and start <= p.start and p.end <= end]
        kept, at = "", start
        for piece in cut:
            kept, at = kept + self.text[at : piece.start], piece.end
        return kept + self.text[at:end]

    def rewritten(self, spell: Callable[[str, str], str]) -> str:
        """The source with `spell(name, value)` in the place of each variable."""
        written, at = [], 0
        for piece in self.pieces:
            spelled = spell(piece.reference.name, self.text[piece.start : piece.end])
            written += [self.source[at : piece.reference.start], spelled]
            at = piece.reference.end
        return "".join([*written, self.source[at:]])

    def has_variable(self, start: int, end: int) -> bool:
        """Whether any of the stretch came from a variable."""
        return any(start <= p.start and p.end <= end for p in self.pieces)


def position(text: str, offset: int) -> tuple[int, int]:
    """Turn an offset into line and column, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")


def between(path: Path, text: str, start: int, end: int) -> SourceRange:
    """Turn offsets, `end` exclusive, into a range of the file at `path`."""
    return SourceRange(path, *position(text, start), *position(text, max(start, end - 1)))


def substitute(
    text: str, variables: Mapping[str, str], path: Path = Path("<sql>"), strings: Strings = STANDARD
) -> Substituted:
    """Replace the variables of `text`.

    Args:
        text: SQL as written.
        variables: names and values; a variable with an empty value takes its default, as in a shell.
        path: the name the text has in diagnostics.
        strings: how its dialect writes strings.
    """
    written: list[str] = []
    pieces: list[Piece] = []
    diagnostics: list[Diagnostic] = []
    at = length = 0
    for start, end, quoted in _references(text, strings.lexeme):
        found = _VARIABLE.fullmatch(text, start, end)
        if found is None:
            diagnostics.append(_malformed(path, text, start, end))
            continue
        given, default = variables.get(found["name"]), found["default"]
        value = given if given or default is None else default
        if value is None:
            diagnostics.append(_unset(path, text, Reference(found["name"], start, end)))
            value = found[0]
        value = strings.quoted(value) if quoted else value
        written += [text[at:start], value]
        length += start - at
        pieces.append(Piece(Reference(found["name"], start, end), length, length + len(value)))
        length, at = length + len(value), end
    return Substituted(text, "".join([*written, text[at:]]), tuple(pieces), tuple(diagnostics))


def _references(text: str, lexemes: re.Pattern[str]) -> Iterator[tuple[int, int, bool]]:
    """Yield start and end of whatever looks like a variable outside comments, and whether a string holds it."""
    for lexeme in lexemes.finditer(text):
        if not lexeme["comment"]:
            for match in _ANY_VARIABLE.finditer(text, *lexeme.span()):
                yield *match.span(), bool(lexeme["string"])


def _unset(path: Path, text: str, reference: Reference) -> Diagnostic:
    name = reference.name
    where = between(path, text, reference.start, reference.end)
    return error("SQL001", f"variable `{name}` is not set", where, f"export {name}, or write ${{{name}:-default}}")


def _malformed(path: Path, text: str, start: int, end: int) -> Diagnostic:
    where = between(path, text, start, end)
    return error("SQL002", "this is not a variable", where, "write ${NAME} or ${NAME:-default}, with a closing brace")
