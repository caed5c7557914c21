"""Columns, types and keys of live tables, asked of PostgreSQL's and ClickHouse's own catalogs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from millstream.errors import ProjectError
from millstream.sql import CLICKHOUSE, NotParsed, RelationText, SqlText, relation
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.engines.clickhouse import ClickHouse
    from millstream.engines.postgres import Postgres

# Every table of the database with its columns in order; the key's columns carry their place in it.
_POSTGRES = """
SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), array_position(i.indkey, a.attnum)
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE a.attnum > 0 AND NOT a.attisdropped
ORDER BY 1, 2, a.attnum
"""
_CLICKHOUSE = """
SELECT name, create_table_query, sorting_key FROM system.tables WHERE database = currentDatabase() ORDER BY name
"""


@dataclass(frozen=True)
class PostgresTable:
    """A table as PostgreSQL's catalog has it; `columns` are names and types as `format_type` spells them."""

    database: str
    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]


@dataclass(frozen=True)
class ClickHouseTable:
    """A table or view of ClickHouse, and the Kafka queue its rows come through.

    Args:
        name: without the namespace.
        queue: columns of the queue, names and types.
        topic: that it reads, without the namespace.
        key: columns that its rows are ordered by.
    """

    name: str
    queue: tuple[tuple[str, str], ...]
    topic: str
    key: tuple[str, ...]


def database_of(url: str) -> str:
    """The database an address names."""
    return urlsplit(url).path.strip("/")


def with_database(url: str, database: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def postgres_table(client: Postgres, database: str, name: str, namespace: str) -> PostgresTable:
    """Look a table up; without a schema it is sought in all, `public` first.

    Raises:
        ProjectError: there is none of that name.
    """
    tables: dict[tuple[str, str], list[tuple[str, str, int | None]]] = {}
    for schema, table, column, kind, place in client.query(_POSTGRES)[1]:
        position = place if isinstance(place, int) else None
        tables.setdefault((str(schema), str(table)), []).append((str(column), str(kind), position))
    schema, _, plain = name.rpartition(".")
    found = [at for at in tables if at[1] in {plain, f"{namespace}{plain}"} and at[0] == (schema or at[0])]
    if not found:
        known = [f"{at}.{table}" for at, table in tables]
        mend = did_you_mean(name, [*known, *(table for _, table in tables)], "`\\dt *.*` in psql lists them")
        raise ProjectError(f"database {database} has no table `{name}`", mend=mend)
    at = min(found, key=lambda one: (one[0] != "public", one))
    keyed = sorted((place, column) for column, _, place in tables[at] if place is not None)
    columns = tuple((column, kind) for column, kind, _ in tables[at])
    return PostgresTable(database, at[0], plain, columns, tuple(column for _, column in keyed))


def clickhouse_table(client: ClickHouse, name: str, namespace: str) -> ClickHouseTable:
    """Look a table up and follow its feeds to the queue behind it.

    Raises:
        ProjectError: there is none, or no topic feeds it: Flink has no connector that reads ClickHouse.
    """
    found = {str(table): (str(text), str(key)) for table, text, key in client.query(_CLICKHOUSE)[1]}
    parsed = {table: _parsed(text) for table, (text, _) in found.items()}
    start = f"{namespace}{name.removeprefix(namespace)}"
    if start not in found:
        raise ProjectError(
            f"ClickHouse has no table `{name}`", mend=did_you_mean(name, found, "SHOW TABLES lists them")
        )
    path = _to_queue(start, parsed, ())
    if not path:
        mend = "Flink has no connector that reads ClickHouse: read the topic or the table its rows come from"
        raise ProjectError(f"no topic feeds ClickHouse table `{name}`", mend=mend)
    queue = parsed[path[-1]]
    topic = next(s.value for s in queue.settings if s.key == "kafka_topic_list")
    keys = [part.strip(" `") for table in path for part in found[table][1].split(",") if part.strip()]
    columns = tuple((column.name, column.type) for column in queue.columns)
    return ClickHouseTable(name.removeprefix(namespace), columns, topic.removeprefix(namespace), tuple(keys))


def _parsed(text: str) -> RelationText:
    try:
        (statement,) = SqlText.read(Path("clickhouse"), text.replace("${", "$ {"), {}, CLICKHOUSE).statements
        return relation(statement)
    except (NotParsed, ValueError):
        # What our parser does not know cannot be followed; the engine's own tables it knows.
        return RelationText()


def _to_queue(name: str, tables: Mapping[str, RelationText], seen: tuple[str, ...]) -> tuple[str, ...]:
    """The way from a table or view to a Kafka queue: through what a view reads, and what feeds a table."""
    if name in seen or name not in tables:
        return ()
    if tables[name].engine == "Kafka":
        return (*seen, name)
    feeds = [
        read.last for table in tables.values() if table.writes and table.writes.last == name for read in table.reads
    ]
    below = [*(read.last for read in tables[name].reads), *feeds]
    return next((way for other in below if (way := _to_queue(other, tables, (*seen, name)))), ())
