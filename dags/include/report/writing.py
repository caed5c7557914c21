"""Ask, draw and keep a report."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from include import manifest, operations
from include.connections import warehouse
from include.report import figures, kpis, page
from include.report.charts import chart
from include.sheets.loading import make_tables


def folder() -> Path:
    """Where reports are kept."""
    return Path(os.environ.get("MILLSTREAM_REPORTS", Path.cwd()))


def write() -> Path:
    """Write today's report, over an earlier one of the same day, and give its path."""
    today = datetime.now(UTC).date()
    with warehouse() as connection:
        connection.autocommit = True
        operations.make_tables(connection)
        make_tables(connection)
        found = [figures.series(connection, kpi) for kpi in kpis.load(manifest.PROJECT)]
        html = page.render(today, found, figures.quality(connection), chart)
    path = folder() / f"daily-{today}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".new")
    half.write_text(html, encoding="utf-8")
    half.replace(path)
    return path
