"""The files of one landing: a PostgreSQL table and the sink into it, a changelog, and ClickHouse's four."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.errors import ProjectError
from millstream.graph import topics_of
from millstream.rules.declared_types import clickhouse_for, postgres_for
from millstream.rules.types import flink_type
from millstream.scaffold.draft import NewFile
from millstream.scaffold.origin import CHANGELOG, is_changelog
from millstream.scaffold.rendering import aligned, clickhouse_name, flink_name, listed, render, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.scaffold.origin import Origin

_TABLES = Path("flink_sql/tables")
_LANDED_IN_POSTGRES = ("landed_at", "timestamptz", "NOT NULL DEFAULT clock_timestamp()")
_LANDED_IN_CLICKHOUSE = ("landed_at", "DateTime64(3, 'UTC')", "DEFAULT now64(3, 'UTC')")


@dataclass(frozen=True)
class Landing:
    """What the templates show.

    Args:
        origin: what is landed.
        name: of the landing table.
        job: name of the job that fills it.
        columns: names and Flink types of what lands.
        key: names of the columns that tell rows apart.
        left_out: why some columns of the origin do not land.
    """

    origin: Origin
    name: str
    job: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Of the files."""
        return self.origin.header[0].partition(", for readers")[0] or words(self.name)

    @property
    def question(self) -> str:
        """The question the rows answer."""
        return self.origin.header[1] or f"What does `{self.origin.name}` say?"


def read_by_clickhouse(origin: Origin) -> bool:
    """Whether ClickHouse can read the topic of a table itself."""
    table = origin.table
    if table is None or table.connector != "kafka" or len(topics_of(table)) != 1:
        return False
    written = table.options.get("value.format", table.options.get("format", ""))
    wrapped = table.options.get(f"value.{CHANGELOG}.schema-include") == "true"
    return written == "json" or (written == CHANGELOG and not wrapped)


def postgres(landing: Landing) -> Iterator[NewFile]:
    """The landing table, and the table through which Flink writes it."""
    types = [
        (column, postgres_for(kind) or "", "NOT NULL" if column in landing.key else "")
        for column, kind in landing.columns
    ]
    key = f"PRIMARY KEY ({', '.join(landing.key)})"
    body = listed([*aligned([*types, _LANDED_IN_POSTGRES]), key])
    yield NewFile(Path(f"postgres/{landing.name}.sql"), render("postgres.sql", landing=landing, body=body))
    sunk = [(flink_name(column), _wall_clock(kind)) for column, kind in landing.columns]
    key = f"PRIMARY KEY ({', '.join(map(flink_name, landing.key))}) NOT ENFORCED"
    timed = any(kind.startswith("TIMESTAMP") for _, kind in landing.columns)
    text = render("bronze.sql", landing=landing, body=listed([*aligned(sunk), key]), timed=timed)
    yield NewFile(_TABLES / f"bronze_{landing.name}.sql", text)


def changelog(landing: Landing) -> NewFile:
    """The table on the topic of changes.

    Raises:
        ProjectError: the view has that name in Flink already.
    """
    name = landing.name
    if landing.origin.table is None and name == landing.origin.name:
        mend = f"name the table otherwise: --name {name}_changes"
        raise ProjectError(f"`{name}` is the view's own name in Flink; nothing was written", mend=mend)
    body = listed(aligned((flink_name(column), kind) for column, kind in landing.columns))
    return NewFile(_TABLES / f"{name}.sql", render("changelog.sql", landing=landing, body=body))


def clickhouse(landing: Landing) -> Iterator[NewFile]:
    """A queue, the rows, the feed between them, and the view that readers use."""
    table = landing.origin.table if read_by_clickhouse(landing.origin) else None
    changes = table is None or is_changelog(table)
    names = [clickhouse_name(column) for column, _ in landing.columns]
    columns = list(zip(names, (_nullable(landing, *column) for column in landing.columns), strict=True))
    kept = [*columns, ("version", "UInt64"), *([("is_deleted", "UInt8")] if changes else [])]
    shown = {
        "landing": landing,
        "topic": topics_of(table)[0].removeprefix(table.id.namespace) if table else landing.name,
        "changes": changes,
        "names": names,
        "base64": [clickhouse_name(column) for column, kind in landing.columns if flink_type(kind).name == "BYTES"],
        "key": [clickhouse_name(column) for column in landing.key],
        "columns": listed(aligned(columns)),
        "rows": listed(aligned([*((*column, "") for column in kept), _LANDED_IN_CLICKHOUSE])),
    }
    for part, end in (("queue", "_queue"), ("feed", "_feed"), ("rows", "_rows"), ("view", "")):
        text = render(f"clickhouse_{part}.sql", **shown)
        yield NewFile(Path(f"clickhouse/{landing.name}{end}.sql"), text)


def _nullable(landing: Landing, column: str, kind: str) -> str:
    """Columns of the key are there in every row; an Array cannot be Nullable (ClickHouse docs, "Nullable")."""
    declared = clickhouse_for(kind) or ""
    return declared if column in landing.key or declared.startswith("Array") else f"Nullable({declared})"


def insert(landing: Landing, sink: str, *, wall_clock: bool) -> str:
    """The statement that fills a sink.

    Args:
        landing: what lands.
        sink: the Flink table to write.
        wall_clock: whether times become UTC wall clock, as the JDBC connector needs them.
    """
    items = []
    for column, kind in landing.columns:
        name = flink_name(column)
        cast = wall_clock and _wall_clock(kind) != kind
        items.append(f"CAST({name} AS {_wall_clock(kind)}) AS {name}" if cast else name)
    return render("insert.sql", sink=sink, items=items, source=landing.origin.name)


def _wall_clock(kind: str) -> str:
    """The JDBC connector knows no TIMESTAMP_LTZ: UTC wall clock goes into PostgreSQL's timestamptz."""
    parsed = flink_type(kind)
    return f"TIMESTAMP({(*parsed.arguments, 6)[0]})" if parsed.name == "TIMESTAMP_LTZ" else kind
