"""Columns of Flink tables and jobs, and the fields of the topics they stand on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from millstream.lineage import flows
from millstream.lineage.model import Field
from millstream.lineage.plans import sinks
from millstream.project.model import FlinkTable, Job, Kind, Project, ResourceId, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.compiled import CompiledPlan
    from millstream.lineage.columns import Columns
    from millstream.lineage.plans import Sink

RECORD = "record"
"""Stands before what Kafka itself knows of a record: its topic, partition, offset and time."""
VALUE = f"{RECORD}.value"
"""The bytes of a record; who reads them reads every field in them."""
NO_PLAN = "the planner was not asked"
REFUSED = "the planner did not compile it; `millstream check` says why"
_METADATA = re.compile(r"`?(\w+)`?\s+(?:[^,`()]|\(\d+\))*?\bMETADATA\b(?:\s+FROM\s+'([^']*)')?", re.IGNORECASE)


def trace(project: Project, plans: Mapping[ResourceId, CompiledPlan] | None, columns: Columns) -> None:
    """Add the columns of tables and jobs.

    Args:
        project: the tree.
        plans: the compiled plans of its jobs; `None` when no planner was asked.
        columns: what is known of columns.
    """
    tables = {table.id.name: table for table in project.of(FlinkTable)}
    places = flows.placed(project)
    for table in tables.values():
        columns.know(str(table.id), (column.name for column in table.columns))
    for job in project.of(Job):
        plan = (plans or {}).get(job.id)
        if plan is None or not plan.nodes:
            columns.unknown[str(job.id)] = NO_PLAN if plans is None else REFUSED
            continue
        for sink in sinks(plan):
            _trace_sink(str(job.id), sink, tables, places, columns)
    for table in tables.values():
        _trace_table(project, table, places, columns)


def trace_bytes(project: Project, columns: Columns) -> None:
    """Fields that are written into a topic go into its records' bytes, where somebody reads those."""
    for topic in (str(topic.id) for topic in project.of(Topic)):
        if VALUE in columns.of.get(topic, ()):
            written = {after for _, after in columns.edges if after.node == topic}
            for field in sorted(written):
                if not field.column.startswith(f"{RECORD}."):
                    columns.flow(field, Field(topic, VALUE))


def _trace_sink(
    job: str,
    sink: Sink,
    tables: Mapping[str, FlinkTable],
    places: Mapping[str, Sequence[str]],
    columns: Columns,
) -> None:
    table = tables.get(sink.table)
    if table is None or len(table.columns) != len(sink.row):
        columns.unknown[job] = f"{sink.table} takes more than its physical columns"
        return
    if sink.because:
        columns.unknown[job] = sink.because
    for column, origins in zip(table.columns, sink.row, strict=True):
        own = Field(job, f"{sink.table}.{column.name}")
        columns.know(job, [own.column])
        for name, path in origins or ():
            if name in tables:
                columns.flow(Field(str(tables[name].id), path), own)
        for place in places[sink.table]:
            for stored in _stored(table, column.name, place):
                columns.flow(own, Field(place, stored))


def _trace_table(project: Project, table: FlinkTable, places: Mapping[str, Sequence[str]], columns: Columns) -> None:
    """Columns of a table from, or to, the fields of what it stands on."""
    own = str(table.id)
    written = table.id.name in {name for job in project.of(Job) for name in job.writes}
    only_written = written and places[table.id.name] == (own,)
    for place in flows.storage(project, table):
        for path in list(columns.of.get(own, ())):
            for stored in _stored(table, path, place):
                edge = (Field(own, path), Field(place, stored))
                columns.flow(*(edge if only_written else edge[::-1]))


def _stored(table: FlinkTable, path: str, place: str) -> tuple[str, ...]:
    """The fields of a topic, or the column of a relation, that a table's column is kept in.

    A Debezium format turns an envelope with the row before and after a change into rows.
    """
    if place == str(table.id) or not place.startswith(f"{Kind.TOPIC}."):
        return (path,)
    if path.partition(".")[0] not in {column.name for column in table.columns}:
        key = _metadata(table).get(path)
        return (f"{RECORD}.{key}",) if key else ()
    if path in _keys(table):
        return (f"{RECORD}.key",)
    if _format(table) == "raw":
        return (VALUE,)
    return (f"before.{path}", f"after.{path}") if _format(table).startswith("debezium") else (path,)


def _format(table: FlinkTable) -> str:
    return table.options.get("value.format") or table.options.get("format", "")


def _keys(table: FlinkTable) -> frozenset[str]:
    """Columns that are in a record's key alone (Flink docs, "Apache Kafka SQL Connector", `value.fields-include`)."""
    if table.options.get("value.fields-include", "ALL").upper() != "EXCEPT_KEY":
        return frozenset()
    return frozenset(name.strip() for name in table.options.get("key.fields", "").split(";"))


def _metadata(table: FlinkTable) -> Mapping[str, str]:
    """The metadata key behind each column that has one (Flink docs, "CREATE TABLE", columns)."""
    return {name: key or name for name, key in _METADATA.findall(table.statement)}
