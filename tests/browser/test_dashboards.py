"""Each dashboard in a real browser: every chart shows data, the numbers are the databases', nobody outside is asked.

With MILLSTREAM_SCREENSHOTS=FOLDER the pages are kept as pictures, those of docs/images among them.
"""

import os
import re
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import clickhouse_connect
import psycopg
import pytest
from dashboards import ALERT, EMPTY, HOLDER, VIEWS, WRONG, chart, number, rows

pytestmark = pytest.mark.e2e

SHOTS = os.environ.get("MILLSTREAM_SCREENSHOTS")
# Every KPI as its chart shows it: what is written above it, and what the star schema says, in the unit that is shown.
KPIS = {
    "sales-day-by-day": {
        "Revenue": "SELECT round(sum(revenue)) FROM gold.sales_day",
        "Margin": "SELECT round(sum(margin)) FROM gold.sales_day",
        "Margin share": "SELECT 100 * sum(margin) / sum(costed_revenue) FROM gold.sales_day",
    },
    "supply-chain-day-by-day": {
        "On time": "SELECT 100.0 * sum(on_time_deliveries) / sum(deliveries) FROM gold.delivery_day",
        "Delay": "SELECT avg(greatest(minutes_late, 0)) FROM gold.fct_shipment WHERE is_order_delivery",
        "Stock cover": (
            "SELECT sum(units * window_days) / sum(units_sold) FROM gold.stock_day"
            " WHERE date_key = (SELECT max(date_key) FROM gold.stock_day)"
        ),
        "Stock-outs": "SELECT count(*) FROM bronze.inventory_levels WHERE level <= 0",
        "Suppliers": (
            "SELECT 100 * avg((received_at <= promised_at)::int) FROM gold.fct_purchase_order WHERE is_received"
        ),
        "Defects": "SELECT 100.0 * sum(defective_quantity) / sum(received_quantity) FROM gold.fct_purchase_order",
        "Cold chain": "SELECT count(*) FROM bronze.cold_chain_breaches",
        "Late events": (
            "SELECT 100.0 * sum(late_events) / sum(events) FROM gold.event_quality_day WHERE events IS NOT NULL"
        ),
        "Dead letters": (
            "SELECT 100.0 * sum(dead_letters) / sum(events) FROM gold.event_quality_day WHERE events IS NOT NULL"
        ),
    },
    "sales-now": {
        "Revenue": "SELECT round(sum(revenue)) FROM bronze.order_items_enriched",
        "Orders": "SELECT count(DISTINCT order_id) FROM bronze.order_items_enriched",
    },
}


def warehouse(platform, question):
    with psycopg.connect(platform.env["POSTGRES_URL"]) as connection:
        return connection.execute(question).fetchall()


def realtime(platform):
    return closing(clickhouse_connect.get_client(dsn=platform.env["CLICKHOUSE_URL"]))


def keep(page, name):
    """Take a picture of everything that is shown."""
    # Tiles of the map come behind the chart.
    page.wait_for_timeout(8000 if name.startswith("live") else 1500)
    last = page.locator(HOLDER).last.bounding_box()
    clip = {"x": 0, "y": 0, "width": 1500, "height": min(2300, last["y"] + last["height"] + 20)}
    page.screenshot(path=Path(SHOTS) / f"{name}.png", clip=clip)


def test_chart_without_its_table_is_seen_to_be_wrong(page, address):
    """What the tests below look for is there when it should be: dbt has built nothing yet."""
    view = VIEWS["sales-day-by-day"]
    view.show(page, address)
    assert page.locator(HOLDER).filter(has=page.locator(ALERT)).count() == view.charts


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.usefixtures("built")
def test_every_chart_shows_data(page, address, name):
    VIEWS[name].show(page, address)
    if SHOTS:
        keep(page, name)
    assert page.locator(WRONG).all_inner_texts() == []
    assert page.locator(EMPTY).count() == 0
    assert page.get_by_text(VIEWS[name].title, exact=True).first.is_visible()


@pytest.mark.parametrize("name", KPIS)
def test_numbers_are_those_of_the_warehouse(page, address, built, name):
    VIEWS[name].show(page, address)
    for title, question in KPIS[name].items():
        shown = number(page, title)
        digits = re.sub(r"[^\d.]", "", shown)
        half_a_digit = 0.5 / 10 ** len(digits.partition(".")[2])
        ((told,),) = warehouse(built, question)
        # A KPI is rounded to four digits before its chart rounds it again.
        assert float(digits) == pytest.approx(float(told), abs=half_a_digit + 0.006), f"{title}: {shown}"


def test_numbers_are_those_of_the_realtime_database(page, address, platform):
    with realtime(platform) as client:
        low = client.query("SELECT count() FROM low_stock_alerts").result_rows[0][0]
        moving = client.query("SELECT countIf(speed_kmh > 0) FROM vehicle_last_position").result_rows[0][0]
    VIEWS["live-operations"].show(page, address)
    assert (number(page, "Low stock"), number(page, "On the road")) == (f"{low:,}", f"{moving:,}")


def test_table_has_the_rows_of_the_warehouse(page, address, built):
    VIEWS["supply-chain-day-by-day"].show(page, address)
    told = warehouse(
        built,
        "SELECT supplier_name, sum(received_orders), sum(on_time_orders), sum(received_units), sum(defective_units)"
        " FROM gold.supplier_month JOIN gold.dim_supplier USING (supplier_key) GROUP BY 1",
    )
    expected = {
        (name, f"{orders}", f"{on_time / orders:.1%}", f"{broken / units:.2%}")
        for name, *counts in told
        for orders, on_time, units, broken in [map(int, counts)]
    }
    assert len(expected) == 12
    assert set(rows(page, "Suppliers in the last three months")) == expected


def test_base_map_is_drawn(page, address):
    with page.expect_response(re.compile(r"/maptiles/\d+/\d+/\d+\.svg")) as answer:
        page.goto(f"{address}/superset/dashboard/live-operations/")
    assert answer.value.ok
    assert "<path" in answer.value.text()


def test_live_operations_changes_by_itself_while_rows_land(page, address, platform):
    VIEWS["live-operations"].show(page, address)
    seen = [int(number(page, "Low stock"))]
    loads = []
    page.on("domcontentloaded", lambda _: loads.append(1))
    with realtime(platform) as client:
        for product in range(9001, 9101):
            client.command(
                "INSERT INTO low_stock_alerts_rows (warehouse_id, product_id, product, level, reorder_point,"
                f" last_changed_at, version, is_deleted) VALUES (1, {product}, 'new one', 0, 5, now64(3), 1, 0)"
            )
            page.wait_for_timeout(1000)
            shown = int(number(page, "Low stock"))
            seen += [shown] if shown != seen[-1] else []
            if len(seen) > 2:
                break
    assert len(seen) > 2
    assert seen == sorted(seen)
    assert loads == []


def test_viewer_can_look_and_do_nothing_else(page, viewers_page, address, built):
    assert built
    view = VIEWS["sales-day-by-day"]
    for visitor, may_edit in ((page, True), (viewers_page, False)):
        view.show(visitor, address)
        assert visitor.locator(WRONG).count() == 0
        assert visitor.get_by_role("button", name="Edit dashboard").count() == may_edit
        chart(visitor, "Countries").locator("[aria-label='More Options']").click()
        visitor.get_by_text("Enter fullscreen").first.wait_for()
        assert visitor.get_by_text("Edit chart").count() == may_edit
        visitor.keyboard.press("Escape")
        assert visitor.goto(f"{address}/sqllab/").status == (200 if may_edit else 403)


def test_browser_asked_nobody_else(page, address, asked):
    page.goto(f"{address}/dashboard/list/")
    page.wait_for_load_state("networkidle")
    hosts = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme in {"http", "https", "ws", "wss"}}
    assert len(asked) > 100
    assert hosts == {urlsplit(address).netloc}
