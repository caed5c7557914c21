"""How long `millstream check` needs: cold, with Flink's planner and without, and how long a large tree takes to read.

    python bench/check.py [--files 100] [--resources 5000] [--json FILE]

On generated trees in a folder that is deleted at the end; no engine runs, one planner's JVM at a time does.
"""

from __future__ import annotations

import argparse
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
from figures import Figure

from millstream import project, rules
from millstream.graph import Graph

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
SOURCE = """-- Orders {name}
CREATE TABLE {name} (
  order_id   STRING,
  city_id    INT,
  amount     DECIMAL(12, 2),
  ordered_at TIMESTAMP_LTZ(3),
  WATERMARK FOR ordered_at AS ordered_at - INTERVAL '10' SECOND
) """
SINK = "-- Results {name}\nCREATE TABLE {name} (\n  city_id INT,\n  revenue DECIMAL(38, 2)\n) "
# Several shapes, so that no plan is another one's.
QUERIES = (
    "SELECT city_id, CAST(amount AS DECIMAL(38, 2)) AS revenue\nFROM {source}\nWHERE amount > {number}",
    """SELECT city_id, SUM(amount) AS revenue
FROM TABLE(TUMBLE(TABLE {source}, DESCRIPTOR(ordered_at), INTERVAL '{size}' SECOND))
GROUP BY city_id, window_start, window_end""",
    """SELECT one.city_id, CAST(one.amount + other.amount AS DECIMAL(38, 2)) AS revenue
FROM {source} AS one
JOIN {source} AS other
  ON other.order_id = one.order_id
  AND other.ordered_at BETWEEN one.ordered_at AND one.ordered_at + INTERVAL '{size}' SECOND""",
)
# A chain of jobs is as long as that before the next one begins.
CHAIN = 5
ROUNDS = 3


def main() -> int:
    parser = figures.with_json(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--files", type=int, default=100, help="Flink files to check")
    parser.add_argument("--resources", type=int, default=5000, help="resources to read")
    arguments = parser.parse_args()
    began = figures.conditions()
    with tempfile.TemporaryDirectory(prefix="millstream-bench-") as folder:
        small, large = Path(folder, "small"), Path(folder, "large")
        files = write(small, jobs=max(1, arguments.files // 3))
        write(large, jobs=max(1, arguments.resources // 4))
        measured = (*_commands(small, files), *_reading(large))
    figures.show("Check", measured)
    figures.keep(arguments.json, [asdict(figure) for figure in measured], began)
    return 0


def write(root: Path, jobs: int) -> int:
    """Write a tree of jobs, each with a table it reads, a table it writes and that one's topic.

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
        query = QUERIES[number % len(QUERIES)].format(source=source, number=number, size=number + 1)
        (folders["tables"] / f"{source}.sql").write_text(SOURCE.format(name=source) + OPTIONS.format(topic=read))
        (folders["tables"] / f"{sink}.sql").write_text(SINK.format(name=sink) + OPTIONS.format(topic=sink))
        (folders["jobs"] / f"job_{number}.sql").write_text(f"-- Job {number}\nINSERT INTO {sink}\n{query};\n")
    listed = "".join(f"  {topic}:\n    partitions: 4\n" for topic in topics)
    (root / "kafka" / "topics.yml").write_text(f"topics:\n{listed}", encoding="utf-8")
    return 3 * jobs


def _commands(root: Path, files: int) -> Iterator[Figure]:
    yield Figure(f"check of {files} Flink files, cold", _seconds(root), "s", 8)
    fast = statistics.median(_seconds(root, "--no-planner") for _ in range(ROUNDS))
    yield Figure(f"check --no-planner, median of {ROUNDS}", fast, "s")


def _seconds(root: Path, *more: str) -> float:
    """Run the command; a generated tree has nothing wrong, so any other end than success ends the benchmark."""
    began = time.monotonic()
    command = (sys.executable, "-m", "millstream", "check", *more)
    subprocess.run(command, env={**os.environ, "MILLSTREAM_PROJECT": str(root)}, stderr=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def _reading(root: Path) -> Iterator[Figure]:
    values = {"KAFKA_BOOTSTRAP": "127.0.0.1:9"}
    began = time.monotonic()
    loaded = project.load(root, name="generated", variables=values)
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
