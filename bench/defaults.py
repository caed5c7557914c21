"""The example's settings against the connectors' and engines' defaults: the same SQL, the same events, equal results.

    python bench/defaults.py [--seconds 600] [--json FILE]

A backlog is sent while no job runs; then the jobs start and work it off. Counted are the time until the last row has
landed and the CPU it took, the start of ClickHouse, Connect and Flink included. Both runs must equal the oracle, row by
row.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import figures
import throwaway
from flow import cpu_seconds

sys.path.insert(0, str(throwaway.BENCH.parent / "tests"))

from judge import assert_exact, landed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded import Embedded

SECONDS = 600
START, GO_ON = "2026-01-31T06:00:00Z", "2026-01-31T06:00:31Z"
FLOW = ("generate", "--rate", "200", "--bad", "2", "--late", "2", "--speed", "max")
STILL_SECONDS = 20
# What the profile adds to a default, as it stands in the tree: whole lines, or the part of an address.
PROFILE = {
    "flink_sql/jobs": (
        r"SET 'pipeline\.object-reuse'.*\n",
        r"SET 'state\.backend\..*\n",
        r"SET 'table\.exec\.mini-batch\..*\n",
        r"SET 'table\.exec\.deduplicate\.mini-batch\..*\n",
    ),
    "flink_sql/tables": (
        r"  'sink\.buffer-flush\..*\n",
        r"  'properties\.(linger\.ms|batch\.size|compression\.type|fetch\.min\.bytes|fetch\.max\.wait\.ms)'.*\n",
        r"\?reWriteBatchedInserts=true",
    ),
    "clickhouse": (r"  kafka_(flush_interval_ms|poll_timeout_ms|consumer_reschedule_ms|poll_max_batch_size) = .*\n",),
}


@dataclass(frozen=True)
class Drain:
    """A backlog that was worked off.

    Args:
        settings: whose settings.
        seconds: from the start of the jobs to the last landed row.
        cpu: CPU-seconds of each service.
    """

    settings: str
    seconds: float
    cpu: Mapping[str, float]


def main() -> int:
    arguments = _arguments()
    began = figures.conditions()
    ours, defaults = (_drain(settings, arguments.seconds) for settings in ("ours", "defaults"))
    rows = [("seconds until the last row has landed", ours.seconds, defaults.seconds)]
    rows += [(f"CPU-seconds, {name}", ours.cpu[name], defaults.cpu[name]) for name in ours.cpu]
    figures.table(
        f"Working off {200 * arguments.seconds:,.0f} events, both exact",
        ("measured", "our settings", "defaults", "defaults / ours"),
        [(name, f"{a:,.1f}", f"{b:,.1f}", f"{b / a:.2f}" if a else "") for name, a, b in rows],
    )
    figures.keep(arguments.json, [asdict(ours), asdict(defaults)], began)
    return 0


def _arguments() -> argparse.Namespace:
    parser = figures.with_json(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--seconds", type=float, default=SECONDS, help="length of the backlog at 200 events/s")
    return parser.parse_args()


def _drain(settings: str, seconds: float) -> Drain:
    with throwaway.platform() as platform, tempfile.TemporaryDirectory() as folder:
        if settings == "defaults":
            _strip(platform.root)
        platform.start_company()
        platform.millstream(*FLOW, "--duration", "30", "--seed", "15", "--as-of", START)
        platform.millstream("down")
        platform.millstream("up", "--only", "kafka", "--only", "postgres")
        platform.millstream(*FLOW, "--duration", str(seconds), "--seed", "16", "--as-of", GO_ON, "--close")
        drain = _watch(platform, settings)
        assert_exact(platform, Path(folder), 300)
    print(f"{settings}: {drain.seconds:.1f} s, equal to the oracle", file=sys.stderr)
    return drain


def _watch(platform: Embedded, settings: str) -> Drain:
    """Start the jobs, and wait until nothing has landed for a while; what the watching costs is in both runs."""
    before, spent = time.monotonic(), cpu_seconds(platform)
    platform.millstream("up")
    counts, changed, used = landed(platform), time.monotonic(), cpu_seconds(platform)
    while time.monotonic() - changed < STILL_SECONDS:
        time.sleep(1)
        if (now := landed(platform)) != counts:
            counts, changed, used = now, time.monotonic(), cpu_seconds(platform)
    return Drain(settings, changed - before, {name: used[name] - spent.get(name, 0) for name in used})


def _strip(root: Path) -> None:
    """Take what the profile adds out of the tree."""
    for folder, patterns in PROFILE.items():
        for file in sorted((root / folder).glob("*.sql")):
            text = file.read_text(encoding="utf-8")
            for pattern in patterns:
                text = re.sub(pattern, "", text)
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
