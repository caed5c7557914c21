"""Landing tables for a table or view of the tree, in the pattern of the files that are there, and what fills them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.errors import ProjectError
from millstream.graph import topics_of
from millstream.project.model import FlinkTable, Job, Topic
from millstream.rules.clickhouse_landing import json_fields
from millstream.rules.declared_types import clickhouse_for, postgres_for
from millstream.rules.types import flink_type
from millstream.scaffold import reserved
from millstream.scaffold.draft import Draft, NewFile, NewTopic
from millstream.scaffold.origin import CHANGELOG, is_changelog
from millstream.scaffold.rendering import aligned, clickhouse_name, enumerated, flink_name, listed, render, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from millstream.project.model import Project
    from millstream.scaffold.origin import Origin

Column = tuple[str, str]
_TABLES = Path("flink_sql/tables")


POSITION = ("source_topic", "source_partition", "source_offset")


class Database(StrEnum):
    """Where rows land."""

    POSTGRES = "postgres"
    CLICKHOUSE = "clickhouse"


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
    columns: tuple[Column, ...]
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


def build(
    project: Project, origin: Origin, databases: Sequence[Database], name: str, *, with_job: bool = True
) -> Draft:
    """Draft the landing tables.

    Args:
        project: the tree.
        origin: what is landed, with its key.
        databases: where it lands.
        name: of the landing tables.
        with_job: whether a job file fills them; otherwise the `INSERT` is only told.

    Raises:
        ProjectError: a column, the key or the format does not allow it.
    """
    files: list[NewFile] = []
    topics: tuple[NewTopic, ...] = ()
    inserts: list[str] = []
    notes: list[str] = []
    job = f"land_{name}"
    if Database.CLICKHOUSE in databases and not _read_by_clickhouse(origin):
        landing = _landing(origin, name, job, Database.CLICKHOUSE)
        files.append(_changelog(landing))
        topics = _topic(project, landing)
        inserts.append(_insert(landing, landing.name, wall_clock=False))
    if Database.POSTGRES in databases:
        landing = _landing(origin, name, job, Database.POSTGRES)
        files += _postgres(landing)
        inserts.append(_insert(landing, f"bronze_{name}", wall_clock=True))
        notes += landing.left_out
    if Database.CLICKHOUSE in databases:
        landing = _landing(origin, name, job, Database.CLICKHOUSE)
        files += _clickhouse(landing)
        notes += landing.left_out
    statement = render("job.sql", landing=landing, inserts=inserts) if inserts else ""
    readers = [j.id.name for j in project.of(Job) if origin.table is None and origin.name in j.requires]
    if readers and inserts and with_job:
        notes.append(
            f"{enumerated(readers)} work out `{origin.name}` already: with --no-job the INSERT is told instead, to be "
            "added to that job's statement set"
        )
    if inserts and with_job:
        files.append(NewFile(Path(f"flink_sql/jobs/{job}.sql"), statement))
    steps = ("millstream apply",) if with_job or not inserts else ("add the statement to a job", "millstream apply")
    return Draft(tuple(files), topics, tuple(dict.fromkeys(notes)), steps, "" if with_job else "\n\n".join(inserts))


def _landing(origin: Origin, name: str, job: str, database: Database) -> Landing:
    typed = {Database.POSTGRES: postgres_for, Database.CLICKHOUSE: clickhouse_for}[database]
    inside = json_fields(origin.table) if _read_by_clickhouse(origin) and origin.table else dict(origin.columns)
    columns, left_out = [], []
    for column, kind in origin.columns:
        if typed(kind) is None:
            left_out.append(f"column `{column}` does not land in {database}: it has no plain type for {kind}")
        elif database is Database.CLICKHOUSE and column not in inside:
            left_out.append(f"column `{column}` does not land in {database}: it stands in the record key alone")
        else:
            columns.append((column, kind))
    names = [column for column, _ in columns]
    _assert_key(origin, names)
    if database is Database.POSTGRES:
        _assert_writable(names)
    return Landing(origin, name, job, tuple(columns), origin.key, tuple(left_out))


def _assert_key(origin: Origin, columns: Sequence[str]) -> None:
    missing = [column for column in origin.key if column not in columns]
    if missing:
        mend = f"columns that can: {', '.join(columns)}"
        raise ProjectError(f"`{missing[0]}` cannot be part of the key of `{origin.name}`", mend=mend)
    if not origin.key:
        # A record's place tells rows apart only while no record gives several rows, and nobody but a person knows that.
        known = [column for column in POSITION if column in columns] or columns[:2]
        mend = f"name the columns that do, for example --key {','.join(known)}"
        raise ProjectError(f"nothing tells the rows of `{origin.name}` apart, so a replay would double them", mend=mend)


def _assert_writable(columns: Sequence[str]) -> None:
    # The connector quotes no names, so PostgreSQL would read a reserved word as such and fold capitals.
    for column in columns:
        if not re.fullmatch(r"[a-z_][a-z0-9_]*", column) or column in reserved.POSTGRES:
            summary = f"Flink's JDBC connector cannot write a PostgreSQL column `{column}`: it quotes no names"
            raise ProjectError(summary, mend="give it another name in a view, and land the view")


def _read_by_clickhouse(origin: Origin) -> bool:
    """Whether ClickHouse can read the topic of a table itself."""
    table = origin.table
    if table is None or table.connector != "kafka" or len(topics_of(table)) != 1:
        return False
    written = table.options.get("value.format", table.options.get("format", ""))
    wrapped = table.options.get(f"value.{CHANGELOG}.schema-include") == "true"
    return written == "json" or (written == CHANGELOG and not wrapped)


def _is_time(kind: str) -> bool:
    return flink_type(kind).name == "TIMESTAMP_LTZ"


def _postgres(landing: Landing) -> tuple[NewFile, NewFile]:
    types = [
        (column, postgres_for(kind) or "", "NOT NULL" if column in landing.key else "")
        for column, kind in landing.columns
    ]
    own = ("landed_at", "timestamptz", "NOT NULL DEFAULT clock_timestamp()")
    key = f"PRIMARY KEY ({', '.join(landing.key)})"
    table = render("postgres.sql", landing=landing, body=listed([*aligned([*types, own]), key]))
    # The JDBC connector knows no TIMESTAMP_LTZ: UTC wall clock goes into a timestamptz.
    sunk = [
        (flink_name(column), kind.replace("_LTZ", "") if _is_time(kind) else kind) for column, kind in landing.columns
    ]
    key = f"PRIMARY KEY ({', '.join(map(flink_name, landing.key))}) NOT ENFORCED"
    timed = any(kind.startswith("TIMESTAMP") for _, kind in landing.columns)
    sink = render("bronze.sql", landing=landing, body=listed([*aligned(sunk), key]), timed=timed)
    return NewFile(Path(f"postgres/{landing.name}.sql"), table), NewFile(_TABLES / f"bronze_{landing.name}.sql", sink)


def _changelog(landing: Landing) -> NewFile:
    name = landing.name
    if landing.origin.table is None and name == landing.origin.name:
        mend = f"name the table otherwise: --name {name}_changes"
        raise ProjectError(f"`{name}` is the view's own name in Flink; nothing was written", mend=mend)
    body = listed(aligned((flink_name(column), kind) for column, kind in landing.columns))
    return NewFile(_TABLES / f"{name}.sql", render("changelog.sql", landing=landing, body=body))


def _topic(project: Project, landing: Landing) -> tuple[NewTopic, ...]:
    """The changelog's topic; one that is declared already is taken when no table stands on it."""
    declared = {topic.id.name: topic.id.engine_name for topic in project.of(Topic)}
    if landing.name not in declared:
        told = f"{landing.title}; key {enumerated(landing.key)}. A changelog ({CHANGELOG})."
        return (NewTopic(landing.name, told),)
    used = [table.id.name for table in project.of(FlinkTable) if declared[landing.name] in topics_of(table)]
    if used:
        summary = f"topic `{landing.name}` is declared, and Flink table `{used[0]}` stands on it; nothing was written"
        raise ProjectError(summary, mend="choose another name with --name")
    return ()


def _clickhouse(landing: Landing) -> list[NewFile]:
    origin = landing.origin
    direct = _read_by_clickhouse(origin)
    table = origin.table
    changes = not direct or (table is not None and is_changelog(table))
    topic = topics_of(table)[0].removeprefix(table.id.namespace) if direct and table else landing.name
    names = [clickhouse_name(column) for column, _ in landing.columns]
    types = [_nullable(clickhouse_for(kind) or "", column in landing.key) for column, kind in landing.columns]
    columns = list(zip(names, types, strict=True))
    kept = [*columns, ("version", "UInt64"), *([("is_deleted", "UInt8")] if changes else [])]
    shown = {
        "landing": landing,
        "topic": topic,
        "changes": changes,
        "names": names,
        "base64": [clickhouse_name(column) for column, kind in landing.columns if flink_type(kind).name == "BYTES"],
        "key": [clickhouse_name(column) for column in landing.key],
        "plain": listed(aligned(columns)),
        "rows": listed(
            aligned(
                [*((*column, "") for column in kept), ("landed_at", "DateTime64(3, 'UTC')", "DEFAULT now64(3, 'UTC')")]
            )
        ),
    }
    parts = {
        "queue": f"{landing.name}_queue",
        "feed": f"{landing.name}_feed",
        "rows": f"{landing.name}_rows",
        "view": landing.name,
    }
    return [
        NewFile(Path(f"clickhouse/{file}.sql"), render(f"clickhouse_{part}.sql", **shown))
        for part, file in parts.items()
    ]


def _nullable(kind: str, in_key: bool) -> str:  # noqa: FBT001 - the question itself
    """Columns of the key are there in every row; an Array cannot be Nullable (ClickHouse docs, "Nullable")."""
    return kind if in_key or kind.startswith("Array") else f"Nullable({kind})"


def _insert(landing: Landing, sink: str, *, wall_clock: bool) -> str:
    items = []
    for column, kind in landing.columns:
        name = flink_name(column)
        cast = wall_clock and _is_time(kind)
        items.append(f"CAST({name} AS {kind.replace('_LTZ', '')}) AS {name}" if cast else name)
    return render("insert.sql", sink=sink, items=items, source=landing.origin.name)
