"""A Flink table over a table of PostgreSQL, or over the topic that feeds a table of ClickHouse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.errors import ProjectError
from millstream.graph import topics_of
from millstream.project.model import Connector, FlinkTable, Topic
from millstream.rules.declared_types import flink_for_clickhouse, flink_for_postgres
from millstream.scaffold.draft import Draft, NewFile
from millstream.scaffold.rendering import aligned, flink_name, listed, render, words
from millstream.scaffold.topic_source import cdc_notes, cdc_text, table_name
from millstream.sql.relations import tuple_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.project.model import Project
    from millstream.scaffold.catalogs import ClickHouseTable, PostgresTable

# What Debezium sends of types that have no JSON form (Debezium docs, "PostgreSQL connector: data type mappings", with
# decimal.handling.mode=string and time.precision.mode=adaptive).
_DEBEZIUM = {
    "timestamp without time zone": ("BIGINT", "microseconds since 1970, as Debezium sends a time without zone"),
    "date": ("INT", "days since 1970, as Debezium sends a date"),
    "time without time zone": ("BIGINT", "microseconds of the day, as Debezium sends a time"),
    "uuid": ("STRING", ""),
    "json": ("STRING", ""),
    "jsonb": ("STRING", ""),
    "inet": ("STRING", ""),
    "interval": ("BIGINT", "microseconds, as Debezium sends an interval"),
}
_TABLES = Path("flink_sql/tables")


def of_postgres(project: Project, table: PostgresTable, name: str | None, variables: frozenset[str]) -> Draft:
    """Draft a table over a table of PostgreSQL: its changes, when a connector captures it, else its rows by JDBC.

    Args:
        project: the tree, with its connectors.
        table: as the catalog has it.
        name: of the table to be; by default `database_table`.
        variables: names of those that are set.
    """
    topic = _captured(project, table)
    chosen = name or table_name(f"{table.database}.{table.schema}.{table.name}")
    if topic is not None:
        return _changes(table, topic, chosen)
    return _rows(table, chosen, variables)


def _captured(project: Project, table: PostgresTable) -> Topic | None:
    """The topic a Debezium connector of the tree writes a table's changes to."""
    wanted = f"{table.schema}.{table.name}"
    topics = {topic.id.engine_name: topic for topic in project.of(Topic)}
    for connector in project.of(Connector):
        if connector.config.get("database.dbname", table.database) == table.database:
            for topic, source in connector.tables.items():
                if source == wanted and topic in topics:
                    return topics[topic]
    return None


def _changes(table: PostgresTable, topic: Topic, name: str) -> Draft:
    types: dict[str, str] = {}
    remarks: dict[str, str] = {}
    for column, kind in table.columns:
        plain = kind.partition("(")[0] + kind.rpartition(")")[2] if "(" in kind else kind
        types[column], remarks[column] = _DEBEZIUM.get(plain, (flink_for_postgres(kind) or "STRING", ""))
        if plain not in _DEBEZIUM and flink_for_postgres(kind) is None:
            remarks[column] = f"{kind} in PostgreSQL"
        # The tree's times have milliseconds.
        types[column] = types[column].replace("TIMESTAMP_LTZ(6)", "TIMESTAMP_LTZ(3)")
    told = f"the catalog of database `{table.database}`"
    single = topic.partitions == 1
    text = cdc_text(types, table.key, topic.id.name, name, told=told, remarks=remarks, single=single)
    notes = () if table.key else (f"`{table.name}` has no primary key: its rows cannot be told apart",)
    marked = tuple(f"column `{column}`: {note}" for column, note in remarks.items() if note)
    steps = (f"millstream new landing --from {name} --to postgres",)
    return Draft((NewFile(_TABLES / f"{name}.sql", text),), (), (*notes, *cdc_notes(types), *marked), steps)


def _rows(table: PostgresTable, name: str, variables: frozenset[str]) -> Draft:
    """By JDBC: read once, from beginning to end, when a job starts; or looked up row by row in a join."""
    columns: list[tuple[str, str]] = []
    left_out: list[str] = []
    for column, kind in table.columns:
        flink = flink_for_postgres(kind)
        if flink is None:
            left_out.append(f"column `{column}` is left out: Flink's JDBC connector cannot read {kind}")
        else:
            # The connector knows no TIMESTAMP_LTZ; its driver reads UTC wall clock in a JVM that runs in UTC.
            columns.append((column, flink.replace("_LTZ", "")))
    if not columns:
        raise ProjectError(f"Flink's JDBC connector can read no column of `{table.name}`")
    # A part of a key tells no rows apart.
    key = table.key if set(table.key) <= dict(columns).keys() else ()
    last = [f"PRIMARY KEY ({', '.join(map(flink_name, key))}) NOT ENFORCED"] if key else []
    names = _variables(table.database)
    text = render(
        "jdbc_source.sql",
        title=f"{words(table.name)}, as database {table.database} has them",
        name=name,
        table=table,
        names=names,
        body=listed([*aligned((flink_name(column), kind) for column, kind in columns), *last]),
    )
    unset = [variable for variable in names.values() if variable not in variables]
    steps = (f"export {' and '.join(unset)}: this target does not know them",) if unset else ()
    note = "no connector captures it: a job reads it once, when it starts, and does not see later changes"
    return Draft(
        (NewFile(_TABLES / f"{name}.sql", text),),
        (),
        (note, *left_out),
        (*steps, f"millstream new job NAME --from {name}"),
    )


def _variables(database: str) -> Mapping[str, str]:
    """Names of the variables that hold address and credentials; those of the warehouse the tree has already."""
    if database == "warehouse":
        return {"url": "WAREHOUSE_JDBC_URL", "user": "FLINK_POSTGRES_USER", "password": "FLINK_POSTGRES_PASSWORD"}
    prefix = re.sub(r"[^A-Z0-9]", "_", database.upper())
    return {"url": f"{prefix}_JDBC_URL", "user": f"{prefix}_USER", "password": f"{prefix}_PASSWORD"}


def _on_topic(project: Project, topic: str) -> FlinkTable | None:
    """A Flink table of the tree that stands on a topic."""
    tables = project.of(FlinkTable)
    return next((table for table in tables if f"{project.namespace}{topic}" in topics_of(table)), None)


def of_clickhouse(project: Project, table: ClickHouseTable, name: str | None) -> Draft:
    """Draft a table over the topic that feeds a table of ClickHouse: Flink has no connector that reads ClickHouse."""
    chosen = name or f"clickhouse_{table.name}"
    declared = {topic.id.name: topic for topic in project.of(Topic)}
    single = table.topic in declared and declared[table.topic].partitions == 1
    fields = dict(table.queue)
    changes = {"before", "after", "op"} <= set(fields)
    inside: Sequence[tuple[str, str]] = tuple_fields(fields["after"]) if changes else table.queue
    types = {column: flink_for_clickhouse(kind) for column, kind in inside}
    known_as = _on_topic(project, table.topic)
    # ClickHouse reads a time with and without `Z`, Flink does not: the table that writes the topic knows.
    types |= {column.name: column.type for column in (known_as.columns if known_as else ()) if column.name in types}
    unknown = tuple(
        f"column `{column}` is left out: {kind} has no plain Flink type" for column, kind in inside if not types[column]
    )
    known = {column: kind for column, kind in types.items() if kind}
    key = tuple(column for column in dict.fromkeys(table.key) if column in known)
    told = f"ClickHouse's catalog; Flink cannot read ClickHouse itself, so this is the topic that feeds `{table.name}`"
    if changes:
        text = cdc_text(known, key, table.topic, chosen, told=told, remarks={}, single=single)
    else:
        body = listed(aligned((flink_name(column), kind) for column, kind in known.items()))
        title = f"{words(table.name)}, as ClickHouse gets them"
        text = render(
            "json_source.sql", title=title, told=told, topic=table.topic, name=chosen, single=single, body=body
        )
    notes = [f"Flink cannot read ClickHouse: this reads topic `{table.topic}`, which feeds `{table.name}`"]
    if known_as:
        notes.append(f"Flink table `{known_as.id.name}` stands on this topic too, and may be all you need")
    elif any("TIMESTAMP_LTZ" in kind for kind in known.values()):
        notes.append("its times are read as written with a `Z`; make those without one TIMESTAMP")
    steps = (f"millstream new job NAME --from {chosen}",)
    return Draft((NewFile(_TABLES / f"{chosen}.sql", text),), (), (*notes, *unknown), steps)
