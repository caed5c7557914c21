"""Each place where a job reads or writes a table, with the options that hold there."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from millstream.project.model import FlinkTable, FlinkView, Job, Project
from millstream.sql import references, table_name
from millstream.sql.hints import table_hints

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.diagnostics import SourceRange
    from millstream.sql import Name, Option, Statement


@dataclass(frozen=True)
class Use:
    """A job's use of a table, directly or through a view.

    Args:
        options: the table's, and over them those of a hint.
        hints: the options that a hint gives, with their places.
    """

    job: Job
    table: FlinkTable
    writes: bool
    options: Mapping[str, str] = field(repr=False)
    where: SourceRange
    hints: tuple[Option, ...] = ()

    def place(self, key: str) -> SourceRange:
        """Where an option is written: in the hint, in the table, or else where the table is named."""
        declared = self.table.content.options if self.table.content else ()
        found = next((option.where for option in (*self.hints, *declared) if option.key == key), None)
        return found or self.where


@lru_cache(maxsize=1)
def uses(project: Project) -> tuple[Use, ...]:
    """The uses of every job; a view counts for each job that reaches it."""
    return tuple(_uses(project))


def _uses(project: Project) -> Iterator[Use]:
    tables = {table.id.name: table for table in project.of(FlinkTable)}
    views = {view.id.name: view for view in project.of(FlinkView)}
    for job in project.of(Job):
        below = (views[name] for name in job.requires if name in views)
        for statement in (s for s in (job.source, *(view.source for view in below)) if s):
            found = references(statement)
            yield from _of(statement, job, tables, found.reads, writes=False)
            yield from _of(statement, job, tables, found.writes, writes=True)


def _of(
    statement: Statement, job: Job, tables: Mapping[str, FlinkTable], names: tuple[Name, ...], *, writes: bool
) -> Iterator[Use]:
    hinted = table_hints(statement)
    for name in names:
        table = tables.get(table_name(name))
        if table is not None:
            hints = hinted.get(name.where, ())
            options = {**table.options, **{option.key: option.value for option in hints}}
            yield Use(job, table, writes, options, name.where, hints)
