"""How long a hundred dbt models take: by `dbt build` alone, as tasks of Cosmos (LOCAL), and as tasks of our DAGs.

    python bench/airflow_runs.py [--models 100] [--only plain ours] [--json FILE]

On a throw-away platform with PostgreSQL and Airflow and a generated dbt project; each way builds the same models again.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import figures
import generated_models
import throwaway
from airflow_api import AirflowApi
from figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embedded import Embedded

SERVICES = ("airflow-api", "airflow-scheduler", "airflow-dags", "airflow-triggerer")
# What is run in each way: a DAG, or none for dbt alone.
WAYS = {"plain": None, "cosmos": "cosmos_manifest", "ours": "ours"}
WORDS = {"plain": "`dbt build`", "cosmos": "Cosmos, LOCAL", "ours": "our DAG"}
LONGEST_SECONDS = 3600


def main() -> int:
    parser = figures.with_json(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--models", type=int, default=100, help="size of the project")
    parser.add_argument("--only", nargs="+", choices=WAYS, default=list(WAYS), help="which ways to try")
    arguments = parser.parse_args()
    began = figures.conditions()
    with throwaway.platform() as platform:
        _prepare(platform, arguments.models)
        measured = list(_measure(platform, arguments.models, arguments.only))
    figures.show("Building dbt models", measured)
    figures.keep(arguments.json, [asdict(figure) for figure in measured], began)
    return 0


def _prepare(platform: Embedded, models: int) -> None:
    """Put a generated project and its DAGs in the place of the example's, and start what they need."""
    shutil.rmtree(platform.root / "dbt_project")
    generated_models.write(platform.root / "dbt_project", models)
    for file in (platform.root / "dags").glob("*.py"):
        file.unlink()
    for name in filter(None, WAYS.values()):
        (platform.root / "dags" / f"{name}.py").write_text(generated_models.DAGS[name], encoding="utf-8")
    platform.millstream("up", "--only", "postgres")
    # It makes the schema, too, so that no way has more to do than another.
    platform.millstream("dbt", "--quiet", "build")
    platform.millstream("up", *(word for name in SERVICES for word in ("--only", name)))


def _measure(platform: Embedded, models: int, ways: Sequence[str]) -> Iterator[Figure]:
    password = platform.site.secrets["airflow.admin"]
    with AirflowApi(f"http://{platform.site.address('airflow')}", password) as api:
        api.await_dags(*filter(None, WAYS.values()))
        for way in ways:
            began = time.monotonic()
            if dag := WAYS[way]:
                run = api.run(dag, LONGEST_SECONDS)
                if run["state"] != "success":
                    raise SystemExit(f"{dag}: {api.tasks(dag, run['dag_run_id'])}")
            else:
                platform.millstream("dbt", "--quiet", "build")
            yield Figure(f"{models:,} models, {WORDS[way]}", time.monotonic() - began, "s")


if __name__ == "__main__":
    sys.exit(main())
