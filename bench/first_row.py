"""How long `millstream demo` needs from an empty state folder to the first rows, backfilled and live.

    python bench/first_row.py [--json FILE]

A live row is one whose event was scheduled after the demo's generator started. Live dead letters and late events come
as soon as a checkpoint commits them, but one order in a hundred is bad or late: the first is due after some ten
seconds. A live minute of revenue needs its minute and the watermark's 10 s by design.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import figures
import throwaway
from figures import Figure

from millstream.engines.clickhouse import ClickHouse
from millstream.engines.postgres import Postgres
from millstream.errors import EngineError
from millstream.local.environment import reader_urls

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded import Embedded

POLL_SECONDS = 0.2
PATIENCE_SECONDS = 400
THREADS = 10
AIM_SECONDS = 60
DATABASES = ("postgres", "clickhouse")
BACKFILLED = "first backfilled row"
BY_DESIGN = "first live minute of revenue"
# Name, table, and the column with the time for which a row must be newer than the generator.
LIVE = (
    ("first live dead letter", "dead_letters", "record_time"),
    ("first live late event", "late_events", "record_time"),
    (BY_DESIGN, "revenue_by_city_minute", "minute"),
)


def main() -> int:
    arguments = figures.with_json(argparse.ArgumentParser(description=__doc__.splitlines()[0])).parse_args()
    conditions = figures.conditions()
    # Its client complains of a server that is not up yet, which is what is waited for here.
    logging.getLogger("clickhouse_connect").setLevel(logging.CRITICAL)
    with throwaway.platform() as platform, ThreadPoolExecutor(THREADS) as pool:
        began = time.time()
        demo = pool.submit(_timed, lambda: platform.millstream("demo"))
        measured = [
            *_rows(platform, pool, demo, began),
            Figure("the demo shows its answers", demo.result() - began, "s"),
        ]
    measured.sort(key=lambda figure: figure.value)
    figures.show("From `millstream demo` on an installed machine", measured)
    figures.keep(arguments.json, [asdict(figure) for figure in measured], conditions)
    return 0


def _timed(action: Callable[[], object]) -> float:
    action()
    return time.time()


def _rows(platform: Embedded, pool: ThreadPoolExecutor, demo: Future[float], began: float) -> list[Figure]:
    backfilled = {name: pool.submit(_first, platform, demo, name, "revenue_by_city_minute") for name in DATABASES}
    generator = _generator_start(platform, demo)
    newer = f"'{datetime.fromtimestamp(generator, UTC):%Y-%m-%d %H:%M:%S}'"
    live = {
        (title, name): pool.submit(_first, platform, demo, name, table, f"{column} >= {newer}")
        for title, table, column in LIVE
        for name in DATABASES
    }
    rows = {(BACKFILLED, name): seen for name, seen in backfilled.items()} | live
    return [
        Figure("the generator starts", generator - began, "s"),
        *(
            Figure(f"{title} in {name}", seen.result() - began, "s", None if title == BY_DESIGN else AIM_SECONDS)
            for (title, name), seen in rows.items()
        ),
    ]


def _generator_start(platform: Embedded, demo: Future[float]) -> float:
    """Unix time at which the demo's live generator came up."""
    while (process := platform.process("generator")) is None:
        _check(demo)
        time.sleep(POLL_SECONDS)
    return process.create_time()


def _first(platform: Embedded, demo: Future[float], database: str, table: str, where: str = "TRUE") -> float:
    """Unix time at which a table first shows such a row."""
    engine: Postgres | ClickHouse | None = None
    schema = "bronze." if database == "postgres" else ""
    deadline = time.time() + PATIENCE_SECONDS
    while time.time() < deadline:
        _check(demo)
        try:
            engine = engine or _engine(platform, database)
            if engine.query(f"SELECT 1 FROM {schema}{table} WHERE {where} LIMIT 1")[1]:
                return time.time()
        except EngineError:
            # Neither the server nor the table is there before `demo` has made them.
            engine = None
        time.sleep(POLL_SECONDS)
    raise TimeoutError(f"no such row came to {table} of {database} in {PATIENCE_SECONDS} s")


def _engine(platform: Embedded, database: str) -> Postgres | ClickHouse:
    if not (platform.state / "secrets.json").exists():
        raise EngineError("the platform has no passwords yet")
    url = reader_urls(platform.site)[database]
    return Postgres(url) if database == "postgres" else ClickHouse(url)


def _check(demo: Future[float]) -> None:
    """Stop when the demo has failed: its rows would never come."""
    if demo.done():
        demo.result()


if __name__ == "__main__":
    sys.exit(main())
