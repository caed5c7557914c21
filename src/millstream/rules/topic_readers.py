"""What a Flink table reads from a topic fits the Flink tables that write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, warning
from millstream.graph import topics_of
from millstream.project.model import Connector, FlinkTable, HttpSource, KsqlStatement, Project
from millstream.rules.clickhouse_landing import json_fields
from millstream.rules.postgres_landing import column_place
from millstream.rules.types import fits_flink
from millstream.rules.uses import uses
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from millstream.graph import Graph


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """LND023: a field that nobody writes, which reads as null. LND024: a type that cannot hold what is written."""
    used = uses(project)
    writers: dict[str, list[FlinkTable]] = {}
    for writer in {use.table.id: use.table for use in used if use.writes}.values():
        for topic in topics_of(writer):
            writers.setdefault(topic, []).append(writer)
    foreign = {name for connector in project.of(Connector) for name in connector.topics}
    foreign |= {name for source in project.of(HttpSource) for name in source.topics}
    foreign |= {query.topic for query in project.of(KsqlStatement) if query.is_query}
    for reader in {use.table.id: use.table for use in used if not use.writes}.values():
        topics = topics_of(reader)
        mine = list({writer.id: writer for topic in topics for writer in writers.get(topic, ())}.values())
        # What else writes the topic may write the field.
        if mine and reader not in mine and foreign.isdisjoint(topics) and all(map(_is_json, (reader, *mine))):
            yield from _compare(reader, mine)


def _is_json(table: FlinkTable) -> bool:
    return table.options.get("value.format", table.options.get("format", "")) == "json"


def _compare(reader: FlinkTable, writers: Sequence[FlinkTable]) -> Iterator[Diagnostic]:
    written = [json_fields(writer) for writer in writers]
    names = ", ".join(f"`{writer.id.name}`" for writer in writers)
    known = {name for fields in written for name in fields}
    for name, type_ in json_fields(reader).items():
        other = next(
            (fields[name] for fields in written if name in fields and not fits_flink(fields[name], type_)), None
        )
        if name not in known:
            mend = did_you_mean(name, known, f"write it, or remove it from {reader.path.as_posix()}")
            summary = f"{names} writes no field `{name}` into the topic: it is always null here"
            yield warning("LND023", summary, column_place(reader, name), mend)
        elif other:
            summary = f"`{name}` is {type_}, which cannot hold {other} of {names}"
            yield warning("LND024", summary, column_place(reader, name), "declare the same type in both")
