"""PostgreSQL as an engine: landing tables.

A live table is compared with its declaration as a schema, and PostgreSQL itself spells both: the declaration is
created as a temporary table in a transaction that is rolled back.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import sqlglot
from psycopg import sql
from sqlglot import exp

from millstream.errors import EngineError
from millstream.observation import ABSENT, Observation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.project.model import Relation, ResourceId

COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
FROM pg_attribute a WHERE a.attrelid = %s::oid AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'primary key', pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::oid AND contype = 'p'
"""

# The index of the primary key is the constraint's concern.
INDEXES = """
SELECT indrelid::text, relname, pg_get_indexdef(indexrelid)
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = ANY(%s::oid[]) AND NOT indisprimary
"""

RELATIONS = """
SELECT n.nspname, c.relname, array_agg(a.attname::text)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p', 'v', 'm')
GROUP BY n.nspname, c.relname
"""


class Postgres:
    """Client of one PostgreSQL database.

    Args:
        url: connection URL of a role that may create tables.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    @contextmanager
    def _connection(self, what: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        try:
            with psycopg.connect(self._url, connect_timeout=10) as connection:
                yield connection
        except psycopg.OperationalError as exc:
            raise EngineError(
                f"PostgreSQL does not answer: {_first_line(exc)}", "`millstream status` tells more"
            ) from exc
        except psycopg.Error as exc:
            raise EngineError(f"PostgreSQL refused {what}: {_first_line(exc)}") from exc

    def query(self, statement: str) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Run a read-only query; gives column names and rows."""
        with self._connection("the query") as connection:
            connection.read_only = True
            cursor = connection.execute(statement.encode())
            return tuple(column.name for column in cursor.description or ()), cursor.fetchall()

    def observe(self, resources: Sequence[Relation]) -> Mapping[ResourceId, Observation]:
        """Compare the live columns and primary key with the declared ones; traits are a table's oid and its indexes."""
        if not resources:
            return {}
        with self._connection("a look at its catalog") as connection:
            found = {relation.id: _observe(connection, relation) for relation in resources}
            indexes = _indexes(connection, [seen.traits["id"] for seen in found.values() if seen.exists])
        return {
            relation: replace(seen, traits={**seen.traits, **indexes.get(seen.traits.get("id", ""), {})})
            for relation, seen in found.items()
        }

    def columns(self, schemas: Sequence[str]) -> Mapping[tuple[str, str], frozenset[str]]:
        """The columns of every table and view in some schemas, by schema and name."""
        with self._connection("a look at its catalog") as connection:
            rows = connection.execute(RELATIONS, (list(schemas),)).fetchall()
        return {(str(schema), str(table)): frozenset(columns) for schema, table, columns in rows}  # type: ignore[call-overload]

    def create(self, resource: Relation) -> None:
        """Create the table, and its schema when that is missing, in one transaction."""
        name = resource.id.engine_name
        schema = name.rpartition(".")[0]
        with self._connection(f"table {name}") as connection:
            if schema:
                connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
            connection.execute(resource.statement.encode())


def _observe(connection: psycopg.Connection[tuple[object, ...]], relation: Relation) -> Observation:
    oid = _oid(connection, relation.id.engine_name)
    if oid is None:
        return ABSENT
    live = _columns(connection, oid)
    with connection.transaction(force_rollback=True):
        connection.execute(_as_temporary(relation).encode())
        declared = _columns(connection, _oid(connection, "pg_temp.declared"))
    return Observation(exists=True, differences=tuple(_differences(declared, live)), traits={"id": str(oid)})


def _oid(connection: psycopg.Connection[tuple[object, ...]], name: str) -> object:
    found = connection.execute("SELECT to_regclass(%s)::oid", (name,)).fetchone()
    return found[0] if found else None


def _columns(connection: psycopg.Connection[tuple[object, ...]], oid: object) -> Mapping[str, str]:
    return {str(column): str(kind) for column, kind in connection.execute(COLUMNS, (oid, oid))}


def _indexes(
    connection: psycopg.Connection[tuple[object, ...]], oids: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    """The indexes of all tables at once, by the table's oid."""
    found: dict[str, dict[str, str]] = {}
    for oid, name, definition in connection.execute(INDEXES, (list(oids),)):
        found.setdefault(str(oid), {})[f"index {name}"] = str(definition)
    return found


def _as_temporary(relation: Relation) -> str:
    tree = sqlglot.parse_one(relation.statement, dialect="postgres")
    table = tree.find(exp.Table)
    if table is None:
        raise EngineError(f"{relation.path.as_posix()} is no CREATE TABLE")
    table.replace(exp.to_table("pg_temp.declared"))
    return tree.sql(dialect="postgres")


def _differences(declared: Mapping[str, str], live: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(declared.keys() | live.keys()):
        if declared.get(name) != live.get(name):
            yield f"column {name} is {live.get(name, 'missing')}, declared is {declared.get(name, 'nothing')}"


def _first_line(exc: psycopg.Error) -> str:
    return str(exc).strip().partition("\n")[0]
