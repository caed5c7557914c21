"""Generated dbt projects of any size, and the DAGs that build them in three ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = "warehouse"
PROJECT = """\
name: generated
version: "1.0.0"
profile: warehouse
model-paths: [models]
flags: {send_anonymous_usage_stats: false}
models: {generated: {+materialized: table, +schema: generated}}
"""
PROFILES = """\
warehouse:
  target: local
  outputs:
    local:
      type: postgres
      host: "{{ env_var('DBT_POSTGRES_HOST') }}"
      port: "{{ env_var('DBT_POSTGRES_PORT', '5432') | as_number }}"
      user: "{{ env_var('DBT_POSTGRES_USER', 'dbt') }}"
      password: "{{ env_var('DBT_ENV_SECRET_POSTGRES_PASSWORD', '') }}"
      dbname: "{{ env_var('DBT_POSTGRES_DATABASE', 'warehouse') }}"
      schema: bench
      threads: 4
"""
FIRST = "select n, n % 7 as kind from generate_series(1, 1000) as n\n"
NEXT = "select a.n, b.kind from {{{{ ref('{one}') }}}} as a join {{{{ ref('{other}') }}}} as b on a.n = b.n\n"
TESTS = "version: 2\nmodels:\n"
TEST = "  - {{name: {name}, columns: [{{name: n, data_tests: [not_null]}}]}}\n"
# A model in so many reads no other.
WIDTH = 10

COSMOS = """
import os
from datetime import UTC, datetime
from pathlib import Path

from airflow.sdk import DAG
from cosmos import DbtTaskGroup, ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import ExecutionMode, InvocationMode, LoadMode

PROJECT = Path(os.environ["MILLSTREAM_PROJECT"]) / "dbt_project"
with DAG("{name}", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)) as dag:
    DbtTaskGroup(
        group_id="models",
        project_config=ProjectConfig(
            dbt_project_path=PROJECT,
            manifest_path=PROJECT / "target/warehouse/manifest.json",
            install_dbt_deps=False,
        ),
        profile_config=ProfileConfig(
            profile_name="warehouse", target_name="local", profiles_yml_filepath=PROJECT / "profiles.yml"
        ),
        execution_config=ExecutionConfig(
            execution_mode=ExecutionMode.LOCAL,
            invocation_mode=InvocationMode.SUBPROCESS,
            dbt_executable_path=os.environ["DBT_PROGRAM"],
        ),
        render_config=RenderConfig(
            load_method=LoadMode.{method},
            emit_datasets=False,
            invocation_mode=InvocationMode.SUBPROCESS,
            dbt_executable_path=os.environ["DBT_PROGRAM"],
        ),
    )
"""
OURS = """
from datetime import UTC, datetime

from airflow.sdk import DAG

from include import dbt_tasks

with DAG("{name}", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)) as dag:
    dbt_tasks.build("warehouse")
"""
DAGS = {
    "cosmos_ls": COSMOS.replace("{method}", "DBT_LS").replace("{name}", "cosmos_ls"),
    "cosmos_manifest": COSMOS.replace("{method}", "DBT_MANIFEST").replace("{name}", "cosmos_manifest"),
    "ours": OURS.replace("{name}", "ours"),
}


def write(folder: Path, count: int) -> None:
    """Write a dbt project of so many models, each but the first ten of which reads two others, and each with a test."""
    models = folder / "models"
    models.mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    (folder / "profiles.yml").write_text(PROFILES, encoding="utf-8")
    names = [f"model_{number:05}" for number in range(count)]
    for number, name in enumerate(names):
        above = {"one": names[number - WIDTH], "other": names[number // 2]}
        text = FIRST if number < WIDTH else NEXT.format(**above)
        (models / f"{name}.sql").write_text(text, encoding="utf-8")
    tests = TESTS + "".join(TEST.format(name=name) for name in names)
    (models / "_models.yml").write_text(tests, encoding="utf-8")
