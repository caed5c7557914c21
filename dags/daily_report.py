"""When the warehouse was built: every KPI day by day and how good the data are, as one HTML file.

Reports are kept in `MILLSTREAM_REPORTS`, one a day, and sent to the apprise URLs in `REPORT_URLS`, if there are any.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, task

from include import assets, policy


@task
def write_report() -> str:
    """Ask the gold tables, draw, and keep the page; give its path."""
    from include.report import writing

    return str(writing.write())


@task.skip_if(lambda _: not _receivers(), skip_message="REPORT_URLS names nobody")
@task(retries=3)
def send_report(path: str) -> None:
    """Send the page to those who want it."""
    from pathlib import Path

    from include import notices

    notices.sender("REPORT_URLS", Path(path))("millstream: daily report", "The report is attached.")


def _receivers() -> bool:
    from include import notices

    return bool(notices.receivers("REPORT_URLS"))


with DAG(
    "daily_report",
    schedule=[assets.whole("warehouse")],
    start_date=policy.START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    default_args=policy.PATIENT,
    tags=["warehouse"],
    doc_md=__doc__,
) as dag:
    send_report(write_report())
