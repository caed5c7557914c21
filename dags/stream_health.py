"""Every minute: does the platform keep its limits? Opens an alert when it does not, closes it when it does again.

Limits are in `limits.yml`. Receivers are the apprise URLs in `ALERT_URLS`, as it was when the platform was started.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, task

from include import policy


@task(pool="health", retries=0, execution_timeout=timedelta(seconds=90))
def look() -> dict[str, object]:
    """Ask the platform and both databases, compare with the limits, settle and tell of alerts."""
    from include.health.look import look

    return look()


with DAG(
    "stream_health",
    schedule="* * * * *",
    start_date=policy.START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=3),
    tags=["operations"],
    doc_md=__doc__,
) as dag:
    look()
