"""How long `millstream demo` needs from an empty state folder to the first rows, backfilled and live.

    python bench/first_row.py [--json FILE]

A live row is one whose event was scheduled after the demo's generator started. Live dead letters and late events come
as soon as a checkpoint commits them; a live minute of revenue needs its minute and the watermark's 10 s by design.
"""

from __future__ import annotations

import argparse
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
AIM_SECONDS = 60
DATABASES = ("postgres", "clickhouse")
# Name, table, and the column with the time for which a row must be newer than the generator.
LIVE = (
    ("first live dead letter", "dead_letters", "record_time"),
    ("first live late event", "late_events", "record_time"),
    ("first live minute of revenue", "revenue_by_city_minute", "minute"),
)


def main() -> int:
    arguments = figures.with_json(argparse.ArgumentParser(description=__doc__.splitlines()[0])).parse_args()
    conditions = figures.conditions()
    with throwaway.platform() as platform, ThreadPoolExecutor(4) as pool:
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
    found = [Figure("the generator starts", generator - began, "s")]
    found += [
        Figure(f"first backfilled row in {database}", seen.result() - began, "s", AIM_SECONDS)
        for database, seen in backfilled.items()
    ]
    for title, table, column in LIVE:
        newer = f"{column} >= '{datetime.fromtimestamp(generator, UTC):%Y-%m-%d %H:%M:%S}'"
        seen = {name: pool.submit(_first, platform, demo, name, table, newer) for name in DATABASES}
        aim = None if column == "minute" else AIM_SECONDS
        found += [Figure(f"{title} in {name}", at.result() - began, "s", aim) for name, at in seen.items()]
    return found


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
