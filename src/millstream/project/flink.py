"""`flink_sql/`: tables, views and jobs."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from millstream.diagnostics import SourceRange
from millstream.project.model import Column, FlinkTable, FlinkView, Job, Kind, ResourceId
from millstream.sql import FLINK, created, flink_create, is_setting, references, setting, table_name, unique
from millstream.sql.tokens import word

if TYPE_CHECKING:
    from millstream.project.files import File
    from millstream.project.reading import Reading
    from millstream.sql import Created, Option, Statement

_ONE_JOB = "put branches of one stream into EXECUTE STATEMENT SET BEGIN … END, anything else into a file of its own"


def read_table(file: File, reading: Reading) -> None:
    """Read a file of `flink_sql/tables/`."""
    declared = _declared(file, reading, "TABLE")
    if declared is None:
        return
    statement, header = declared
    content = flink_create(statement, header.behind)
    table = FlinkTable(
        ResourceId(Kind.FLINK_TABLE, table_name(header.name), reading.namespace),
        file.path,
        statement.template,
        statement.text,
        dict(content.values),
        tuple(Column(c.name, c.type, c.nullable) for c in content.columns),
        content.primary_key,
        content,
        where=header.name.where,
        source=statement,
    )
    reading.resources.append(table)


def read_view(file: File, reading: Reading) -> None:
    """Read a file of `flink_sql/views/`."""
    declared = _declared(file, reading, "VIEW")
    if declared is None:
        return
    statement, header = declared
    view = FlinkView(
        ResourceId(Kind.FLINK_VIEW, table_name(header.name), reading.namespace),
        file.path,
        statement.template,
        statement.text,
        unique(references(statement).reads),
        where=header.name.where,
        source=statement,
    )
    reading.resources.append(view)


def _declared(file: File, reading: Reading, kind: str) -> tuple[Statement, Created] | None:
    statement = reading.one(_statements(file, reading), kind.lower())
    header = created(statement) if statement else None
    if statement is None:
        return None
    if header is None or header.kind != kind:
        reading.error(
            "PRJ007", f"files in {file.path.parent} hold one CREATE {kind}", statement.where, "move it to its folder"
        )
        return None
    reading.check_name(file, header.name.last, header.name.where)
    return statement, header


def read_job(file: File, reading: Reading) -> None:
    """Read a file of `flink_sql/jobs/`: settings, then one `INSERT` or one statement set."""
    statements = _statements(file, reading)
    body = [statement for statement in statements if not is_setting(statement)]
    statement = reading.one(tuple(body), "job", _ONE_JOB)
    if statement is None:
        if statements:
            reading.error("PRJ006", "the job has settings but no statement", SourceRange(file.path), "write its INSERT")
        return
    if not _is_job(statement):
        mend = "write INSERT INTO …, or EXECUTE STATEMENT SET BEGIN … END"
        reading.error("PRJ007", "a job is one INSERT or one statement set", statement.where, mend)
        return
    found = references(statement)
    settings = _settings(reading, statements, statement)
    job = Job(
        ResourceId(Kind.JOB, file.path.stem, reading.namespace),
        file.path,
        statement.template,
        statement.text,
        tuple((pair.key, pair.value) for pair, _ in settings),
        unique(found.reads),
        unique(found.writes),
        setting_templates=tuple((pair.key, template) for pair, template in settings),
        where=statement.where,
        source=statement,
    )
    reading.resources.append(job)


def _statements(file: File, reading: Reading) -> tuple[Statement, ...]:
    """The statements of a file without those that load a JAR: these are refused for what they do."""
    statements = reading.statements(file, FLINK)
    for statement in statements:
        if _loads_a_jar(statement):
            mend = "remove it: connectors come with the platform, and its JARs are pinned by their SHA-256"
            reading.error("ALW003", "a statement may load no JAR of its own", statement.where, mend)
    return tuple(statement for statement in statements if not _loads_a_jar(statement))


def _loads_a_jar(statement: Statement) -> bool:
    words = [word(token) for token in statement.tokens]
    function = words[0] == "CREATE" and "FUNCTION" in words[:5]
    return words[:2] == ["ADD", "JAR"] or (function and ("USING", "JAR") in pairwise(words))


def _is_job(statement: Statement) -> bool:
    return statement.words[0] == "INSERT" or statement.words[:4] == ("EXECUTE", "STATEMENT", "SET", "BEGIN")


def _settings(reading: Reading, statements: tuple[Statement, ...], job: Statement) -> list[tuple[Option, str]]:
    """The settings of a job, each with its statement as written."""
    pairs = []
    for statement in filter(is_setting, statements):
        pair = setting(statement)
        if pair is None:
            reading.error("PRJ008", "this is no setting", statement.where, "write SET 'key' = 'value';")
        elif statement.tokens[0].start > job.tokens[0].start:
            mend = "move it to the head of the file"
            reading.error("PRJ008", "a setting behind the job's statement has no effect", statement.where, mend)
        else:
            pairs.append((pair, statement.template))
    return pairs
