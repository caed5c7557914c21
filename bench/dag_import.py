"""How long Airflow needs to read a DAG of many dbt models: Cosmos with `dbt ls`, Cosmos with a manifest, and ours.

    python bench/dag_import.py [--models 100 1000 5000] [--rounds 3] [--json FILE]

On generated projects in a folder that is deleted at the end; no engine runs. Each reading is a process of its own, and
what it imports before it comes to the file is not counted: the DAG processor has done so once.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import figures
import generated_models
from figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[1]
# `dbt ls` of thousands of models takes longer than the DAG processor waits for a file.
LONGEST_SECONDS = 600
TASK = f"{generated_models.PROFILE}.model_00042.run"
READER = """
import runpy, sys, time
import airflow.sdk, cosmos, cosmos.converter, include.dbt_tasks
began = time.monotonic()
dag = runpy.run_path(sys.argv[1])["dag"]
print(time.monotonic() - began, len(dag.task_dict))
"""


def main() -> int:
    parser = figures.with_json(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--models", type=int, nargs="+", default=[100, 1000, 5000], help="sizes of the projects")
    parser.add_argument("--rounds", type=int, default=3, help="readings, of which the median counts")
    arguments = parser.parse_args()
    began = figures.conditions()
    measured = [figure for count in arguments.models for figure in _of(count, arguments.rounds)]
    figures.show("Reading a DAG", measured)
    figures.keep(arguments.json, [asdict(figure) for figure in measured], began)
    return 0


def _of(count: int, rounds: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="millstream-bench-") as folder:
        project = Path(folder) / "dbt_project"
        generated_models.write(project, count)
        environment = _environment(Path(folder))
        parse = (environment["DBT_PROGRAM"], "--quiet", "parse", "--target-path", "target/warehouse")
        subprocess.run(parse, cwd=project, env=environment, check=True)
        for name, text in generated_models.DAGS.items():
            file = Path(folder) / f"{name}.py"
            file.write_text(text, encoding="utf-8")
            yield _median(f"{count:,} models, {name}", file, environment, rounds)
        # Airflow tells a task's process which task it is.
        task = {"_AIRFLOW_PARSING_CONTEXT_DAG_ID": "ours", "_AIRFLOW_PARSING_CONTEXT_TASK_ID": TASK}
        yield _median(f"{count:,} models, ours, by one task", Path(folder) / "ours.py", {**environment, **task}, rounds)


def _median(words: str, file: Path, environment: Mapping[str, str], rounds: int) -> Figure:
    read = [_read(file, environment) for _ in range(rounds)]
    return Figure(f"{words} ({read[0][1]:,} tasks)", statistics.median(seconds for seconds, _ in read), "s")


def _read(file: Path, environment: Mapping[str, str]) -> tuple[float, int]:
    """Seconds that the file took, and how many tasks it made."""
    command = (program(".venv-airflow", "python"), "-c", READER, str(file))
    done = subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=LONGEST_SECONDS
    )
    seconds, tasks = done.stdout.split()[-2:]
    return float(seconds), int(tasks)


def program(environment: str, name: str) -> str:
    """A program of an environment, in the project or beside this interpreter's."""
    for folder in (ROOT, Path(sys.prefix).parent):
        if (found := folder / environment / "bin" / name).exists():
            return str(found)
    raise SystemExit(f"there is no {environment}/: run `make setup`")


def _environment(folder: Path) -> Mapping[str, str]:
    return {
        **os.environ,
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        # The cache would be in Airflow's database, and hide what is measured.
        "AIRFLOW__COSMOS__ENABLE_CACHE": "False",
        "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "False",
        "AIRFLOW__COSMOS__CACHE_DIR": str(folder / "cosmos"),
        "DO_NOT_TRACK": "1",
        "MILLSTREAM_PROJECT": str(folder),
        "DBT_PROGRAM": program(".venv-dbt", "dbt"),
        # Reading reaches no database.
        "DBT_POSTGRES_HOST": "nowhere",
        "PYTHONPATH": str(ROOT / "dags"),
        "PYTHONWARNINGS": "ignore",
    }


if __name__ == "__main__":
    sys.exit(main())
