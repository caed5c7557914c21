"""Reads a project's folders into one value."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.config import EVERYTHING
from millstream.diagnostics import SourceRange
from millstream.project import connectors, files, flink, kpis, ksql, marts, relations, sources, superset, topics
from millstream.project.model import FlinkTable, FlinkView, Job, Kind, KsqlStatement, Project, Resource
from millstream.project.reading import Reading
from millstream.project.requirements import inherit, requirements
from millstream.sql import CLICKHOUSE, POSTGRES
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from millstream.config import Allowed
    from millstream.diagnostics import Diagnostic

TOPICS = Path("kafka/topics.yml")
_READERS = (
    ("flink_sql/tables", None, flink.read_table),
    ("flink_sql/views", None, flink.read_view),
    ("flink_sql/jobs", None, flink.read_job),
    ("ksql/sources", None, partial(ksql.read_statement, kind=Kind.KSQL_SOURCE)),
    ("ksql/queries", None, partial(ksql.read_statement, kind=Kind.KSQL_QUERY)),
    ("postgres", "postgres/shop", partial(relations.read_relation, dialect=POSTGRES)),
    ("clickhouse", None, partial(relations.read_relation, dialect=CLICKHOUSE)),
)
_YAML_READERS = ((connectors.FOLDER, connectors.read_connector), (sources.FOLDER, sources.read_source))
# Objects of one space may not share a name, whatever their kind.
_SPACES = {
    Kind.FLINK_VIEW: Kind.FLINK_TABLE,
    Kind.CLICKHOUSE_VIEW: Kind.CLICKHOUSE_TABLE,
    Kind.CLICKHOUSE_MATERIALIZED_VIEW: Kind.CLICKHOUSE_TABLE,
}


def load(
    root: Path, *, name: str, namespace: str = "", variables: Mapping[str, str], allow: Allowed = EVERYTHING
) -> Project:
    """Read the tree below `root`. Bad content is never raised: it becomes diagnostics, the rest is there.

    Args:
        root: the project's folder.
        name: the project's name, from `millstream.yml`.
        namespace: the target's; `${NS}` in SQL stands for it.
        variables: values of the other variables.
        allow: what `millstream.yml` allows.
    """
    reading = Reading(namespace, variables, project=name, kpis=kpis.read(root))
    if (root / TOPICS).exists():
        _read(files.read(root, TOPICS), reading, topics.read_topics)
    for folder, read_yaml in _YAML_READERS:
        for found in files.yaml_files(root, folder):
            _read(found, reading, read_yaml)
    for found in files.nested_yaml_files(root, superset.FOLDER):
        _read(found, reading, superset.read_asset)
    for folder, without, reader in _READERS:
        for found in files.sql_files(root, folder, without=without):
            _read(found, reading, reader)
    _stray_files(root, reading)
    resources = _complete(_without_duplicates(reading))
    return Project(name, root, namespace, resources, tuple(reading.diagnostics), allow, marts.read(root))


def _read(found: files.File | Diagnostic, reading: Reading, reader: Callable[[files.File, Reading], None]) -> None:
    if isinstance(found, files.File):
        reader(found, reading)
    else:
        reading.diagnostics.append(found)


def _stray_files(root: Path, reading: Reading) -> None:
    """A file in a mistyped folder would be left out without a word."""
    folders = {folder for folder, _, _ in _READERS}
    for top in ("flink_sql", "ksql"):
        names = sorted(folder.removeprefix(f"{top}/") for folder in folders if folder.startswith(f"{top}/"))
        for path in sorted((root / top).rglob("*.sql")):
            relative = path.relative_to(root)
            if not folders & {parent.as_posix() for parent in relative.parents}:
                mend = did_you_mean(relative.parent.name, names, f"move it to one of {top}/{{{','.join(names)}}}")
                reading.error("PRJ009", "nothing reads a file in this folder", SourceRange(relative), mend)


def _without_duplicates(reading: Reading) -> list[Resource]:
    """Keep the first of several declarations of one object."""
    kept: dict[tuple[Kind, str], Resource] = {}
    for resource in reading.resources:
        key = (_SPACES.get(resource.id.kind, resource.id.kind), resource.id.name)
        first = kept.setdefault(key, resource)
        if first is not resource and resource.where is not None:
            summary = f"`{resource.id.name}` is declared twice; first in {first.where}"
            reading.error("PRJ005", summary, resource.where, "delete or rename one of the two")
    return list(kept.values())


def _complete(resources: list[Resource]) -> tuple[Resource, ...]:
    """Add what only the whole tree tells: inherited options, what each job needs, topics that ksqlDB inserts into."""
    tables = inherit({r.id.name: r for r in resources if isinstance(r, FlinkTable)})
    views = {r.id.name: r for r in resources if isinstance(r, FlinkView)}
    topics = {r.object: r.topic for r in resources if isinstance(r, KsqlStatement) and r.type}
    done: list[Resource] = []
    for resource in resources:
        if isinstance(resource, FlinkTable):
            done.append(tables[resource.id.name])
        elif isinstance(resource, Job):
            done.append(replace(resource, requires=requirements(resource, tables, views)))
        elif isinstance(resource, KsqlStatement):
            done.append(replace(resource, topic=resource.topic or topics.get(resource.object, "")))
        else:
            done.append(resource)
    return tuple(done)
