"""A new job: what it reads, joined where that can be guessed, and the table of its result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.errors import ProjectError
from millstream.flinkplan.model import Described
from millstream.graph import topics_of
from millstream.project.model import FlinkTable, FlinkView, Topic
from millstream.scaffold.draft import Draft, NewFile, NewTopic
from millstream.scaffold.origin import described, find
from millstream.scaffold.rendering import aligned, enumerated, flink_name, listed, render, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from millstream.flinkplan.client import Planner
    from millstream.project.model import Project

_GENERATED = (("id", "INT"), ("note", "STRING"))


@dataclass(frozen=True)
class Side:
    """One table or view a job reads; `watermark` is its event time, `key` its declared primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    watermark: str = ""


def build(project: Project, name: str, sources: Sequence[str], planner: Planner, key: tuple[str, ...]) -> Draft:
    """Draft a job that reads tables or views.

    Args:
        project: the tree.
        name: of the job, of its result's table and topic.
        sources: what it reads; the first is the stream, the others are joined to it.
        planner: tells the result's columns, key, and whether its rows change.
        key: columns that tell the result's rows apart; empty to ask the planner.

    Raises:
        ProjectError: nothing tells how to join, or the planner refuses the query.
    """
    sides = [_side(project, source, planner) for source in sources]
    lines, notes = _query(sides)
    query = render("select.sql", lines=lines, joins=_joins(sides)).rstrip()
    found = described(project, [side.name for side in sides], query, planner)
    result = NewFile(Path(f"flink_sql/tables/{name}.sql"), _result(name, found, key or found.key))
    text = render("new_job.sql", title=words(name), sources=sources, name=name, query=query)
    step = f"put what the job is for into flink_sql/jobs/{name}.sql; adjust flink_sql/tables/{name}.sql to it"
    steps = (step, f"millstream new landing --from {name} --to postgres", "millstream apply")
    job = NewFile(Path(f"flink_sql/jobs/{name}.sql"), text)
    return Draft((result, job), _topic(project, name, key or found.key, found), notes, steps)


def of_nothing(project: Project, name: str) -> Draft:
    """Draft a job that reads generated rows, so that it runs before there is any topic."""
    columns = listed(aligned((flink_name(column), kind) for column, kind in _GENERATED))
    rows = f"{name}_rows"
    source = NewFile(Path(f"flink_sql/tables/{rows}.sql"), render("datagen.sql", name=rows, body=columns))
    found = Described(_GENERATED)
    result = NewFile(Path(f"flink_sql/tables/{name}.sql"), _result(name, found, ()))
    query = render(
        "select.sql", lines=[flink_name(column) for column, _ in _GENERATED], joins=[f"FROM {flink_name(rows)}"]
    )
    text = render("new_job.sql", title=words(name), sources=[rows], name=name, query=query.rstrip())
    job = NewFile(Path(f"flink_sql/jobs/{name}.sql"), text)
    steps = (f"read your own table in flink_sql/jobs/{name}.sql instead of {rows}", "millstream apply")
    return Draft((source, result, job), _topic(project, name, (), found), (), steps)


def _side(project: Project, name: str, planner: Planner) -> Side:
    found = find(project, name)
    if isinstance(found, FlinkView):
        query = f"SELECT * FROM {flink_name(name)}"  # noqa: S608 - a name of the tree
        return Side(name, tuple(column for column, _ in described(project, [name], query, planner).columns))
    columns = tuple(column.name for column in found.columns)
    watermark = found.watermark
    return Side(found.id.name, columns, found.primary_key, watermark)


def _query(sides: Sequence[Side]) -> tuple[list[str], tuple[str, ...]]:
    """The columns of the result: all of the first table, of the others what is not there yet."""
    if len(sides) == 1:
        return [flink_name(column) for column in sides[0].columns], ()
    taken: set[str] = set()
    lines: list[str] = []
    notes: list[str] = []
    for side in sides:
        for column in side.columns:
            alias = column if column not in taken else f"{side.name}_{column}"
            if side is not sides[0] and column in _shared(sides[0], side):
                continue
            taken.add(alias)
            qualified = f"{flink_name(side.name)}.{flink_name(column)}"
            lines.append(qualified if alias == column else f"{qualified} AS {flink_name(alias)}")
    for side in sides[1:]:
        how = "as of the time of the first" if _temporal(sides[0], side) else "keeping both sides in state for ever"
        notes.append(f"`{side.name}` is joined on {enumerated(_shared(sides[0], side))}, {how}: a guess")
    return lines, tuple(notes)


def _joins(sides: Sequence[Side]) -> list[str]:
    first = sides[0]
    joins = [f"FROM {flink_name(first.name)}"]
    for side in sides[1:]:
        name = flink_name(side.name)
        on = " AND ".join(
            f"{flink_name(first.name)}.{flink_name(c)} = {name}.{flink_name(c)}" for c in _shared(first, side)
        )
        when = f" FOR SYSTEM_TIME AS OF {flink_name(first.name)}.{flink_name(first.watermark)}"
        joins.append(f"LEFT JOIN {name}{when if _temporal(first, side) else ''} ON {on}")
    return joins


def _temporal(first: Side, side: Side) -> bool:
    """A versioned table is joined as of the first one's event time (Flink docs, "Joins: Event Time Temporal Join")."""
    return bool(first.watermark and side.watermark and side.key and set(side.key) <= set(first.columns))


def _shared(first: Side, side: Side) -> tuple[str, ...]:
    """The columns to join on: the key of the second when the first has it, else the ids they share.

    Raises:
        ProjectError: they share none.
    """
    if side.key and set(side.key) <= set(first.columns):
        return side.key
    shared = [column for column in side.columns if column in first.columns and column.endswith("_id")]
    if not shared:
        mend = "write a view that gives the columns to join on one name, and read the view"
        raise ProjectError(f"`{first.name}` and `{side.name}` share no key and no column that ends with _id", mend=mend)
    return tuple(shared[:1])


def _result(name: str, found: Described, key: tuple[str, ...]) -> str:
    body = listed(aligned((flink_name(column), kind) for column, kind in found.columns))
    if found.insert_only:
        return render("append.sql", name=name, title=words(name), body=body)
    if not key:
        mend = "name the columns that tell its rows apart: --key a,b"
        raise ProjectError(f"the rows of `{name}` change, and Flink finds no key for them", mend=mend)
    return render("job_changelog.sql", name=name, title=words(name), body=body, key=key)


def _topic(project: Project, name: str, key: Sequence[str], found: Described) -> tuple[NewTopic, ...]:
    declared = {topic.id.name: topic.id.engine_name for topic in project.of(Topic)}
    told = (
        f"Result of job `{name}`."
        if found.insert_only
        else f"Result of job `{name}`; key {enumerated(key)}. A changelog."
    )
    if name not in declared:
        return (NewTopic(name, told),)
    used = [table.id.name for table in project.of(FlinkTable) if declared[name] in topics_of(table)]
    if used:
        raise ProjectError(f"topic `{name}` is declared, and Flink table `{used[0]}` stands on it; nothing was written")
    return ()
