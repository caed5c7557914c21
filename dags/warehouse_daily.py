"""Every night: load the files of suppliers, build the warehouse, say how good its data are.

A build takes whatever has landed, late rows too, so a night that was missed is made up by the next, and a second run
of the same night changes nothing.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TriggerRule, task

from include import assets, dbt_tasks, policy

PROFILE = "warehouse"


@task(**policy.FILES)
def load_files() -> list[dict[str, object]]:
    """Load every price sheet and reference file that has changed; unfit lines go to quarantine."""
    from include import files

    return files.load_all()


@task(trigger_rule=TriggerRule.ALL_DONE, retries=0)
def quality_report(dag_run: object = None, ti: object = None) -> str:
    """Write down what failed and what was set aside, open or close the alert, and fail when the night failed."""
    from include import quality

    states = ti.get_task_states(dag_id=dag_run.dag_id, run_ids=[dag_run.run_id])[dag_run.run_id]
    results = dbt_tasks.results_path(dag_run.dag_id, dag_run.run_id)
    return quality.report(dag_run.dag_id, dag_run.run_id, states, results)


with DAG(
    "warehouse_daily",
    schedule="0 2 * * *",
    start_date=policy.START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    default_args=policy.PATIENT,
    tags=["warehouse"],
    doc_md=__doc__,
) as dag:
    models = dbt_tasks.build(PROFILE)
    built = EmptyOperator(task_id="built", outlets=[assets.whole(PROFILE), *assets.marts(PROFILE)])
    [load_files(), dbt_tasks.renew_manifest(PROFILE)] >> models >> built >> quality_report()
