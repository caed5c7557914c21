"""`postgres/` and `clickhouse/`: landing tables and views, one `CREATE` a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import warning
from millstream.project.model import Column, Kind, Relation, ResourceId
from millstream.sql import CLICKHOUSE, POSTGRES, NotParsed, RelationText, created, relation

if TYPE_CHECKING:
    from millstream.project.files import File
    from millstream.project.reading import Reading
    from millstream.sql import Statement

_KINDS = {
    (POSTGRES, "TABLE"): Kind.POSTGRES_TABLE,
    (CLICKHOUSE, "TABLE"): Kind.CLICKHOUSE_TABLE,
    (CLICKHOUSE, "VIEW"): Kind.CLICKHOUSE_VIEW,
    (CLICKHOUSE, "MATERIALIZED VIEW"): Kind.CLICKHOUSE_MATERIALIZED_VIEW,
}
_EXPECTED = {POSTGRES: "CREATE TABLE", CLICKHOUSE: "CREATE TABLE, CREATE VIEW or CREATE MATERIALIZED VIEW"}


def read_relation(file: File, reading: Reading, dialect: str) -> None:
    """Read a file of `postgres/` or `clickhouse/`."""
    statement = reading.one(reading.statements(file, dialect), "table or view")
    if statement is None:
        return
    header = created(statement)
    kind = _KINDS.get((dialect, header.kind)) if header else None
    if header is None or kind is None:
        reading.error(
            "PRJ007",
            f"files in {file.path.parent} hold one {_EXPECTED[dialect]}",
            statement.where,
            "write one, or move the file",
        )
        return
    reading.check_name(file, header.name.last, header.name.where)
    content = _content(statement, reading)
    reading.resources.append(
        Relation(
            ResourceId(kind, header.name.authored, reading.namespace),
            file.path,
            statement.template,
            statement.text,
            tuple(Column(c.name, c.type, c.nullable, c.default) for c in content.columns),
            content.primary_key,
            tuple(dict.fromkeys(name.text for name in content.reads)),
            content.writes.text if content.writes else "",
            _topics(content),
            content.engine,
            content,
            where=header.name.where,
            source=statement,
        )
    )


def _content(statement: Statement, reading: Reading) -> RelationText:
    try:
        return relation(statement)
    except NotParsed as problem:
        # The engine is the judge of its own SQL: what our parser does not know is only left unchecked.
        summary = "millstream does not understand this statement from here on; its columns are not checked"
        reading.diagnostics.append(warning("SQL004", summary, problem.where, "check it with the engine itself"))
        return RelationText()


def _topics(content: RelationText) -> tuple[str, ...]:
    listed = next((s.value for s in content.settings if s.key == "kafka_topic_list"), "")
    return tuple(topic.strip() for topic in listed.split(",") if topic.strip())
