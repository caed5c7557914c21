"""One request to Flink's planner in a TableEnvironment of its own; the only importer of PyFlink."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import py4j.java_gateway
import py4j.protocol
from py4j.protocol import Py4JJavaError
from pyflink.common import Configuration
from pyflink.java_gateway import get_gateway
from pyflink.table import EnvironmentSettings, PlanReference, TableEnvironment
from pyflink.table.compiled_plan import CompiledPlan

from millstream.flinkplan import hints, reasons, settings
from millstream.flinkplan.model import (
    Compiled,
    CompileRequest,
    Described,
    DescribeRequest,
    Failure,
    JobSource,
    Refusal,
    Reply,
    Request,
    SubmitFailed,
    SubmitRequest,
    Submitted,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyflink.table import TableResult

_POSITIONED = "org.apache.calcite.runtime.CalciteContextException"
PROBE = "millstream_probe"
_PARSER = "org.apache.calcite.sql.parser.SqlParseException"


def start() -> None:
    """Start the JVM, so that the first request does not wait for it."""
    get_gateway()
    # PyFlink replaces some Java exceptions by Python ones that hold only a printed stack trace.
    py4j.java_gateway.get_return_value = py4j.protocol.get_return_value
    _environment(settings.PLANNING)


def answer(request: Request) -> Reply:
    """Carry out one request."""
    if isinstance(request, CompileRequest):
        return _compile(request.source)
    if isinstance(request, DescribeRequest):
        return _describe(request.source)
    return _submit(request)


def _compile(source: JobSource) -> Compiled:
    try:
        tables = _environment(settings.planning(source))
    except Py4JJavaError as exc:
        return Compiled(refusals=(reasons.refusal(source, source.job, _causes(exc)),))
    refused = _create_tables(tables, source)
    if refused:
        return Compiled(refusals=refused)
    try:
        plan = _compiled(tables, source.job.text)
        hints.lost_on_sources(plan)
    except Py4JJavaError:
        # Flink can run more than it can write down: only what it cannot explain either is refused.
        return _explained(tables, source)
    except hints.HintLostError as exc:
        return Compiled(refusals=(Refusal(source.job.resource, str(exc)),))
    return Compiled(plan)


def _compiled(tables: TableEnvironment, statement: str) -> str:
    # Java's own method: PyFlink compiles a single INSERT, or a set that was put together call by call.
    plan = tables._j_tenv.compilePlan(hints.settled(tables, statement))  # noqa: SLF001
    # Compiling stops before code is generated: explaining the plan finds what is left.
    CompiledPlan(plan, tables).explain()
    return str(plan.asJsonString())


def _explained(tables: TableEnvironment, source: JobSource) -> Compiled:
    try:
        tables.explain_sql(source.job.text)
    except Py4JJavaError as exc:
        return Compiled(refusals=(reasons.refusal(source, source.job, _causes(exc)),))
    return Compiled()


def _describe(source: JobSource) -> Described:
    tables = _environment(settings.planning(source))
    refused = _create_tables(tables, source)
    if refused:
        return Described(refusals=refused)
    try:
        columns = _columns(tables, source.job.text)
        listed = ", ".join(f"{_quoted(name)} {kind}" for name, kind in columns)
        tables.execute_sql(f"CREATE TEMPORARY TABLE {PROBE} ({listed}) WITH ('connector' = 'blackhole')")
        plan = tables.compile_plan_sql(f"INSERT INTO {PROBE} {source.job.text}")
    except Py4JJavaError as exc:
        return Described(refusals=(reasons.refusal(source, source.job, _causes(exc)),))
    # The sink is the plan's last node; Flink derives the key that its input's changes are told apart by.
    sink = json.loads(plan.as_json_string())["nodes"][-1]
    key = tuple(columns[index][0] for index in sink.get("inputUpsertKey") or ())
    return Described(columns, key, sink["inputChangelogMode"] == ["INSERT"])


def _columns(tables: TableEnvironment, query: str) -> tuple[tuple[str, str], ...]:
    # Java's own schema: PyFlink's has no words for a time attribute of a time zone.
    found = tables._j_tenv.sqlQuery(query).getResolvedSchema().getColumns()  # noqa: SLF001
    return tuple((c.getName(), _type(c.getDataType().getLogicalType().asSerializableString())) for c in found)


def _type(serialized: str) -> str:
    """Shorten what Flink writes in full; `NOT NULL` follows from the query and not from its author."""
    short = serialized.replace("VARCHAR(2147483647)", "STRING").replace("VARBINARY(2147483647)", "BYTES")
    short = re.sub(r"(TIMESTAMP)(\(\d\)) WITH LOCAL TIME ZONE", r"\1_LTZ\2", short.replace(" NOT NULL", ""))
    short = re.sub(r"\b(?:VAR)?BINARY\(\d+\)", "BYTES", short)
    return re.sub(r"\b(?:VAR)?CHAR\(\d+\)", "STRING", short)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _submit(request: SubmitRequest) -> Reply:
    source = request.source
    try:
        tables = _environment(settings.submission(request))
        refused = _create_tables(tables, source)
        if refused:
            return SubmitFailed(Failure.REFUSED, refused[0].message, refused)
        client = _execute(tables, source.job.text, request.plan).get_job_client()
    except Py4JJavaError as exc:
        return reasons.submit_failed(source, _causes(exc))
    return Submitted(str(client.get_job_id()))


def _execute(tables: TableEnvironment, statement: str, plan: str) -> TableResult:
    if not plan:
        return tables.execute_sql(statement)
    hints.settled(tables, statement)
    # PyFlink's own `load_plan` gives the plan Java's environment, which `execute` asks for what only Python's has.
    loaded = tables._j_tenv.loadPlan(PlanReference.from_json_string(plan)._j_plan_reference)  # noqa: SLF001
    return CompiledPlan(loaded, tables).execute()


def _create_tables(tables: TableEnvironment, source: JobSource) -> tuple[Refusal, ...]:
    """Create every table and view; a view over a table that was refused is not another mistake."""
    refused: list[Refusal] = []
    for statement in source.tables:
        try:
            tables.execute_sql(statement.text)
        except Py4JJavaError as exc:
            refused.append(reasons.refusal(source, statement, _causes(exc)))
    missing = {f"Object '{found.resource.partition('.')[2]}' not found" for found in refused}
    return tuple(found for found in refused if found.message not in missing)


def _environment(configuration: Mapping[str, str]) -> TableEnvironment:
    made = Configuration()
    for key, value in configuration.items():
        made.set_string(key, value)
    # Java's own builder: PyFlink's puts a class loader around those of all earlier environments, and every look for a
    # class goes through all of them.
    builder = get_gateway().jvm.org.apache.flink.table.api.EnvironmentSettings.newInstance().inStreamingMode()
    return TableEnvironment.create(EnvironmentSettings(builder.withConfiguration(made._j_configuration).build()))  # noqa: SLF001


def _causes(exc: Py4JJavaError) -> list[reasons.Cause]:
    """The chain of Java exceptions, outermost first."""
    found: list[reasons.Cause] = []
    java = exc.java_exception
    while java is not None:
        name = java.getClass().getName()
        found.append(reasons.Cause(name, java.getMessage() or "", _position(name, java)))
        java = java.getCause()
    return found


def _position(name: str, java: Any) -> tuple[int, int, int, int] | None:
    if name == _POSITIONED:
        return java.getPosLine(), java.getPosColumn(), java.getEndPosLine(), java.getEndPosColumn()
    if name == _PARSER and java.getPos() is not None:
        place = java.getPos()
        return place.getLineNum(), place.getColumnNum(), place.getEndLineNum(), place.getEndColumnNum()
    return None
