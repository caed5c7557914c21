"""What a ClickHouse queue reads fits the Flink table that writes its topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.graph import topics_of
from millstream.project.model import FlinkTable, Job, Project, Relation
from millstream.rules.types import fits_clickhouse
from millstream.sql.relations import tuple_fields
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.graph import Graph

_JSON_LINES = {"JSONEachRow", "JSONLines", "NDJSON"}


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """LND011 to LND013: a queue's columns are fields of the JSON, of a type that can hold them."""
    written = {name for job in project.of(Job) for name in job.writes}
    writers = [table for table in project.of(FlinkTable) if table.id.name in written]
    for queue in project.of(Relation):
        if _format(queue) in _JSON_LINES:
            for writer in writers:
                if set(topics_of(writer)) & set(queue.topics):
                    yield from _fit(queue, writer)


def _format(queue: Relation) -> str:
    settings = queue.content.settings if queue.content else ()
    return next((setting.value for setting in settings if setting.key == "kafka_format"), "")


def json_fields(table: FlinkTable) -> dict[str, str]:
    """Names and Flink types of the fields in the JSON a table writes (Flink docs, "Kafka SQL Connector")."""
    keys = table.options.get("key.fields", "").split(";")
    without_keys = table.options.get("value.fields-include", "ALL").upper() == "EXCEPT_KEY"
    return {c.name: c.type for c in table.columns if not (without_keys and c.name in keys)}


def _fit(queue: Relation, writer: FlinkTable) -> Iterator[Diagnostic]:
    fields = json_fields(writer)
    columns = {column.name: column.type for column in queue.columns}
    written = writer.options.get("value.format", writer.options.get("format", ""))
    if written == "json":
        yield from _compare(queue, (), columns, fields, writer)
    elif written == "debezium-json":
        yield from _envelope(queue, columns, fields, writer)


def read_fields(queue: Relation, writer: FlinkTable) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The fields of a row that a queue reads from a table's topic: each with its type, and the tuple it stands in."""
    columns = {column.name: column.type for column in queue.columns}
    if writer.options.get("value.format", writer.options.get("format", "")) == "debezium-json":
        return {name: (type_, ("after",)) for name, type_ in tuple_fields(columns.get("after", ""))}
    return {name: (type_, ()) for name, type_ in columns.items()}


def _envelope(
    queue: Relation, columns: Mapping[str, str], fields: Mapping[str, str], writer: FlinkTable
) -> Iterator[Diagnostic]:
    """Debezium's envelope: the row before and after the change, and the kind of change."""
    for name in ("before", "after", "op"):
        if name not in columns:
            summary = f"topic of `{writer.id.name}` holds debezium-json, but the queue has no column `{name}`"
            yield error("LND013", summary, queue.where, "declare before Tuple(…), after Tuple(…), op String")
        elif name != "op":
            yield from _compare(queue, (name,), dict(tuple_fields(columns[name])), fields, writer)
    for name in columns.keys() - {"before", "after", "op", "source", "ts_ms"}:
        summary = f"a debezium-json envelope has no field `{name}`"
        yield error("LND011", summary, column_place(queue, name), "read it from the tuple `after`")


def _compare(
    queue: Relation, inside: tuple[str, ...], columns: Mapping[str, str], fields: Mapping[str, str], writer: FlinkTable
) -> Iterator[Diagnostic]:
    for name, type_ in columns.items():
        where = column_place(queue, *inside, name)
        if name not in fields:
            mend = did_you_mean(name, fields, f"add it to {writer.path.as_posix()}")
            yield error("LND011", f"Flink table `{writer.id.name}` writes no field `{name}`", where, mend)
        elif not fits_clickhouse(fields[name], type_):
            summary = f"`{name}` is {type_}, which cannot hold {fields[name]} of Flink table `{writer.id.name}`"
            yield error("LND012", summary, where, f"change the type here or in {writer.path.as_posix()}")


def column_place(queue: Relation, *names: str) -> SourceRange | None:
    """Where a column, or a field inside one, is declared: its name's first place behind the one before."""
    if queue.source is None:
        return queue.where
    tokens = iter(queue.source.tokens[1:])
    found = [next((token for token in tokens if token.text == name), None) for name in names]
    last = found[-1]
    return queue.source.file.where(last.start, last.end + 1) if last else queue.where
