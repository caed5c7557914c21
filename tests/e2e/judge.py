"""Hold what the engines have against what the oracle computes from the dumped bytes of topic `orders`."""

import time

import clickhouse_connect
import duckdb
import psycopg

from oracle import (
    DEAD_LETTERS,
    LANDED,
    LATE_EVENTS,
    ORDER_ITEMS,
    compare,
    compute,
    dump,
    empty_tables,
    read_clickhouse,
    read_json,
    read_postgres,
    violations,
)

STILL_SECONDS = 5


def verdict(platform, folder):
    """Everything that is not as it should be, as sentences; empty when all is exact."""
    env = platform.env
    dumped = folder / "orders.parquet"
    dump(env["KAFKA_BOOTSTRAP"], "orders", dumped)
    with duckdb.connect() as connection:
        compute(connection, dumped)
        for table in (ORDER_ITEMS, DEAD_LETTERS, LATE_EVENTS):
            read_json(connection, env["KAFKA_BOOTSTRAP"], table, "")
        found = [compare(connection, table, "kafka") for table in (ORDER_ITEMS, DEAD_LETTERS, LATE_EVENTS)]
        for table in LANDED:
            read_postgres(connection, env["POSTGRES_URL"], table)
            read_clickhouse(connection, env["CLICKHOUSE_URL"], table)
            found += [compare(connection, table, "postgres"), compare(connection, table, "clickhouse")]
        landed = [f"{schema}.{table.name}" for table in LANDED for schema in ("postgres", "clickhouse")]
        broken = violations(connection, "kafka.order_items", "kafka.dead_letters", "kafka.late_events")
        empty = [f"{name} is empty" for name in empty_tables(connection, ["kafka.order_items", *landed])]
    return [str(difference) for difference in found if difference] + broken + empty


def await_exact(platform, folder, seconds):
    """Wait until nothing is wrong any more; give what still is when the time is over.

    A verdict reads and computes everything, so it is passed only when the results have stood still for a while.
    """
    deadline = time.monotonic() + seconds
    while True:
        _await_stillness(platform, deadline)
        wrong = verdict(platform, folder)
        if not wrong or time.monotonic() > deadline:
            return wrong


def _await_stillness(platform, deadline):
    before = None
    while (now := _landed(platform)) != before and time.monotonic() < deadline:
        before = now
        time.sleep(STILL_SECONDS)


def _landed(platform):
    """How many rows each landing table has."""
    with psycopg.connect(platform.env["POSTGRES_URL"]) as connection:
        rows = [connection.execute(f"SELECT count(*) FROM bronze.{t.name}".encode()).fetchone() for t in LANDED]
    client = clickhouse_connect.get_client(dsn=platform.env["CLICKHOUSE_URL"], autogenerate_session_id=False)
    try:
        return [*rows, *(client.query(f"SELECT count() FROM {t.name}").result_rows for t in LANDED)]
    finally:
        client.close()
