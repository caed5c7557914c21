"""What a statement is, and where the parts are that this server must add to.

Queries get `INTO OUTFILE <pipe>` before their `FORMAT`, inserts with rows get `FROM INFILE <pipe>`
before their `SETTINGS` or `FORMAT`; everything else goes to the engine as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from millstream.local.clickhouse.errors import BAD_ARGUMENTS, READONLY, SYNTAX_ERROR, refuse
from millstream.local.clickhouse.lexer import Kind, Token, tokens

READS = frozenset({"SELECT", "WITH", "FROM"})
# Small results, and not all of them know INTO OUTFILE.
LISTINGS = frozenset({"SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS", "CHECK"})
BEYOND_READING = frozenset({"FILE", "PYTHON"})
_WORDS_OF_FORMAT = 2
_INSERT_INTO_TABLE = 3


class Purpose(StrEnum):
    """How a statement is run."""

    READ = "read"
    LIST = "list"
    INSERT = "insert"  # rows follow in the body
    COMMAND = "command"


@dataclass(frozen=True)
class Statement:
    """A statement, cut where the server adds to it.

    Args:
        keyword: its first word, in upper case; the query log's `kind`.
        head: the text up to the place for the pipe.
        tail: the text after it, without `FORMAT`.
        format: the format the text names, if it does.
        rows: what followed `FORMAT` in the text of an insert: the first of its rows.
        through_input: the rows are read by `input(structure)`; the place for the pipe is in it.
    """

    purpose: Purpose
    keyword: str
    head: bytes
    tail: bytes = b""
    format: str | None = None
    rows: bytes = b""
    through_input: bool = False

    @property
    def text(self) -> bytes:
        """The statement as it was given, without rows; the format is left out."""
        return self.head + self.tail


def parse(text: bytes) -> Statement | None:
    """Tell what `text` is; None when it is an insert whose rows' format is not in sight yet.

    Raises:
        ServerError: empty, more than one statement, or a file of the server's machine is named.
    """
    first = next((t for t in tokens(text) if t.kind is not Kind.OPEN), None)
    if first is None:
        raise refuse(SYNTAX_ERROR, "Empty query")
    if first.keyword == "INSERT":
        return _insert(text)
    cut = list(tokens(text))
    if first.keyword == "WITH" and any(t.keyword == "INSERT" and t.depth == 0 for t in cut):
        _refuse_second_statement(cut)
        return Statement(Purpose.COMMAND, "INSERT", text)
    return _read_or_command(text, cut, first.keyword or "OTHER")


def _read_or_command(text: bytes, cut: list[Token], keyword: str) -> Statement:
    _refuse_second_statement(cut)
    _refuse_files(cut)
    while cut and cut[-1].kind is Kind.SEMICOLON:
        cut.pop()
    end = cut[-1].end
    if keyword not in READS | LISTINGS:
        return Statement(Purpose.COMMAND, keyword, text[:end])
    purpose = Purpose.READ if keyword in READS else Purpose.LIST
    place = _format_place(cut)
    if place is None:
        return Statement(purpose, keyword, text[:end])
    name = cut[place + 1]
    return Statement(purpose, keyword, text[: cut[place].start], text[name.end : end], name.text.decode())


def _format_place(cut: list[Token]) -> int | None:
    """Where a trailing `FORMAT name [SETTINGS …]` begins."""
    last = len(cut)
    for place in range(len(cut) - 1, 0, -1):
        if cut[place].depth:
            continue
        if cut[place].keyword == "SETTINGS":
            last = place
        elif cut[place].keyword == "FORMAT":
            named = place + _WORDS_OF_FORMAT == last and cut[place + 1].kind is Kind.WORD
            return place if named else None
    return None


def _insert(text: bytes) -> Statement | None:
    """Find where an insert's rows begin, looking no further."""
    place: Token | None = None
    source: Token | None = None
    cut: list[Token] = []
    for token in tokens(text):
        cut.append(token)
        before = cut[max(len(cut) - 2, 0)]
        if len(cut) <= _INSERT_INTO_TABLE:
            continue
        named = len(cut) > _INSERT_INTO_TABLE + 1
        if token.depth == 0 and token.keyword == "VALUES":
            return Statement(Purpose.COMMAND, "INSERT", text)
        if named and token.kind is Kind.WORD and before.keyword == "FORMAT" and before.depth == 0:
            _refuse_files(cut)
            return _with_rows(text, place, source, before, token)
        if token.depth == 0 and token.keyword in {"SETTINGS", "SELECT", "WITH", "FORMAT"}:
            place = place or token
        if token.text == b"(" and before.keyword == "INPUT":
            source = before
    return _without_rows(text, cut)


def _with_rows(text: bytes, place: Token | None, source: Token | None, before: Token, name: Token) -> Statement:
    rows = _rows(text, name.end)
    if source is not None:
        tail = text[text.index(b"(", source.start) + 1 : before.start]
        return Statement(
            Purpose.INSERT, "INSERT", text[: source.start], tail, name.text.decode(), rows, through_input=True
        )
    start = (place or before).start
    return Statement(Purpose.INSERT, "INSERT", text[:start], text[start : before.start], name.text.decode(), rows)


def _without_rows(text: bytes, cut: list[Token]) -> Statement | None:
    _refuse_files(cut)
    if not any(t.keyword == "SELECT" for t in cut):
        return None
    _refuse_second_statement(cut)
    return Statement(Purpose.COMMAND, "INSERT", text)


def _rows(text: bytes, start: int) -> bytes:
    """Rows begin after blanks and one line end (ClickHouse, ParserInsertQuery)."""
    rest = text[start:].lstrip(b" \t\f")
    for line_end in (b"\r\n", b"\n", b";\n", b";"):
        if rest.startswith(line_end):
            return rest[len(line_end) :]
    return rest


def _refuse_second_statement(cut: list[Token]) -> None:
    for place, token in enumerate(cut):
        if token.kind is Kind.SEMICOLON and any(t.kind is not Kind.SEMICOLON for t in cut[place:]):
            raise refuse(SYNTAX_ERROR, "Syntax error (Multi-statements are not allowed)")


def _refuse_files(cut: list[Token]) -> None:
    """The embedded engine would obey these clauses with the server's own rights."""
    for first, second, third in zip(cut, cut[1:], cut[2:], strict=False):
        clause = f"{first.keyword} {second.keyword}"
        if clause in {"INTO OUTFILE", "FROM INFILE"} and third.kind is Kind.STRING:
            raise refuse(BAD_ARGUMENTS, f"{clause} is done by clients, it cannot be sent to a server")


def refuse_beyond_reading(text: bytes) -> None:
    """Refuse what the engine's own `readonly = 1` lets through.

    The embedded engine lets every user end any query, and its `file()` function reads every file
    the process can; the one of a real server keeps to its own folder. `Python()` is its own.

    Raises:
        ServerError: `READONLY`.
    """
    cut = list(tokens(text))
    if cut and cut[0].keyword == "KILL":
        raise refuse(READONLY, "Cannot execute query in readonly mode")
    for place, token in enumerate(cut):
        if _is_beyond(token) and _is_called(cut, place):
            raise refuse(READONLY, "The functions file() and Python() cannot be used in readonly mode")


def _is_beyond(token: Token) -> bool:
    if token.kind is Kind.QUOTED:
        # Escapes could spell any name. Typographic quotes are three bytes long.
        name = token.text[1:-1] if token.text[:1] in {b'"', b"`"} else token.text[3:-3]
        return b"\\" in name or name.upper().decode(errors="replace") in BEYOND_READING
    return token.keyword in BEYOND_READING


def _is_called(cut: list[Token], place: int) -> bool:
    after = cut[place + 1] if place + 1 < len(cut) else None
    before = [t.keyword for t in cut[max(place - 2, 0) : place]]
    return "APPLY" in before or (after is not None and after.text == b"(")
