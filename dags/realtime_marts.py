"""Every five minutes: build the models of ClickHouse that are not kept by materialized views."""

from __future__ import annotations

from datetime import timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

from include import assets, dbt_tasks, policy

PROFILE = "realtime"


with DAG(
    "realtime_marts",
    schedule="*/5 * * * *",
    start_date=policy.START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=20),
    default_args=policy.PATIENT,
    tags=["realtime"],
    doc_md=__doc__,
) as dag:
    models = dbt_tasks.build(PROFILE)
    built = EmptyOperator(task_id="built", outlets=[assets.whole(PROFILE), *assets.marts(PROFILE)])
    dbt_tasks.renew_manifest(PROFILE) >> models >> built
