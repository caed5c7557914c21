"""A dbt project as Airflow tasks, through Cosmos.

One task, the producer, runs `dbt build`; one task for each model and one for its tests follow it and show how it went
(Cosmos, "Watcher execution mode"). So dbt starts once and not once a model, and a model that failed is retried alone.
"""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_parsing_context, task
from cosmos.airflow.task_group import DbtTaskGroup
from cosmos.config import ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import ExecutionMode, InvocationMode, LoadMode

from include import manifest, policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LOOK_SECONDS = 2


def build(profile: str) -> DbtTaskGroup:
    """Tasks that build every model and run every test the manifest of a profile holds."""
    known = manifest.read(profile)
    return DbtTaskGroup(
        group_id=profile,
        project_config=ProjectConfig(
            dbt_project_path=manifest.PROJECT, manifest_path=manifest.path(profile), install_dbt_deps=False
        ),
        profile_config=ProfileConfig(
            profile_name=profile,
            target_name=os.environ.get("DBT_TARGET", "local"),
            profiles_yml_filepath=manifest.PROJECT / "profiles.yml",
        ),
        execution_config=ExecutionConfig(
            execution_mode=ExecutionMode.WATCHER,
            invocation_mode=InvocationMode.SUBPROCESS,
            dbt_executable_path=os.environ.get("DBT_PROGRAM", "dbt"),
            # Cosmos' own selection would go through every model once for every name.
            setup_operator_args={
                "pool": "dbt",
                "dbt_cmd_flags": ["--indirect-selection", "buildable", "--select", *manifest.selection(known)],
                "callback": keep_results,
                "execution_timeout": timedelta(hours=1),
            },
        ),
        render_config=RenderConfig(
            load_method=LoadMode.DBT_MANIFEST, emit_datasets=False, select=_asked_for(profile, manifest.models(known))
        ),
        # One that hands its waiting over to the triggerer is started a second time, for half a second of work; and
        # when that is sooner than the scheduler hears of the first end, Airflow takes it for a failure.
        operator_args={"pool": "models", "poke_interval": LOOK_SECONDS, "deferrable": False},
        default_args=policy.PATIENT,
    )


def _asked_for(group: str, models: Sequence[str]) -> list[str]:
    """The one model whose task this process runs; nothing, which stands for all, where the whole DAG is read.

    Each task reads its DAG's file anew, and what it does not run it need not make (Airflow's documentation, "Dynamic
    DAG Generation", on parsing during task execution).
    """
    running = (get_parsing_context().task_id or "").removeprefix(f"{group}.")
    # A model with tests is a group of tasks, one without is a task.
    model = running.rpartition(".")[0] or running.removesuffix("_run")
    return [model] if model in models else []


@task(pool="dbt")
def renew_manifest(profile: str) -> list[str]:
    """Let dbt parse what has changed; give the models that are new."""
    return list(manifest.renew(profile))


def results_folder() -> Path:
    """Where what dbt said of each run is kept."""
    return Path(os.environ.get("MILLSTREAM_REPORTS", Path.cwd())) / "dbt"


def results_path(dag_id: str, run_id: str) -> Path:
    """What dbt said of one run of one DAG."""
    return results_folder() / dag_id / f"{run_id}.json"


def keep_results(project: str, context: Mapping[str, Any]) -> None:
    """Keep dbt's `run_results.json`: the folder it ran in is thrown away."""
    found = Path(project) / "target" / "run_results.json"
    if found.is_file():
        kept = results_path(context["dag_run"].dag_id, context["run_id"])
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, kept)
