"""`CREATE` statements: what they create, in every dialect, and the content of Flink's `CREATE TABLE`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import Token, TokenType

from millstream.sql.names import Name, name_at
from millstream.sql.tokens import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.diagnostics import SourceRange
    from millstream.sql.text import Statement

_ROW = re.compile(r"ROW\s*<(.*)>(?: NOT NULL)?", re.IGNORECASE | re.DOTALL)
_GENERIC_TYPES = {"ROW", "ARRAY", "MAP", "MULTISET", "STRUCTURED"}
_AFTER_TYPE = {"NOT", "NULL", "COMMENT", "PRIMARY", "CONSTRAINT"}
_BEFORE_KIND = {"CREATE", "OR", "REPLACE", "TEMPORARY", "TEMP", "UNLOGGED", "SYSTEM", "SOURCE"}


@dataclass(frozen=True)
class Created:
    """What `CREATE` creates: `TABLE`, `VIEW`, `MATERIALIZED VIEW`, `STREAM`; `behind` is the lexeme after the name."""

    kind: str
    name: Name
    behind: int


@dataclass(frozen=True)
class ColumnText:
    """A physical column as written; `start` and `end` are its place, type with white space folded."""

    name: str
    type: str
    nullable: bool
    where: SourceRange


@dataclass(frozen=True)
class Option:
    """One pair of a `WITH` clause, after substitution, with what the rules need to know about the value."""

    key: str
    value: str
    where: SourceRange
    start: int
    end: int


@dataclass(frozen=True)
class FlinkCreate:
    """The content of Flink's `CREATE TABLE`; `watermark` is the column it stands on, empty without one."""

    columns: tuple[ColumnText, ...]
    primary_key: tuple[str, ...]
    watermark: str
    options: tuple[Option, ...]
    like: Name | None = None

    @property
    def values(self) -> Mapping[str, str]:
        """The options as pairs."""
        return {option.key: option.value for option in self.options}


def created(statement: Statement) -> Created | None:
    """Tell what a statement creates; nothing when it is no `CREATE` of a table, view or stream."""
    tokens, index = statement.tokens, 0
    if word(tokens[0]) != "CREATE":
        return None
    while index < len(tokens) and word(tokens[index]) in _BEFORE_KIND:
        index += 1
    kind, index = _kind(tokens, index)
    if not kind:
        return None
    if [word(token) for token in tokens[index : index + 3]] == ["IF", "NOT", "EXISTS"]:
        index += 3
    found = name_at(statement.file, tokens, index)
    return Created(kind, *found) if found else None


def _kind(tokens: Sequence[Token], index: int) -> tuple[str, int]:
    words = [word(token) for token in tokens[index : index + 2]]
    if words == ["MATERIALIZED", "VIEW"]:
        return "MATERIALIZED VIEW", index + 2
    return (words[0], index + 1) if words and words[0] in {"TABLE", "VIEW", "STREAM"} else ("", index)


def flink_create(statement: Statement, behind: int) -> FlinkCreate:
    """Read the columns, key, watermark and options of a `CREATE TABLE`, from the lexeme behind its name."""
    tokens = statement.tokens
    columns: list[ColumnText] = []
    key: tuple[str, ...] = ()
    watermark = ""
    if behind < len(tokens) and tokens[behind].token_type is TokenType.L_PAREN:
        close = _matching(tokens, behind)
        for item in _items(tokens[behind + 1 : close]):
            first = word(item[0])
            if first in {"PRIMARY", "CONSTRAINT"}:
                key = _key(item)
            elif first == "WATERMARK":
                watermark = item[2].text if len(item) > 2 else ""  # noqa: PLR2004 - WATERMARK FOR <column>
            elif _is_physical(item):
                columns.append(_column(statement, item))
                key = key or ((item[0].text,) if "PRIMARY" in {word(t) for t in item} else ())
        behind = close + 1
    options, like = with_options(statement, behind), _like(statement, behind)
    return FlinkCreate(tuple(columns), key, watermark, options, like)


def _matching(tokens: Sequence[Token], index: int) -> int:
    depths = _levels(tokens[index:])
    return next((index + i for i in range(1, len(depths)) if depths[i] == 0), len(tokens))


def _levels(tokens: Sequence[Token]) -> list[int]:
    """How deep each lexeme stands in brackets; `<` opens one only behind the name of a type that takes arguments."""
    levels: list[int] = []
    opened: list[TokenType] = []
    for index, token in enumerate(tokens):
        kind = token.token_type
        if kind is TokenType.R_PAREN or (kind is TokenType.GT and opened[-1:] == [TokenType.LT]):
            del opened[-1:]
        levels.append(len(opened))
        if kind is TokenType.L_PAREN or (kind is TokenType.LT and index and word(tokens[index - 1]) in _GENERIC_TYPES):
            opened.append(kind)
    return levels


def _items(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Split at the commas of the outermost level."""
    start = 0
    for index, level in enumerate([*_levels(tokens), 0]):
        if level == 0 and (index == len(tokens) or tokens[index].token_type is TokenType.COMMA):
            if tokens[start:index]:
                yield tokens[start:index]
            start = index + 1


def _is_physical(item: Sequence[Token]) -> bool:
    """`name AS expression` is computed, `name type METADATA …` comes from the connector."""
    if len(item) < 2 or word(item[1]) == "AS":  # noqa: PLR2004 - a column has a name and a type
        return False
    return "METADATA" not in _outer_words(item[1:])


def _outer_words(item: Sequence[Token]) -> list[str]:
    return [word(token) for token, level in zip(item, _levels(item), strict=True) if level == 0]


def _column(statement: Statement, item: Sequence[Token]) -> ColumnText:
    text = statement.file.substituted.text
    levels = _levels(item)
    ends = (i for i in range(1, len(item)) if levels[i] == 0 and word(item[i]) in _AFTER_TYPE)
    end = next(ends, len(item))
    written = " ".join(text[item[1].start : item[end - 1].end + 1].split()) if end > 1 else ""
    outer = _outer_words(item[end:])
    nullable = not ("NOT" in outer or "PRIMARY" in outer)
    return ColumnText(item[0].text, written, nullable, statement.file.where(item[0].start, item[end - 1].end + 1))


def _key(item: Sequence[Token]) -> tuple[str, ...]:
    """The names in the first parentheses."""
    start = next((i for i, token in enumerate(item) if token.token_type is TokenType.L_PAREN), len(item))
    end = _matching(item, start)
    return tuple(t.text for t in item[start + 1 : end] if t.token_type is not TokenType.COMMA)


def with_options(statement: Statement, index: int) -> tuple[Option, ...]:
    """Read the pairs of the `WITH (…)` at or behind a lexeme."""
    tokens = statement.tokens
    start = next((i for i in range(index, len(tokens)) if word(tokens[i]) == "WITH"), None)
    if start is None:
        return ()
    items = _items(tokens[start + 2 : _matching(tokens, start + 1)])
    pairs = [item for item in items if len(item) == 3]  # noqa: PLR2004 - 'key' = 'value'
    return tuple(option(statement, item[0], item[2]) for item in pairs)


def option(statement: Statement, key: Token, value: Token) -> Option:
    """Make an option of its two lexemes."""
    where = statement.file.where(value.start, value.end + 1)
    quote = value.token_type is TokenType.STRING
    return Option(key.text, value.text, where, value.start + quote, value.end + 1 - quote)


def _like(statement: Statement, index: int) -> Name | None:
    tokens = statement.tokens
    at = next((i for i in range(index, len(tokens)) if word(tokens[i]) == "LIKE"), None)
    found = None if at is None else name_at(statement.file, tokens, at + 1)
    return found[0] if found else None


def row_fields(type_: str) -> tuple[tuple[str, str], ...]:
    """Names and types of the fields of a Flink `ROW<name type, …>` as `flink_create` folds it, or none."""
    inner = _ROW.fullmatch(type_)
    if inner is None:
        return ()
    depth, fields = 0, [""]
    for character in inner[1]:
        depth += (character in "<(") - (character in ">)")
        if character == "," and depth == 0:
            fields.append("")
        else:
            fields[-1] += character
    pairs = (field.strip().partition(" ") for field in fields)
    return tuple((name.strip("`"), kind.strip()) for name, _, kind in pairs)
