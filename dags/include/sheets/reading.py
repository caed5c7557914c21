"""Read a CSV file of any size line by line, and say of each line what it holds or why it is unfit.

A line is a record: none of the fields may hold a line break, so that one stray quotation mark spoils its own line and
not the rest of the file.
"""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from include.sheets.layout import FORMULA, Unfit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from include.sheets.layout import Column, Layout

LONGEST_LINE = 65_536
KEPT_OF_A_LINE = 2_000
OTHER_ENCODINGS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


@dataclass(frozen=True, slots=True)
class Record:
    """What one line holds, or why it is set aside.

    Args:
        line: its number in the file; the header is line 1.
        values: of the layout's columns; none when the line is unfit.
        reason: why it is unfit.
        raw: its text as far as it can be kept, of unfit lines only.
        stands_for: how many records are set aside with it, 0 when there is none.
    """

    line: int
    values: tuple[object, ...] | None = None
    reason: str | None = None
    raw: str | None = None
    stands_for: int = 1


def records(path: Path, layout: Layout) -> Iterator[Record]:
    """Every record of a file; a file that is unfit as a whole gives one that stands for all.

    The file is UTF-8, with or without a byte order mark, separated by commas, its first line the layout's header.
    """
    with path.open("rb") as file:
        head = _line(file)
        if trouble := _trouble_of_head(head, layout):
            yield Record(1, reason=trouble, raw=_kept(head), stands_for=sum(1 for line in _lines(file) if line.strip()))
            return
        for number, line in enumerate(_lines(file), start=2):
            if line.strip():
                yield _judged(number, line, layout)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := _line(file):
        yield line


def _line(file: BinaryIO) -> bytes:
    """The next line, of which no more is held than says that it is too long."""
    line = part = file.readline(LONGEST_LINE + 1)
    while len(part) > LONGEST_LINE and not part.endswith(b"\n"):
        part = file.readline(LONGEST_LINE + 1)
    return line


def _trouble_of_head(head: bytes, layout: Layout) -> str | None:
    if not head:
        return "the file is empty"
    for mark, encoding in OTHER_ENCODINGS.items():
        if head.startswith(mark):
            return f"the file is {encoding}, not UTF-8"
    found = _text(head.removeprefix(codecs.BOM_UTF8)).rstrip("\r\n")
    expected = ",".join(layout.header)
    return None if found == expected else f"the header is not {expected}"


def _judged(number: int, line: bytes, layout: Layout) -> Record:
    try:
        return Record(number, _values(line, layout))
    except Unfit as unfit:
        return Record(number, reason=str(unfit), raw=_kept(line))


def _values(line: bytes, layout: Layout) -> tuple[object, ...]:
    if len(line) > LONGEST_LINE:
        raise Unfit(f"the line is longer than {LONGEST_LINE:,} bytes")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise Unfit(f"byte {exc.start + 1} of the line is not UTF-8") from exc
    try:
        (fields,) = csv.reader([text.rstrip("\r\n")], strict=True)
    except (csv.Error, ValueError) as exc:
        raise Unfit(f"the line is no CSV: {exc}") from exc
    if len(fields) != len(layout.columns):
        raise Unfit(f"the line has {len(fields)} fields, not {len(layout.columns)}")
    return tuple(value(field, column) for field, column in zip(fields, layout.columns, strict=True))


def value(field: str, column: Column) -> object:
    """What the text of a field stands for.

    Raises:
        Unfit: it is no value of its column, or a spreadsheet would run it.
    """
    if FORMULA.match(field):
        raise Unfit(f"{column.name} begins like a formula")
    if "\0" in field:
        raise Unfit(f"{column.name} holds a zero byte")
    try:
        return column.parse(field)
    except Unfit as unfit:
        raise Unfit(f"{column.name} {unfit}") from unfit


def _text(line: bytes) -> str:
    return line.decode("utf-8", "backslashreplace")


def _kept(line: bytes) -> str:
    """As much of a line as a person needs to find it; PostgreSQL keeps no zero bytes."""
    return _text(line[:KEPT_OF_A_LINE]).rstrip("\r\n").replace("\0", "\\x00")
