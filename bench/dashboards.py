"""How long a dashboard takes in a browser until its last chart is drawn, with few rows and with ten million.

    python bench/dashboards.py [--rows 10000000] [--loads 10] [--json FILE]

On a throw-away platform with Superset and a few thousand rows of the example, in the distribution's Chromium. Then the
order lines in ClickHouse are repeated, each time a minute earlier, until there are as many as asked for; charts read
them through their `FINAL` view. Dashboards take turns, so that Superset has forgotten its answers (10 s) by the next.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import clickhouse_connect
import figures
import throwaway
from figures import Figure
from playwright.sync_api import sync_playwright
from superset_project import copy_of_project

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parents[1] / "tests" / "browser")]

import chromium  # noqa: E402 - found through the path above
from dashboards import VIEWS  # noqa: E402

from landed_rows import fill  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded import Embedded

# Those that ClickHouse answers.
SHOWN = [name for name in VIEWS if "day-by-day" not in name]
LINES = "order_items_enriched_rows"
REPEAT = f"""
INSERT INTO {LINES}
SELECT lines.* REPLACE (
  concat(order_id, '-', toString(number)) AS order_id,
  ordered_at - toIntervalMinute(number) AS ordered_at
)
FROM {LINES} AS lines CROSS JOIN numbers(1, {{times:UInt64}}) AS numbers
"""


def main() -> int:
    parser = figures.with_json(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--rows", type=int, default=10_000_000, help="order lines in ClickHouse")
    parser.add_argument("--loads", type=int, default=10, help="of each dashboard")
    arguments = parser.parse_args()
    began = figures.conditions()
    with throwaway.platform(copy_of_project) as platform:
        _prepare(platform)
        few = _loads(platform, arguments.loads)
        rows, seconds = _enlarge(platform, arguments.rows)
        many = _loads(platform, arguments.loads)
    measured = [
        Figure(f"{name}, {words}", figures.percentile(taken[name], share), "s")
        for name in SHOWN
        for words, taken, share in (
            ("few rows, median", few, 0.5),
            (f"{rows:,} order lines, median", many, 0.5),
            (f"{rows:,} order lines, p95", many, 0.95),
        )
    ]
    measured.append(Figure("the rows were written in", seconds, "s"))
    figures.show(f"Dashboards in a browser, {arguments.loads} loads each", measured)
    figures.keep(arguments.json, [asdict(figure) for figure in measured], began)
    return 0


def _prepare(platform: Embedded) -> None:
    platform.millstream("up", "--only", "superset")
    platform.millstream("apply")
    fill(platform.env["POSTGRES_URL"], platform.env["CLICKHOUSE_URL"], datetime.now(UTC))


def _loads(platform: Embedded, loads: int) -> Mapping[str, list[float]]:
    """Seconds of each load of each dashboard, which take turns; a first one of each does not count."""
    address = f"http://{platform.site.address('superset')}"
    with sync_playwright() as driver:
        browser = chromium.launch(driver)
        page = browser.new_context(viewport=chromium.SIZE).new_page()
        page.set_default_timeout(chromium.WAIT_MS)
        chromium.log_in(page, address, "admin", platform.site.secrets["superset.admin"])
        rounds = [{name: VIEWS[name].show(page, address) for name in SHOWN} for _ in range(loads + 1)]
        browser.close()
    return {name: [taken[name] for taken in rounds[1:]] for name in SHOWN}


def _enlarge(platform: Embedded, rows: int) -> tuple[int, float]:
    """Repeat the order lines; how many there are then, and the seconds it took."""
    with clickhouse_connect.get_client(dsn=platform.env["CLICKHOUSE_URL"], send_receive_timeout=600) as client:
        there = int(client.command(f"SELECT count() FROM {LINES}"))
        began = time.monotonic()
        client.command(REPEAT, parameters={"times": max(0, math.ceil(rows / there) - 1)})
        return int(client.command(f"SELECT count() FROM {LINES}")), time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
