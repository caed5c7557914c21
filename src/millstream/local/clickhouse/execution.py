"""Runs one statement on one connection; blocks, so it is called in a worker thread.

Rows travel through pipes: the event loop reads results from one end while the engine formats into
the other, or writes a body into one end while the engine parses from the other. Neither side
holds more than the pipe and a block of the engine.
"""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from millstream.local.clickhouse.errors import READONLY, SYNTAX_ERROR, ServerError, refuse
from millstream.local.clickhouse.native import empty_block
from millstream.local.clickhouse.session import literal
from millstream.local.clickhouse.statement import Purpose, refuse_beyond_reading

if TYPE_CHECKING:
    from millstream.local.clickhouse.engine import Connection, Outcome
    from millstream.local.clickhouse.request import ExternalTable, Request
    from millstream.local.clickhouse.session import Sessions
    from millstream.local.clickhouse.statement import Statement


@dataclass(frozen=True)
class Execution:
    """One statement, ready to run.

    Args:
        pipe: file descriptor of this side's end of the rows' pipe: the end the engine uses.
        mark: a comment in the statement's text by which the engine finds it when it must end.
    """

    request: Request
    statement: Statement
    pipe: int
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def format(self) -> str:
        """The result's format."""
        return self.statement.format or self.request.format


def run(execution: Execution, sessions: Sessions) -> Outcome:
    """Run a statement to its end; its rows go through the pipe, other output is in the outcome.

    Raises:
        ServerError: the engine or this server refused, or the engine failed.
    """
    _refuse_writing(execution)
    request = execution.request
    if not request.externals:
        with sessions.connection(request, execution.statement.keyword) as connection:
            return _run(connection, execution)
    return _run_beside_externals(execution, sessions)


def _run_beside_externals(execution: Execution, sessions: Sessions) -> Outcome:
    request = execution.request
    # Temporary tables cannot be made once the level is set.
    settings = dict(request.settings)
    level = settings.pop("readonly", None)
    with sessions.connection(replace(request, settings=settings), execution.statement.keyword) as connection:
        try:
            for table in request.externals:
                _load(connection, table)
            if level and not _in_session(request):
                connection.run(f"SET readonly = {literal(level)}")
            return _run(connection, execution)
        finally:
            if _in_session(request):
                for table in request.externals:
                    connection.run(f"DROP TEMPORARY TABLE IF EXISTS {table.name}")


def _in_session(request: Request) -> bool:
    return bool(request.session_id) and not request.user.reads_only


def _refuse_writing(execution: Execution) -> None:
    request, statement = execution.request, execution.statement
    if request.user.reads_only:
        refuse_beyond_reading(statement.text)
    elif (
        "readonly" in request.settings and request.session_id and statement.purpose not in {Purpose.READ, Purpose.LIST}
    ):
        raise refuse(READONLY, "Cannot execute query in readonly mode")


def _run(connection: Connection, execution: Execution) -> Outcome:
    request, statement = execution.request, execution.statement
    try:
        outcome = connection.run(_text(execution), execution.format, request.parameters)
    except ServerError as failure:
        if failure.code != SYNTAX_ERROR or statement.purpose is not Purpose.READ:
            raise
        # Parsed once more as it was given, so that the error speaks of the client's own text.
        outcome = connection.run(statement.text, execution.format, request.parameters)
    returns_rows = statement.purpose in {Purpose.READ, Purpose.LIST}
    if returns_rows and execution.format == "Native" and not outcome.rows:
        header = connection.run(statement.text, "JSONCompact", request.parameters)
        return replace(outcome, output=empty_block(header.output))
    return outcome


def _text(execution: Execution) -> bytes:
    statement, head, tail = execution.statement, execution.statement.head, execution.statement.tail
    mark = f"/* {execution.mark} */".encode()
    file = f"'/dev/fd/{execution.pipe}'".encode()
    name = execution.format.encode()
    if statement.purpose is Purpose.READ:
        return b"%b\nINTO OUTFILE %b APPEND FORMAT %b %b\n%b" % (head, file, name, tail, mark)
    if statement.through_input:
        return b"%b file(%b, %b, %b\n%b" % (head, file, literal(execution.format).encode(), tail, mark)
    if statement.purpose is Purpose.INSERT:
        return b"%b\nFROM INFILE %b %b\nFORMAT %b %b" % (head, file, tail, name, mark)
    if statement.purpose is Purpose.LIST:
        return b"%b %b\n%b" % (head, tail, mark)
    # Ahead of the text: behind it could be rows.
    return b"%b %b" % (mark, head)


def _load(connection: Connection, table: ExternalTable) -> None:
    connection.run(f"CREATE TEMPORARY TABLE {table.name} ({table.structure})")
    with tempfile.NamedTemporaryFile() as rows:
        rows.write(table.rows)
        rows.flush()
        connection.run(f"INSERT INTO {table.name} FROM INFILE {literal(rows.name)} FORMAT {table.format}")
