"""What a landing or a job starts from: a table, view or job of the tree, its columns and what tells its rows apart."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from millstream.errors import ProjectError, UsageError
from millstream.flinkplan.model import JobSource, Statement
from millstream.graph import topics_of
from millstream.project.model import FlinkTable, FlinkView, Job
from millstream.project.requirements import base
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.flinkplan.client import Planner
    from millstream.flinkplan.model import Described
    from millstream.project.model import Project
    from millstream.sql import SqlText

CHANGELOG = "debezium-json"


@dataclass(frozen=True)
class Origin:
    """A table or view of Flink.

    Args:
        name: its name.
        columns: names and Flink types, in order.
        key: names of the columns that tell its rows apart, empty when nothing says so.
        insert_only: whether its rows never change.
        table: the table, when it is one and not a view.
        header: title and question of its file.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...] = ()
    insert_only: bool = True
    table: FlinkTable | None = field(default=None, repr=False)
    header: tuple[str, str] = ("", "")

    def keyed_by(self, key: tuple[str, ...]) -> Origin:
        """The same with its rows told apart by these columns; itself when none is named."""
        return replace(self, key=key) if key else self


def find(project: Project, name: str) -> FlinkTable | FlinkView:
    """The table or view of that name; of a job, the one topic it writes.

    Raises:
        UsageError: there is none, or the job writes several topics.
    """
    tables = {table.id.name: table for table in project.of(FlinkTable)}
    views = {view.id.name: view for view in project.of(FlinkView)}
    found = tables.get(name) or views.get(name)
    if found is not None:
        return found
    job = next((job for job in project.of(Job) if job.id.name == name), None)
    if job is None:
        mend = did_you_mean(name, [*tables, *views], "declare it in flink_sql/tables/ or flink_sql/views/")
        raise UsageError(f"there is no Flink table, view or job `{name}`", mend)
    results = [tables[written] for written in job.writes if written in tables and topics_of(tables[written])]
    if len(results) != 1:
        mend = f"name one of its tables: {', '.join(table.id.name for table in results) or ', '.join(job.writes)}"
        raise UsageError(f"job `{name}` writes {len(results)} topics", mend)
    return results[0]


def of_table(table: FlinkTable) -> Origin:
    """Read a table from the tree: no engine is asked."""
    columns = tuple((column.name, column.type) for column in table.columns)
    written = table.options.get("key.fields", "").split(";") if is_changelog(table) else []
    key = table.primary_key or tuple(name for name in written if name)
    return Origin(table.id.name, columns, key, not is_changelog(table), table, _header(table))


def of_view(project: Project, view: FlinkView, planner: Planner) -> Origin:
    """Ask Flink's planner for a view's columns and key.

    Raises:
        ProjectError: the planner refuses the view.
    """
    query = f"SELECT * FROM `{view.id.name}`"  # noqa: S608 - a name of the tree
    found = described(project, [view.id.name], query, planner)
    return Origin(view.id.name, found.columns, found.key, found.insert_only, None, _header(view))


def described(project: Project, names: Sequence[str], query: str, planner: Planner) -> Described:
    """Ask Flink's planner about a query over tables and views of the tree.

    Raises:
        ProjectError: the planner refuses it.
    """
    answer = planner.describe(JobSource(_statements(project, names), Statement("query", query)))
    if answer.refusals:
        refused = answer.refusals[0]
        raise ProjectError(
            f"Flink's planner refuses {refused.resource}: {refused.message}", mend="`millstream apply` shows where"
        )
    return answer


def is_changelog(table: FlinkTable) -> bool:
    """Whether a table's topic holds changes of rows."""
    return (
        table.options.get("value.format", table.options.get("format", "")) == CHANGELOG
        or table.connector == "upsert-kafka"
    )


def _statements(project: Project, names: Sequence[str]) -> tuple[Statement, ...]:
    tables = {table.id.name: table for table in project.of(FlinkTable)}
    views = {view.id.name: view for view in project.of(FlinkView)}
    declared: Mapping[str, FlinkTable | FlinkView] = {**tables, **views}
    order: dict[str, None] = {}
    for name in names:
        order |= dict.fromkeys(_reached(name, tables, views, frozenset()))
    return tuple(Statement(str(declared[name].id), declared[name].statement) for name in order)


def _reached(
    name: str, tables: Mapping[str, FlinkTable], views: Mapping[str, FlinkView], open_: frozenset[str]
) -> list[str]:
    """A name behind everything it needs."""
    if name in open_ or not (name in tables or name in views):
        return []
    below = views[name].reads if name in views else (base(tables[name]),)
    return [*(found for other in below for found in _reached(other, tables, views, open_ | {name})), name]


def _header(resource: FlinkTable | FlinkView) -> tuple[str, str]:
    text: SqlText | None = resource.source.file if resource.source else None
    return (text.header.title, text.header.question) if text else ("", "")
