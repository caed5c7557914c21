"""Each dashboard in a real browser: every chart shows data, the numbers are the database's, nobody outside is asked.

With MILLSTREAM_SCREENSHOTS=FOLDER the pages are kept as pictures, those of docs/images among them.
"""

import os
import re
from pathlib import Path

import clickhouse_connect
import psycopg
import pytest
import yaml
from embedded import REPOSITORY

pytestmark = pytest.mark.e2e

HOLDER = ".dashboard-component-chart-holder"
BUSY = f"{HOLDER} [data-test=loading-indicator], {HOLDER} .loading"
WRONG = f"{HOLDER} .ant-alert-error"
EMPTY = f"{HOLDER} :text('No results were returned')"
SHOTS = os.environ.get("MILLSTREAM_SCREENSHOTS")
DASHBOARDS = {
    yaml.safe_load(file.read_text(encoding="utf-8"))["slug"].removeprefix("${NS:-}"): yaml.safe_load(
        file.read_text(encoding="utf-8")
    )
    for file in sorted((REPOSITORY / "superset" / "dashboards").glob("*.yaml"))
}


def show(page, address, slug):
    """Open a dashboard, tall enough that all of its charts are drawn, and wait until they are."""
    page.set_viewport_size({"width": 1500, "height": 2300})
    page.goto(f"{address}/superset/dashboard/{slug}/")
    charts = sum(len(row["row"]) for row in DASHBOARDS[slug]["position"])
    page.wait_for_function(f"document.querySelectorAll('{HOLDER}').length == {charts}")
    for _ in range(120):
        page.wait_for_timeout(1000)
        if page.locator(BUSY).count() == 0:
            return
    pytest.fail(f"{slug}: charts still load after two minutes")


def number(page, title):
    """The number that a chart shows."""
    chart = page.locator(HOLDER).filter(has=page.get_by_text(title, exact=True)).first
    return chart.locator(".header-line").inner_text()


@pytest.mark.parametrize("slug", DASHBOARDS)
def test_every_chart_shows_data(page, address, slug):
    show(page, address, slug)
    assert page.locator(WRONG).all_inner_texts() == []
    assert page.locator(EMPTY).count() == 0
    assert page.get_by_text(DASHBOARDS[slug]["dashboard_title"], exact=True).first.is_visible()
    if SHOTS:
        # Tiles of the map come behind the chart.
        page.wait_for_timeout(8000)
        height = page.locator(HOLDER).last.bounding_box()
        clip = {"x": 0, "y": 0, "width": 1500, "height": min(2300, height["y"] + height["height"] + 20)}
        page.screenshot(path=Path(SHOTS) / f"{slug}.png", clip=clip)


def test_numbers_are_those_of_the_databases(page, address, platform):
    client = clickhouse_connect.get_client(dsn=platform.env["CLICKHOUSE_URL"])
    low = client.query("SELECT count() FROM low_stock_alerts").result_rows[0][0]
    moving = client.query("SELECT countIf(speed_kmh > 0) FROM vehicle_last_position").result_rows[0][0]
    client.close()
    with psycopg.connect(platform.env["POSTGRES_URL"]) as connection:
        revenue, orders = connection.execute(
            "SELECT round(sum(revenue)), count(DISTINCT order_id) FROM bronze.order_items_enriched"
        ).fetchone()
    show(page, address, "live-operations")
    assert (number(page, "Low stock"), number(page, "On the road")) == (f"{low:,}", f"{moving:,}")
    show(page, address, "sales")
    assert number(page, "Orders") == f"{orders:,}"
    assert int(re.sub(r"\D", "", number(page, "Revenue"))) == revenue


def test_base_map_is_drawn(page, address):
    with page.expect_response(re.compile(r"/maptiles/\d+/\d+/\d+\.svg")) as answer:
        page.goto(f"{address}/superset/dashboard/live-operations/")
    assert answer.value.ok
    assert "<path" in answer.value.text()


def test_live_operations_changes_by_itself(page, address, platform):
    show(page, address, "live-operations")
    before = number(page, "Low stock")
    client = clickhouse_connect.get_client(dsn=platform.env["CLICKHOUSE_URL"])
    client.command(
        "INSERT INTO low_stock_alerts_rows (warehouse_id, product_id, product, level, reorder_point, last_changed_at,"
        " version, is_deleted) VALUES (1, 9999, 'new one', 0, 5, now64(3), 1, 0)"
    )
    client.close()
    for _ in range(90):
        page.wait_for_timeout(1000)
        if number(page, "Low stock") != before:
            break
    assert int(number(page, "Low stock")) == int(before) + 1


def test_browser_asked_nobody_else(page, address, asked):
    page.goto(f"{address}/dashboard/list/")
    page.wait_for_load_state("networkidle")
    assert asked == {address.removeprefix("http://")}
