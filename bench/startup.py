"""How long the platform needs to start, and how much memory it takes.

    python bench/startup.py [--json FILE]

On a throw-away platform: `up` with an empty state folder, `down`, `up` again, then the worked example with a light flow
of events. `millstream --help` is timed ten times.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import figures
import throwaway
from figures import Figure

if TYPE_CHECKING:
    from embedded import Embedded

HELP_RUNS = 10
# A plain `up` of a throw-away platform leaves these out.
LATER = [
    part for name in ("superset", "airflow-scheduler", "airflow-dags", "airflow-triggerer") for part in ("--only", name)
]
FLOW = ("generate", "--rate", "50", "--duration", "20", "--bad", "1", "--late", "1")


def main() -> int:
    arguments = figures.with_json(argparse.ArgumentParser(description=__doc__.splitlines()[0])).parse_args()
    began = figures.conditions()
    with throwaway.platform() as platform:
        helped = statistics.median(_seconds(platform, "--help") for _ in range(HELP_RUNS))
        cold = _seconds(platform, "up")
        _seconds(platform, "down")
        warm = _seconds(platform, "up")
        platform.millstream("seed")
        applied = _seconds(platform, "apply")
        platform.millstream(*FLOW)
        memory = _memory(platform)
        rest = _seconds(platform, "up", *LATER)
        whole = sum(_memory(platform).values())
    measured = (
        Figure("millstream --help, median of 10", helped, "s", 0.3),
        Figure("up, empty state folder", cold, "s", 25),
        Figure("up again after down", warm, "s"),
        Figure("apply, all topics, tables and jobs", applied, "s"),
        Figure("memory with jobs and 50 events/s", sum(memory.values()), "MiB", 4096),
        *(Figure(f"  {name}", size, "MiB") for name, size in memory.items()),
        Figure("up of Airflow and Superset beside the jobs", rest, "s"),
        Figure("up of everything: both", cold + rest, "s", 90),
        Figure("memory of everything", whole, "MiB", 10_240),
    )
    figures.show("Start and memory", measured)
    figures.keep(arguments.json, [asdict(figure) for figure in measured], began)
    return 0


def _seconds(platform: Embedded, *command: str) -> float:
    began = time.monotonic()
    platform.millstream(*command)
    return time.monotonic() - began


def _memory(platform: Embedded) -> dict[str, float]:
    """Proportional set size by service: pages that processes share count once."""
    return {service["name"]: service["rss_mb"] for service in platform.status()["services"] if service["rss_mb"]}


if __name__ == "__main__":
    sys.exit(main())
