"""How long a row needs from its scheduled send time until a reader sees it, in PostgreSQL and ClickHouse.

    python bench/latency.py [--rate N ...] [--seconds S] [--only NAME ...]
                            [--queue KEY=VALUE ...] [--topic KEY=VALUE ...] [--json FILE]

Open loop: every event has a time at which it is due, and counts from then, however late it is sent. Three jobs read
one topic at once on a throw-away platform: one with millstream's settings, one with the connectors' defaults, and one
across an exactly-once topic. README.md tells how to read the figures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import figures
import throwaway
from embedded import Embedded
from openloop import Sender, timetable
from sightings import ClickHouseReader, PostgresReader, Watch

from millstream.local.environment import reader_urls

if TYPE_CHECKING:
    from pathlib import Path

    from sightings import Reader

TREE = throwaway.BENCH / "latency"
JOBS = ("tuned", "defaults", "exact")
RATES = (50, 2_000, 5_000)
DROP_SECONDS = 10
# A new JVM interprets first: before it has compiled, at 2,000 events/s rows came seconds late.
WARM_UP_RATE = 2_000
# A query costs the engine more than a row: where latency is counted in seconds, looking often would only add load.
POLL_SECONDS = {
    ("tuned", "postgres"): 0.01,
    ("defaults", "postgres"): 0.01,
    ("tuned", "clickhouse"): 0.02,
    ("defaults", "clickhouse"): 0.1,
    ("exact", "clickhouse"): 0.1,
}
# The engine's default flush interval is 7.5 s.
PATIENCE_SECONDS = 25
# Milliseconds at p50 and p99. Across the exactly-once topic a checkpoint interval (2 s) comes on top.
AIMS = {
    ("tuned", "postgres"): (60, 200),
    ("tuned", "clickhouse"): (150, 500),
    ("exact", "clickhouse"): (2150, 2500),
}
COLUMNS = ("rate", "database", "settings", "p50 ms", "p90 ms", "p99 ms", "max ms", "missing", "aim p50/p99")


@dataclass(frozen=True)
class Latency:
    """Latency of one table at one rate, in milliseconds."""

    rate: float
    database: str
    settings: str
    rows: int
    p50: float
    p90: float
    p99: float
    longest: float
    missing: int
    polls_per_second: float

    @property
    def row(self) -> tuple[str, ...]:
        """The latency as cells of a table."""
        aim = AIMS.get((self.settings, self.database))
        shown = [f"{value:,.0f}" for value in (self.p50, self.p90, self.p99, self.longest)]
        first = (f"{self.rate:,.0f}/s", self.database, self.settings)
        return *first, *shown, str(self.missing), f"≤ {aim[0]} / {aim[1]}" if aim else ""


def main() -> int:
    arguments = _arguments()
    began = figures.conditions()
    with throwaway.platform(lambda root: Embedded(shutil.copytree(TREE, root))) as platform:
        _choose(platform, arguments)
        platform.millstream("up")
        platform.millstream("apply")
        _measure(platform, arguments, WARM_UP_RATE, 1)
        first = 1 + round(WARM_UP_RATE * arguments.seconds)
        measured: list[Latency] = []
        for rate in arguments.rate:
            measured += _measure(platform, arguments, rate, first)
            first += round(rate * arguments.seconds)
    figures.table("Latency, scheduled send to first sight", COLUMNS, [latency.row for latency in measured])
    figures.keep(arguments.json, [asdict(latency) for latency in measured], began)
    return 0


def _arguments() -> argparse.Namespace:
    parser = figures.with_json(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--rate", type=float, nargs="+", default=RATES, help="events a second, one run each")
    parser.add_argument("--seconds", type=float, default=40, help="length of a run; the first 10 s do not count")
    parser.add_argument("--only", nargs="+", choices=JOBS, default=JOBS, help="only these of the three jobs")
    parser.add_argument(
        "--queue", nargs="+", default=[], metavar="KEY=VALUE", help="try this setting in our ClickHouse queues"
    )
    parser.add_argument(
        "--topic", nargs="+", default=[], metavar="KEY=VALUE", help="try this option in our Kafka sinks"
    )
    return parser.parse_args()


def _choose(platform: Embedded, arguments: argparse.Namespace) -> None:
    """Leave out jobs, with their queues, and try other settings in the place of ours."""
    for job in set(JOBS) - set(arguments.only):
        (platform.root / f"flink_sql/jobs/pass_{job}.sql").unlink()
        for file in (platform.root / "clickhouse").glob(f"{job}*.sql"):
            file.unlink()
    for job in set(arguments.only) - {"defaults"}:
        for setting in arguments.queue:
            _set(platform.root / f"clickhouse/{job}_queue.sql", "  {} = {}", setting)
        for setting in arguments.topic:
            _set(platform.root / f"flink_sql/tables/{job}.sql", "  '{}' = '{}'", setting)


def _set(file: Path, line: str, setting: str) -> None:
    """Replace a setting that stands on a line of its own and is not the last."""
    key, _, value = setting.partition("=")
    lines = file.read_text(encoding="utf-8").splitlines()
    place = [number for number, text in enumerate(lines) if text.startswith(line.format(key, "").rstrip(" '"))]
    lines[place[0]] = line.format(key, value) + ","
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _measure(platform: Embedded, arguments: argparse.Namespace, rate: float, first: int) -> list[Latency]:
    plan = timetable(rate, arguments.seconds, first)
    watches = {
        (job, database): Watch(reader, plan, PATIENCE_SECONDS, POLL_SECONDS[job, database])
        for job in arguments.only
        for database, reader in _readers(platform, job).items()
    }
    sender = Sender(platform.env["KAFKA_BOOTSTRAP"], "events", plan)
    with ThreadPoolExecutor(len(watches)) as pool:
        looking = [pool.submit(watch.look) for watch in watches.values()]
    for ended in looking:
        ended.result()
    confirmed = sender.confirmed()[round(DROP_SECONDS * rate) :]
    print(f"{rate:,.0f} events/s done, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    return [
        _latency(rate, "confirmed", "kafka", confirmed),
        *(
            _latency(rate, job, database, watch.latencies(DROP_SECONDS), watch)
            for (job, database), watch in watches.items()
        ),
    ]


def _readers(platform: Embedded, job: str) -> dict[str, Reader]:
    urls = reader_urls(platform.site)
    readers: dict[str, Reader] = {"clickhouse": ClickHouseReader(urls["clickhouse"], job)}
    if job != "exact":
        readers["postgres"] = PostgresReader(urls["postgres"], job)
    return readers


def _latency(rate: float, settings: str, database: str, seconds: list[float], watch: Watch | None = None) -> Latency:
    values = [1000 * value for value in seconds]
    p50, p90, p99 = (figures.percentile(values, share) for share in (0.5, 0.9, 0.99))
    polls = watch.polls / (watch.ended - watch.plan.start) if watch else 0
    missing = watch.missing if watch else 0
    return Latency(rate, database, settings, len(values), p50, p90, p99, max(values), missing, polls)


if __name__ == "__main__":
    sys.exit(main())
