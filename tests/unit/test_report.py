"""The daily report: KPIs as dbt defines them, and a page that shows what was injected as text."""

from datetime import UTC, date, datetime

import psycopg
import pytest
from control_server import running_postgres

from include.report import figures, kpis, page
from include.report.figures import Quality, Series
from include.report.kpis import Kpi

PROJECT = """
vars:
  kpis:
    revenue: {mart: sales_day, label: Revenue, unit: EUR, value: sum(revenue)}
    on_time:
      {mart: delivery_day, label: On time, unit: share, numerator: sum(good), denominator: sum(orders), decimals: 4}
    defects:
      {mart: supplier_month, label: Defects, unit: share, numerator: sum(bad), denominator: sum(units), decimals: 2}
"""
NOTHING = Quality((), (), (), ())


@pytest.fixture
def declared(tmp_path):
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    return {kpi.name: kpi for kpi in kpis.load(tmp_path)}


@pytest.fixture(scope="module")
def warehouse():
    with running_postgres() as running, psycopg.connect(running.url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA gold")
        connection.execute(
            "CREATE TABLE gold.sales_day AS SELECT 20260100 + d AS date_key, d * 1.5 AS revenue"
            " FROM generate_series(1, 20) AS d, generate_series(1, 2)"
        )
        connection.execute("CREATE TABLE gold.delivery_day (date_key integer, good integer, orders integer)")
        connection.execute("INSERT INTO gold.delivery_day VALUES (20260101, 2, 3), (20260101, 0, 0), (20260102, 0, 0)")
        connection.execute("CREATE TABLE gold.supplier_month (month_start date, bad integer, units integer)")
        connection.execute("INSERT INTO gold.supplier_month VALUES ('2026-01-01', 1, 8)")
        yield connection


def test_newest_days_are_summed_over_the_marts_rows(warehouse, declared):
    found = figures.series(warehouse, declared["revenue"]).points
    assert len(found) == 14
    assert (found[0], found[-1]) == ((date(2026, 1, 7), 21.0), (date(2026, 1, 20), 60.0))


def test_share_is_rounded_as_dbt_does_and_none_without_a_denominator(warehouse, declared):
    assert figures.series(warehouse, declared["on_time"]).points == (
        (date(2026, 1, 1), 0.6667),
        (date(2026, 1, 2), None),
    )
    assert figures.series(warehouse, declared["defects"]).points == ((date(2026, 1, 1), 0.13),)


def card(unit, *values):
    points = tuple((date(2026, 1, n), value) for n, value in enumerate(values, start=1))
    return page.render(
        date(2026, 1, 9), [Series(Kpi("k", "Label", unit, "sales_day", "x"), points)], NOTHING, lambda _: "<svg/>"
    )


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [("EUR", 1234567.891, "1,234,568"), ("min", 3.456, "3.46"), ("share", 0.98765, "98.8%"), ("d", 7.0, "7")],
)
def test_newest_value_is_shown_with_its_unit(unit, value, shown):
    html = card(unit, 1.0, value)
    assert f'<span class="value">{shown}</span>' in html
    assert "<svg/>" in html


def test_kpi_without_values_says_so():
    assert "No values yet." in card("EUR")
    assert "n/a" in card("EUR", None)


def test_what_a_file_injects_is_text_in_the_page():
    evil = "<script>alert(1)</script>"
    quality = Quality(
        complaints=[(evil, evil)],
        files=[("a.csv", 2, 1, 1)],
        quarantine=[("a.csv", 2, "sku begins like a formula", evil)],
        alerts=[("disk", evil, datetime(2026, 1, 1, 12, tzinfo=UTC))],
    )
    html = page.render(date(2026, 1, 9), [], quality, lambda _: "")
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 4
    assert "http://" not in html
    assert "https://" not in html
