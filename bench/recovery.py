"""How long the example needs to recover from `kill -9` of each service, under load.

    python bench/recovery.py [--rate 400] [--times 3] [--json FILE]

A service has recovered when another process answers in its place, every job has completed a checkpoint that began
after the kill, and no more records are unread than two seconds of events.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import figures
import httpx
import throwaway
from cluster import Cluster
from figures import Figure
from flow import generating

from millstream.local.services.catalog import SERVICES

if TYPE_CHECKING:
    from embedded import Embedded

RATE = 400
TIMES = 3
NAMES = tuple(service.name for service in SERVICES if not (service.optional or service.spare))
SETTLED_SECONDS = 2
PATIENCE_SECONDS = 300
POLL_SECONDS = 0.5
# Flink brings what it shows of its metrics up to date every ten seconds.
QUIET_SECONDS = 12


def main() -> int:
    arguments = _arguments()
    began = figures.conditions()
    with throwaway.platform() as platform:
        platform.start_company()
        cluster = Cluster(platform.env["FLINK_REST"])
        flow = ("--rate", str(arguments.rate), "--bad", "1", "--late", "1")
        with generating(platform, *flow) as generator:
            time.sleep(60)
            jobs = frozenset(cluster.jobs())
            taken: dict[str, list[float]] = {
                name: [_recovery(platform, cluster, jobs, name, arguments.rate) for _ in range(arguments.times)]
                for name in NAMES
            }
            generator.process.terminate()
    measured = [
        figure
        for name, seconds in taken.items()
        for figure in (
            Figure(f"{name}, median of {len(seconds)}", statistics.median(seconds), "s"),
            Figure(f"{name}, longest", max(seconds), "s"),
        )
    ]
    figures.show("From kill -9 to every job running and caught up", measured)
    figures.keep(arguments.json, [asdict(figure) for figure in measured], began)
    return 0


def _arguments() -> argparse.Namespace:
    parser = figures.with_json(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--rate", type=float, default=RATE, help="events a second over all topics")
    parser.add_argument("--times", type=int, default=TIMES, help="kills of each service")
    return parser.parse_args()


def _recovery(platform: Embedded, cluster: Cluster, jobs: frozenset[str], service: str, rate: float) -> float:
    """Kill a service and return the seconds until everything is as before."""
    time.sleep(QUIET_SECONDS)
    process = platform.process(service)
    assert process is not None, f"{service} does not run"
    began, killed = time.monotonic(), time.time()
    process.kill()
    while time.monotonic() - began < PATIENCE_SECONDS:
        time.sleep(POLL_SECONDS)
        now = platform.process(service)
        if now and now.pid != process.pid and _as_before(platform, cluster, jobs, killed, rate):
            taken = time.monotonic() - began
            print(f"{service}: {taken:.1f} s", file=sys.stderr)
            return taken
    raise TimeoutError(f"{service} did not recover in {PATIENCE_SECONDS} s")


def _as_before(platform: Embedded, cluster: Cluster, jobs: frozenset[str], killed: float, rate: float) -> bool:
    ready = all(s["state"] == "ready" for s in platform.status()["services"] if s["name"] in NAMES)
    try:
        # A JobManager that has not noticed yet tells of jobs and counts as they were.
        since = {name: at for name, at in cluster.checkpointed_at().items() if at > killed}
        return ready and since.keys() == jobs and sum(cluster.pending().values()) <= SETTLED_SECONDS * rate
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    sys.exit(main())
