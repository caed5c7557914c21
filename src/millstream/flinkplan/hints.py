"""Hints on sinks, made part of the tables of a session.

A compiled plan names its tables and forgets `/*+ OPTIONS(…) */`: a sink would be opened with what its `CREATE TABLE`
says. So the options of a hint are set on the session's own copy of the table before the plan is loaded.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyflink.table import TableEnvironment

_SET = "org.apache.flink.table.operations.StatementSetOperation"
_INSERT = "org.apache.flink.table.operations.SinkModifyOperation"
_HINTED = "hints=[[[OPTIONS"


class HintLostError(ValueError):
    """A hint that a compiled plan cannot keep; the message says which and what to write instead."""


def settled(tables: TableEnvironment, statement: str) -> Any:
    """Parse an `INSERT` or a statement set and set what its hints say on the tables it writes.

    Returns:
        Java's list of the inserts.

    Raises:
        HintLostError: two inserts give one table different options.
    """
    parsed = tables._j_tenv.getParser().parse(statement)  # noqa: SLF001 - PyFlink has no parser of its own
    first = parsed.get(0)
    inserts = first.getOperations() if first.getClass().getName() == _SET else parsed
    hinted: dict[str, dict[str, str]] = {}
    for number in range(inserts.size()):
        insert = inserts.get(number)
        # A bare query, as a file that no job reaches is tried with, writes nothing.
        if insert.getClass().getName() != _INSERT:
            continue
        name = insert.getContextResolvedTable().getIdentifier().asSerializableString()
        options = dict(insert.getDynamicOptions())
        if hinted.setdefault(name, options) != options:
            raise HintLostError(f"{name} is written with different hints; declare a table of its own for each")
    for name, options in hinted.items():
        if options:
            pairs = ", ".join(f"{_text(key)} = {_text(value)}" for key, value in options.items())
            tables.execute_sql(f"ALTER TABLE {name} SET ({pairs})")
    return inserts


def lost_on_sources(plan: str) -> None:
    """See that no source of a compiled plan had a hint, which it has forgotten.

    Raises:
        HintLostError: one had.
    """
    for node in json.loads(plan)["nodes"]:
        if "scanTableSource" in node and _HINTED in node["description"]:
            table = node["scanTableSource"]["table"]["identifier"]
            raise HintLostError(f"{table} is read with a hint; write its options into a table of its own")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
