"""`ksql/`: streams and tables on topics, and the queries between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.diagnostics import SourceRange
from millstream.project.model import Kind, KsqlStatement, ResourceId
from millstream.sql import KSQL, folded, is_ksql_setting, ksql, setting
from millstream.sql.ksql import TOPIC, is_well_formed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from millstream.project.files import File
    from millstream.project.reading import Reading
    from millstream.sql import KsqlText, Statement

_EXPECTED = {
    Kind.KSQL_SOURCE: "CREATE STREAM or CREATE TABLE on a topic",
    Kind.KSQL_QUERY: "CREATE … AS SELECT or INSERT INTO … SELECT",
}


def read_statement(file: File, reading: Reading, kind: Kind) -> None:
    """Read a file of `ksql/sources/` or `ksql/queries/`: settings and variables, then one statement."""
    statements = reading.statements(file, KSQL)
    body = tuple(statement for statement in statements if not is_ksql_setting(statement))
    statement = reading.one(body, "stream, table or query")
    if statement is None:
        if statements:
            summary = "the file has settings but no statement"
            reading.error("PRJ006", summary, SourceRange(file.path), f"write its {_EXPECTED[kind]}")
        return
    content = ksql(statement)
    if content is None or content.is_query != (kind is Kind.KSQL_QUERY):
        summary = f"files in {file.path.parent} hold one {_EXPECTED[kind]}"
        reading.error("PRJ007", summary, statement.where, "write one, or move the file")
        return
    _check(file, reading, content)
    found = KsqlStatement(
        ResourceId(kind, _name(file, content), reading.namespace),
        file.path,
        statement.template,
        statement.text,
        content.type,
        folded(content.name),
        content.topic,
        tuple(dict.fromkeys(map(folded, content.reads))),
        content.values,
        _settings(reading, statements, statement),
        content,
        where=content.name.where,
        source=statement,
    )
    reading.resources.append(found)


def _check(file: File, reading: Reading, content: KsqlText) -> None:
    name, stem = content.name, file.path.stem
    if content.type:
        reading.check_name(file, stem if name.last.upper() == stem.upper() else name.last, name.where)
    if not (content.is_query or content.topic):
        summary = f"`{name.last}` names no topic: only a query has one by default"
        reading.error("KSQ001", summary, name.where, f"write {TOPIC} = '${{NS:-}}…' into its WITH")


def _settings(reading: Reading, statements: Sequence[Statement], body: Statement) -> dict[str, str]:
    """What the file's `SET`s come to."""
    settings: dict[str, str] = {}
    for statement in filter(is_ksql_setting, statements):
        if not is_well_formed(statement):
            mend = "write SET 'key' = 'value'; or DEFINE name = 'value';"
            reading.error("PRJ008", "this is neither a setting nor a variable", statement.where, mend)
        elif statement.tokens[0].start > body.tokens[0].start:
            mend = "move it to the head of the file"
            reading.error("PRJ008", "a setting behind the file's statement has no effect", statement.where, mend)
        elif pair := setting(statement):
            settings[pair.key] = pair.value
        elif statement.words[0] == "UNSET":
            settings.pop(statement.tokens[1].text, None)
    return settings


def _name(file: File, content: KsqlText) -> str:
    """Several queries may insert into one stream, so these are named as their files."""
    written = content.name.authored
    return (written if content.name.quoted else written.lower()) if content.type else file.path.stem
