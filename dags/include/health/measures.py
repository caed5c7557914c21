"""Ask both databases how fresh their tables are and what else the limits want to know."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
from clickhouse_connect.driver.exceptions import ClickHouseError
from psycopg import sql

from include import connections
from include.health.checks import Check, at_most

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clickhouse_connect.driver.client import Client

    from include.health.limits import Limits, Query, TableLimits

# Only what landed lately is read of a table that grows for years.
POSTGRES_TABLE = """
SELECT
  extract(epoch FROM now() - max({time})),
  percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM landed_at - {time}))
    FILTER (WHERE landed_at > now() - interval '5 minutes')
FROM {table}
WHERE landed_at > now() - interval '1 day'
"""
CLICKHOUSE_TABLE = """
SELECT
  if(count() = 0, NULL, dateDiff('millisecond', max({time}), now64(3)) / 1000),
  if(countIf(landed_at > now() - 300) = 0, NULL,
     quantileIf(0.95)(dateDiff('millisecond', {time}, landed_at) / 1000, landed_at > now() - 300))
FROM {table}
WHERE landed_at > now() - INTERVAL 1 DAY
"""


def of_postgres(connection: psycopg.Connection[Any], limits: Limits) -> Iterator[Check]:
    """Tables and queries of the warehouse."""
    for name, limit in limits.postgres.items():
        places = {"table": sql.Identifier("bronze", f"{_namespace()}{name}"), "time": sql.Identifier(limit.time)}
        text = sql.SQL(POSTGRES_TABLE).format(**places).as_string(connection)
        yield from _table(f"postgres {name}", partial(_one, connection, text), limit)
    for name, query in limits.queries.items():
        if query.database == "postgres":
            yield _number(name, partial(_one, connection, query.sql.replace("{ns}", _namespace())), query)


def of_clickhouse(limits: Limits) -> Iterator[Check]:
    """Tables and queries of the real-time database."""
    asked = [(name, query) for name, query in limits.queries.items() if query.database == "clickhouse"]
    if not asked and not limits.clickhouse:
        return
    try:
        client = connections.realtime()
    except ClickHouseError as exc:
        yield Check("clickhouse", is_ok=False, detail=f"does not answer: {_first_line(exc)}")
        return
    with client:
        for name, limit in limits.clickhouse.items():
            text = CLICKHOUSE_TABLE.format(table=f"{_namespace()}{name}", time=limit.time)
            yield from _table(f"clickhouse {name}", partial(_only, client, text), limit)
        for name, query in asked:
            yield _number(name, partial(_only, client, query.sql.replace("{ns}", _namespace())), query)


def _namespace() -> str:
    return os.environ.get("MILLSTREAM_NS", "")


def _one(connection: psycopg.Connection[Any], text: str) -> Sequence[Any]:
    row = connection.execute(text.encode()).fetchone()
    return row or (None,)


def _only(client: Client, text: str) -> Sequence[Any]:
    rows: Sequence[Sequence[Any]] = client.query(text).result_rows
    return rows[0]


def _table(name: str, ask: Callable[[], Sequence[Any]], limit: TableLimits) -> Iterator[Check]:
    try:
        age, latency = ask()
    except (psycopg.Error, ClickHouseError) as exc:
        yield Check(name, is_ok=False, detail=_first_line(exc))
        return
    if limit.freshness_s is not None:
        yield _freshness(f"{name}: freshness", age, limit.freshness_s)
    if limit.latency_s is not None:
        yield at_most(f"{name}: latency", None if latency is None else float(latency), limit.latency_s, "s")


def _freshness(name: str, age: float | None, most: float) -> Check:
    if age is None:
        return Check(name, is_ok=False, detail="nothing landed within a day", most=most)
    return at_most(name, float(age), most, "s")


def _number(name: str, ask: Callable[[], Sequence[Any]], query: Query) -> Check:
    try:
        (value,) = ask()
    except (psycopg.Error, ClickHouseError, ValueError) as exc:
        return Check(name, is_ok=False, detail=_first_line(exc), most=query.most)
    return at_most(name, None if value is None else float(value), query.most, query.unit)


def _first_line(exc: Exception) -> str:
    return str(exc).strip().partition("\n")[0][:300]
