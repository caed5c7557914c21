"""The whole example under load: does it keep up, what does it cost, how late are its results?

    python bench/company.py [--rate 5000] [--seconds 300] [--climb 1.25] [--json FILE]

Events come live, at the wall's clock. While they flow the records that no job has read yet are counted; a rate is
steady when they are no more in the last third of the run than in the middle one. With `--climb` the rate is raised by
this factor, for 90 s a time, until it is not steady any more.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import figures
import throwaway
from cluster import Cluster
from flow import cpu_seconds, generating

from millstream.engines.clickhouse import ClickHouse
from millstream.engines.postgres import Postgres
from millstream.local.environment import reader_urls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from embedded import Embedded

RATE = 5_000
SECONDS = 300
WARM_UP = ("--rate", "2000", "--duration", "60")
CLIMB_SECONDS = 90
SAMPLE_SECONDS = 10
# What a run may gain between its thirds and still be called flat, in seconds of its own rate: samples scatter.
FLAT_SECONDS = 1.0
# The generator itself must have been able to send at the rate.
REACHED = 0.98
TASKMANAGER = "flink-taskmanager"
EXACTLY_ONCE = 3.0
WATERMARK = 10.0
# Table, the time its rows are counted from, and seconds the dictionary allows: a row counts from its event's time;
# for a window, from the window's end. Each exactly-once topic on the way adds a checkpoint (2 s) and 1 s.
TABLES = {
    "postgres": (
        ("dead_letters", "record_time", EXACTLY_ONCE),
        ("late_events", "record_time", EXACTLY_ONCE),
        ("shipment_event_history", "record_time", EXACTLY_ONCE),
        ("order_items_enriched", "ordered_at", WATERMARK + 1 + EXACTLY_ONCE),
        ("revenue_by_city_minute", "minute + INTERVAL '1 minute'", WATERMARK + 1 + EXACTLY_ONCE),
        ("sales_per_city", "window_end", WATERMARK + 1 + EXACTLY_ONCE),
    ),
    "clickhouse": (
        ("dead_letters", "record_time", EXACTLY_ONCE),
        ("late_events", "record_time", EXACTLY_ONCE),
        ("order_items_enriched", "ordered_at", WATERMARK + 1 + 2 * EXACTLY_ONCE),
        ("revenue_by_city_minute", "minute + INTERVAL 1 MINUTE", WATERMARK + 1 + 2 * EXACTLY_ONCE),
        ("sales_per_city", "window_end", WATERMARK + 1 + 2 * EXACTLY_ONCE),
    ),
}
SECONDS_OF = {
    "postgres": "EXTRACT(epoch FROM landed_at - ({since}))::float8",
    "clickhouse": "dateDiff('ms', {since}, landed_at) / 1000",
}
QUANTILE = {
    "postgres": "percentile_disc({share}) WITHIN GROUP (ORDER BY {seconds})",
    "clickhouse": "quantileExact({share})({seconds})",
}


@dataclass(frozen=True)
class Run:
    """One rate, held for a while.

    Args:
        rate: events a second that were asked for.
        reached: events a second that the broker confirmed.
        middle: records not read yet, median of the middle third of the run.
        last: the same of the last third.
        worst: the job that had most to read at the end.
    """

    rate: float
    reached: float
    middle: float
    last: float
    worst: str

    @property
    def steady(self) -> bool:
        """Whether the jobs kept up, and the generator too."""
        return self.last - self.middle <= FLAT_SECONDS * self.rate and self.reached >= REACHED * self.rate

    @property
    def row(self) -> tuple[str, ...]:
        """The run as cells of a table."""
        numbers = (f"{value:,.0f}" for value in (self.rate, self.reached, self.middle, self.last))
        return *numbers, self.worst, "steady" if self.steady else "falls behind"


def main() -> int:
    arguments = _arguments()
    began = figures.conditions()
    with throwaway.platform() as platform:
        platform.start_company()
        cluster = Cluster(platform.env["FLINK_REST"])
        _hold(platform, cluster, *WARM_UP)
        before = _spent(platform, cluster)
        since = time.time()
        runs = [_run(platform, cluster, arguments.rate, arguments.seconds)]
        spent = _cost(before, _spent(platform, cluster), runs[0].reached * arguments.seconds)
        late = list(_latencies(platform, since + 60))
        costs = cluster.checkpoints()
        while arguments.climb and runs[-1].steady:
            runs.append(_run(platform, cluster, runs[-1].rate * arguments.climb, CLIMB_SECONDS))
    figures.table(
        "Keeping up", ("rate", "reached", "unread, middle", "unread, end", "most unread", ""), [r.row for r in runs]
    )
    figures.table("CPU", ("what", "CPU-seconds per million events"), [(n, f"{s:,.0f}") for n, s in spent.items()])
    figures.show("Latency, event to landed row", late)
    figures.table(
        "Checkpoints",
        ("job", "completed", "median ms", "p99 ms", "state KiB"),
        [
            (name, c.completed, f"{c.median_ms:,.0f}", f"{c.p99_ms:,.0f}", f"{c.state_kb:,.0f}")
            for name, c in sorted(costs.items())
        ],
    )
    kept = [
        *({"run": asdict(run), "steady": run.steady} for run in runs),
        {"cpu_seconds_per_million": dict(spent)},
        *(asdict(figure) for figure in late),
        *({"job": name, **asdict(cost)} for name, cost in costs.items()),
    ]
    figures.keep(arguments.json, kept, began)
    return 0


def _arguments() -> argparse.Namespace:
    parser = figures.with_json(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--rate", type=float, default=RATE, help="events a second over all topics")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long the rate is held")
    parser.add_argument("--climb", type=float, default=0, metavar="FACTOR", help="then raise the rate while it holds")
    return parser.parse_args()


def _run(platform: Embedded, cluster: Cluster, rate: float, seconds: float) -> Run:
    reached, samples = _hold(platform, cluster, "--rate", str(rate), "--duration", str(seconds))
    totals = [sum(sample.values()) for sample in samples]
    third = len(totals) // 3
    middle, last = statistics.median(totals[third:-third]), statistics.median(totals[-third:])
    run = Run(rate, reached, middle, last, max(samples[-1], key=lambda name: samples[-1][name]))
    print(f"{rate:,.0f} events/s: {'steady' if run.steady else 'falls behind'}", file=sys.stderr)
    return run


def _hold(platform: Embedded, cluster: Cluster, *flow: str) -> tuple[float, list[Mapping[str, float]]]:
    """Generate, and count what is unread; returns the rate that was reached and the counts by job."""
    samples = []
    with generating(platform, *flow, "--bad", "1", "--late", "1", "--seed", str(int(time.time()))) as generator:
        while generator.running:
            samples.append(cluster.pending())
            time.sleep(SAMPLE_SECONDS)
    return generator.confirmed / generator.seconds, samples


@dataclass(frozen=True)
class _Spent:
    services: Mapping[str, float]
    jobs: Mapping[str, float]


def _spent(platform: Embedded, cluster: Cluster) -> _Spent:
    return _Spent(cpu_seconds(platform), cluster.busy_seconds())


def _cost(before: _Spent, after: _Spent, events: float) -> Mapping[str, float]:
    """CPU-seconds per million events of each service, and of each job by its share of the TaskManager's busy time.

    The TaskManager's CPU is measured; how it divides among the jobs follows the time their tasks were busy.
    """
    millions = events / 1e6
    services = {name: (used - before.services.get(name, 0)) / millions for name, used in after.services.items()}
    busy = {name: seconds - before.jobs.get(name, 0) for name, seconds in after.jobs.items()}
    share = services[TASKMANAGER] / sum(busy.values())
    jobs = {f"  job {name}": seconds * share for name, seconds in busy.items()}
    return dict(_descending(services)) | dict(_descending(jobs))


def _descending(values: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(values.items(), key=lambda item: -item[1])


def _latencies(platform: Embedded, since: float) -> Iterator[figures.Figure]:
    """Latency of the rows that landed after a time, in Unix seconds, by table."""
    urls = reader_urls(platform.site)
    engines = {"postgres": Postgres(urls["postgres"]), "clickhouse": ClickHouse(urls["clickhouse"])}
    landed = {"postgres": f"landed_at > to_timestamp({since})", "clickhouse": f"toUnixTimestamp(landed_at) > {since}"}
    for database, tables in TABLES.items():
        for name, column, allowed in tables:
            seconds = SECONDS_OF[database].format(since=column)
            asked = ", ".join(QUANTILE[database].format(share=share, seconds=seconds) for share in (0.5, 0.99))
            schema = "bronze." if database == "postgres" else ""
            (row,) = engines[database].query(f"SELECT {asked} FROM {schema}{name} WHERE {landed[database]}")[1]
            for share, value in zip(("p50", "p99"), row, strict=True):
                aim = allowed if share == "p50" else None
                yield figures.Figure(f"{name} in {database}, {share}", float(value), "s", aim)


if __name__ == "__main__":
    sys.exit(main())
