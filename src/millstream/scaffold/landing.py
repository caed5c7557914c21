"""Landing tables for a table or view of the tree, in the pattern of the files that are there, and what fills them."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.errors import ProjectError
from millstream.graph import topics_of
from millstream.project.model import FlinkTable, Job, Topic
from millstream.rules.clickhouse_landing import json_fields
from millstream.rules.declared_types import clickhouse_for, postgres_for
from millstream.scaffold import reserved
from millstream.scaffold.draft import Draft, NewFile, NewTopic
from millstream.scaffold.landing_files import Landing, changelog, clickhouse, insert, postgres, read_by_clickhouse
from millstream.scaffold.origin import CHANGELOG
from millstream.scaffold.rendering import enumerated, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from millstream.project.model import Project
    from millstream.scaffold.origin import Origin

# Where a record stands in its topic.
POSITION = ("source_topic", "source_partition", "source_offset")


class Database(StrEnum):
    """Where rows land."""

    POSTGRES = "postgres"
    CLICKHOUSE = "clickhouse"


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
    wanted = tuple(dict.fromkeys(databases))
    landings = {database: _landing(origin, name, database) for database in wanted}
    has_changelog = Database.CLICKHOUSE in wanted and not read_by_clickhouse(origin)
    parts: list[NewFile] = []
    inserts: list[str] = []
    if has_changelog:
        parts.append(changelog(landings[Database.CLICKHOUSE]))
        inserts.append(insert(landings[Database.CLICKHOUSE], name, wall_clock=False))
    if Database.POSTGRES in wanted:
        parts += postgres(landings[Database.POSTGRES])
        inserts.append(insert(landings[Database.POSTGRES], f"bronze_{name}", wall_clock=True))
    if Database.CLICKHOUSE in wanted:
        parts += clickhouse(landings[Database.CLICKHOUSE])
    topics = _topic(project, landings[Database.CLICKHOUSE]) if has_changelog else ()
    notes = tuple(dict.fromkeys(note for landing in landings.values() for note in landing.left_out))
    return _with_statement(project, landings[wanted[0]], Draft(tuple(parts), topics, notes), inserts, with_job=with_job)


def _with_statement(
    project: Project, landing: Landing, draft: Draft, inserts: Sequence[str], *, with_job: bool
) -> Draft:
    """Add the job that fills the tables, or only its statement; ClickHouse alone may need neither."""
    if not inserts:
        return replace(draft, next_steps=("millstream apply",))
    if not with_job:
        return replace(draft, statement="\n\n".join(inserts), next_steps=("add it to a job", "millstream apply"))
    job = NewFile(Path(f"flink_sql/jobs/{landing.job}.sql"), render("job.sql", landing=landing, inserts=inserts))
    notes = (*draft.notes, *_worked_out_already(project, landing.origin))
    return replace(draft, files=(*draft.files, job), notes=notes, next_steps=("millstream apply",))


def _worked_out_already(project: Project, origin: Origin) -> Iterator[str]:
    readers = [job.id.name for job in project.of(Job) if origin.table is None and origin.name in job.requires]
    if readers:
        yield (
            f"{enumerated(readers)} work out `{origin.name}` already: with --no-job the INSERT is told instead, to be "
            "added to that job's statement set"
        )


def _landing(origin: Origin, name: str, database: Database) -> Landing:
    typed = {Database.POSTGRES: postgres_for, Database.CLICKHOUSE: clickhouse_for}[database]
    inside = json_fields(origin.table) if read_by_clickhouse(origin) and origin.table else dict(origin.columns)
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
    return Landing(origin, name, f"land_{name}", tuple(columns), origin.key, tuple(left_out))


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
