"""The templates of new files, and how names and columns are spelled in each dialect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from millstream.errors import ProjectError
from millstream.scaffold import reserved
from millstream.sql.keywords import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Names of fields come from outside: what they say must stay a name in the file.
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]|[$][{]")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def render(template: str, **values: object) -> str:
    """Fill in one of the templates in `templates/`."""
    return _ENVIRONMENT.get_template(f"{template}.j2").render(**values)


def flink_name(name: str) -> str:
    """A name as Flink's SQL needs it: in back-ticks when it is a reserved word or no plain word.

    Raises:
        ProjectError: it would end a line of SQL, or be taken for a variable.
    """
    if _UNWRITABLE.search(name):
        raise ProjectError(f"{name!r} cannot be the name of a column", mend="leave the field out in a table by hand")
    return name if _PLAIN.fullmatch(name) and name.upper() not in RESERVED else "`" + name.replace("`", "``") + "`"


def clickhouse_name(name: str) -> str:
    """A name as ClickHouse's SQL needs it."""
    return name if _PLAIN.fullmatch(name) and name.lower() not in reserved.CLICKHOUSE else f"`{name}`"


def text_value(text: str) -> str:
    """A text inside a SQL string."""
    return text.replace("'", "''")


def aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines in which each cell starts at one column; a cell that nothing follows does not push the others aside."""
    cells = [list(row) for row in rows]
    count = len(cells[0]) if cells else 0
    widths = [max((len(row[i]) for row in cells if any(row[i + 1 :])), default=0) for i in range(count)]
    lines = (" ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return [line.rstrip() for line in lines]


def listed(lines: Sequence[str], notes: Sequence[str] = ()) -> str:
    """Items between parentheses: a comma behind each but the last, a comment behind the comma."""
    commas = [f"{line}," for line in lines[:-1]] + list(lines[-1:])
    remarks = [*notes, *[""] * (len(commas) - len(notes))]
    return "\n".join(
        f"  {line}  -- {note}" if note else f"  {line}" for line, note in zip(commas, remarks, strict=True)
    )


def words(name: str) -> str:
    """A name as words of a title."""
    return re.sub(r"[^A-Za-z0-9]+", " ", name).strip().capitalize()


def enumerated(names: Sequence[str]) -> str:
    """Names in a sentence: `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


_ENVIRONMENT = Environment(
    loader=PackageLoader("millstream.scaffold"),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,  # noqa: S701 - what comes out is SQL, not HTML
)
_ENVIRONMENT.filters |= {
    "flink": flink_name,
    "clickhouse": clickhouse_name,
    "text": text_value,
    "enumerated": enumerated,
}
