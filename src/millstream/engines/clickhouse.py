"""ClickHouse as an engine: landing tables, Kafka queues, materialized views and the views that readers use.

A live table is compared as a schema: by its columns, in the spelling ClickHouse itself gives their types.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError

from millstream.errors import EngineError
from millstream.observation import ABSENT, Observation
from millstream.project.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clickhouse_connect.driver.client import Client

    from millstream.project.model import Relation, ResourceId


class ClickHouse:
    """Client of one ClickHouse database.

    Args:
        url: `http://user:password@host:port/database`.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: Client | None = None
        self._spellings: dict[str, str] = {}

    @property
    def _client(self) -> Client:
        if self._opened is None:
            try:
                self._opened = clickhouse_connect.get_client(dsn=self._url, autogenerate_session_id=False)
            except ClickHouseError as exc:
                raise EngineError(
                    f"ClickHouse does not answer: {_first_line(exc)}", "`millstream status` tells more"
                ) from exc
        return self._opened

    def query(self, statement: str) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Run a query; gives column names and rows."""
        try:
            answer = self._client.query(statement)
        except ClickHouseError as exc:
            raise EngineError(f"ClickHouse refused the query: {_first_line(exc)}") from exc
        return tuple(answer.column_names), [tuple(row) for row in answer.result_rows]

    def observe(self, resources: Sequence[Relation]) -> Mapping[ResourceId, Observation]:
        """Compare the live columns with the declared ones.

        Traits are an object's id and a digest of the text that ClickHouse keeps of it: engine, order, query.
        """
        if not resources:
            return {}
        found = self._client.query(
            "SELECT table, groupArray(name || ' ' || type) FROM "
            "(SELECT * FROM system.columns WHERE database = currentDatabase() ORDER BY table, position) GROUP BY table"
        )
        live = {str(table): [_folded(column) for column in columns] for table, columns in found.result_rows}
        seen = {relation.id: self._compare(relation, live) for relation in resources}
        traits = self._traits()
        detached = self._detached() if any(not found.exists for found in seen.values()) else frozenset()
        return {relation.id: _with_traits(seen[relation.id], relation, traits, detached) for relation in resources}

    def columns(self, databases: Sequence[str]) -> Mapping[tuple[str, str], frozenset[str]]:
        """The columns of every table and view in some databases, by database and name."""
        try:
            rows = self._client.query(
                "SELECT database, table, groupArray(name) FROM system.columns"
                " WHERE has({databases:Array(String)}, database) GROUP BY database, table",
                parameters={"databases": list(databases)},
            ).result_rows
        except ClickHouseError as exc:
            raise EngineError(f"ClickHouse refused the query: {_first_line(exc)}") from exc
        return {(str(database), str(table)): frozenset(columns) for database, table, columns in rows}

    def create(self, resource: Relation) -> None:
        """Create one object."""
        self._command(resource.statement, resource.id.engine_name)

    def _command(self, statement: str, name: str) -> None:
        try:
            self._client.command(statement)
        except ClickHouseError as exc:
            raise EngineError(f"ClickHouse refused {name}: {_first_line(exc)}") from exc

    def replace(self, resource: Relation) -> None:
        """Make a view, a materialized view or a queue again, under its name and with what else reads it.

        A queue goes on from the offsets of its consumer group, and stands still while no materialized view reads it.
        """
        name = resource.id.engine_name
        if resource.id.kind is Kind.CLICKHOUSE_VIEW:
            self._command(re.sub(r"\ACREATE", "CREATE OR REPLACE", resource.statement, flags=re.IGNORECASE), name)
            return
        # With SYNC it would wait for ever: the materialized view holds on to the queue it reads.
        self._command(f"DROP TABLE IF EXISTS {name}", name)
        self._end_reading(resource.reads)
        self.create(resource)

    def _end_reading(self, names: Sequence[str]) -> None:
        """Have queues begin anew: one that is waiting for messages would still pass them to the view as it was."""
        found = self._client.query(
            "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'Kafka'"
            " AND has({names:Array(String)}, name)",
            parameters={"names": list(names)},
        )
        for (queue,) in found.result_rows:
            self._command(f"DETACH TABLE {queue}", queue)
            self._command(f"ATTACH TABLE {queue}", queue)

    def _compare(self, relation: Relation, live: Mapping[str, Sequence[str]]) -> Observation:
        columns = live.get(relation.id.engine_name)
        if columns is None:
            return ABSENT
        declared = [f"{column.name} {self._spelled(column.type)}" for column in relation.columns]
        if not declared or declared == list(columns):
            return Observation(exists=True)
        changed = [text for text in declared if text not in columns] + [
            text for text in columns if text not in declared
        ]
        return Observation(exists=True, differences=tuple(f"column {text} stands on one side only" for text in changed))

    def _traits(self) -> Mapping[str, Mapping[str, str]]:
        _, rows = self.query(
            "SELECT name, toString(uuid), create_table_query, version() FROM system.tables"
            " WHERE database = currentDatabase()"
        )
        return {str(name): {"id": str(uuid), "definition": _digest(*text)} for name, uuid, *text in rows}

    def _detached(self) -> frozenset[str]:
        _, rows = self.query("SELECT table FROM system.detached_tables WHERE database = currentDatabase()")
        return frozenset(str(table) for (table,) in rows)

    def _spelled(self, kind: str) -> str:
        """ClickHouse's own spelling of a type, asked for once."""
        if kind not in self._spellings:
            answer = self._client.query(
                "SELECT toTypeName(defaultValueOfTypeName({kind:String}))", parameters={"kind": kind}
            )
            self._spellings[kind] = _folded(str(answer.result_rows[0][0]))
        return self._spellings[kind]


def _with_traits(
    seen: Observation, relation: Relation, traits: Mapping[str, Mapping[str, str]], detached: frozenset[str]
) -> Observation:
    name = relation.id.engine_name
    if seen.exists:
        return replace(seen, traits=traits.get(name, {}), is_rowless=relation.is_rowless)
    words = (f"is detached: `ATTACH TABLE {name}` brings it back",)
    return replace(seen, differences=words) if name in detached else seen


def _digest(text: object, version: object) -> str:
    """Only a digest: settings of an engine may hold a password."""
    return f"{version} {hashlib.sha256(str(text).encode()).hexdigest()[:32]}"


def _folded(text: str) -> str:
    """On one line: ClickHouse breaks a named Tuple over several in one place and not in the other."""
    return re.sub(r"\s+", " ", text).replace("( ", "(").replace(" )", ")")


def _first_line(exc: ClickHouseError) -> str:
    text = str(exc).strip().partition("\n")[0]
    return re.sub(r"https?://\S+", "the server", text)
