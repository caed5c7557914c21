"""Hold what the engines have against what the oracle computes from the dumped bytes of every source topic."""

import time
from contextlib import contextmanager
from dataclasses import dataclass

import clickhouse_connect
import duckdb
import psycopg

from oracle import (
    EVENT_TOPICS,
    SOURCES,
    TABLES,
    Addresses,
    Place,
    Table,
    compare,
    compute,
    dump,
    empty_tables,
    read_found,
    violations,
)

STILL_SECONDS = 5


@dataclass(frozen=True)
class Scope:
    """What runs, and is judged: the topics that the oracle reads, those that are parsed, and the results."""

    sources: tuple[str, ...]
    topics: tuple
    tables: tuple[Table, ...]


COMPANY = Scope(SOURCES, EVENT_TOPICS, TABLES)


def verdict(platform, folder, may_be_empty=(), scope=COMPANY):
    """Everything that is not as it should be, as sentences; empty when all is exact.

    Args:
        platform: the platform to judge.
        folder: where the dump goes.
        may_be_empty: names of tables that this run need not fill.
        scope: what runs.
    """
    env = platform.env
    addresses = Addresses(env["KAFKA_BOOTSTRAP"], env["POSTGRES_URL"], env["CLICKHOUSE_URL"])
    dumped = folder / "records.parquet"
    dump(addresses.kafka, scope.sources, dumped)
    with duckdb.connect() as connection:
        compute(connection, dumped)
        found = []
        for table in scope.tables:
            for place in table.places:
                read_found(connection, addresses, table, place)
                found.append(compare(connection, table, place.schema))
        broken = violations(connection, "kafka", scope.topics)
        filled = [table for table in scope.tables if table.name not in may_be_empty]
        empty = [f"{name} is empty" for name in empty_tables(connection, filled)]
    return [str(difference) for difference in found if difference] + broken + empty


def assert_exact(platform, folder, seconds, may_be_empty=(), scope=COMPANY):
    """Wait until nothing is wrong any more, and fail with everything that still is when the time is over.

    A verdict reads and computes everything, so it is passed only when the results have stood still for a while.
    """
    deadline = time.monotonic() + seconds
    with _weather_held(platform):
        while True:
            _await_stillness(platform, deadline)
            wrong = verdict(platform, folder, may_be_empty, scope)
            if not wrong:
                return
            assert time.monotonic() < deadline, "\n".join(wrong)


@contextmanager
def _weather_held(platform):
    """Keep the weather from changing: it is polled by the wall clock, whatever else has come to its end."""
    sources = platform.process("sources")
    sources.suspend()
    try:
        yield
    finally:
        sources.resume()


def _await_stillness(platform, deadline):
    before = None
    while (now := landed(platform)) != before and time.monotonic() < deadline:
        before = now
        time.sleep(STILL_SECONDS)


def landed(platform):
    """How many rows each landing table has."""
    with psycopg.connect(platform.env["POSTGRES_URL"]) as connection:
        names = [table.name for table in TABLES if Place.POSTGRES in table.places]
        counts = [connection.execute(f"SELECT count(*) FROM bronze.{name}".encode()).fetchone() for name in names]
    client = clickhouse_connect.get_client(dsn=platform.env["CLICKHOUSE_URL"], autogenerate_session_id=False)
    try:
        names = [table.name for table in TABLES if Place.CLICKHOUSE in table.places]
        return [*counts, *(client.query(f"SELECT count() FROM {name}").result_rows for name in names)]
    finally:
        client.close()
