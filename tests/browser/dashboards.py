"""The example's dashboards as a person sees them: tab by tab, chart by chart."""

import re
import time
from dataclasses import dataclass

import yaml
from embedded import REPOSITORY

from millstream.project.superset_layout import charts_in

HOLDER = ".dashboard-component-chart-holder:visible"
BUSY = f"{HOLDER} [data-test=loading-indicator], {HOLDER} .loading"
ALERT = ".ant-alert-error"
WRONG = f"{HOLDER} {ALERT}"
EMPTY = f"{HOLDER} :text('No results were returned')"
SECONDS = 120
POLL_MS = 200
REST_SECONDS = 1


@dataclass(frozen=True)
class View:
    """What one sees of a dashboard at a time.

    Args:
        slug: the dashboard's.
        title: the dashboard's.
        tab: title of the tab, empty where there are none.
        charts: how many it shows.
        notes: how many texts stand among them.
    """

    slug: str
    title: str
    tab: str
    charts: int
    notes: int

    def __str__(self):
        return "-".join([self.slug, *self.tab.lower().split()])

    def show(self, page, address):
        """Open it, wait until every chart has been drawn, and give the seconds that took."""
        began = time.monotonic()
        page.goto(f"{address}/superset/dashboard/{self.slug}/")
        if self.tab:
            page.locator("[role=tab]").filter(has_text=re.compile(f"^{self.tab}$")).click()
        drawn = None
        while time.monotonic() < began + SECONDS:
            page.wait_for_timeout(POLL_MS)
            done = page.locator(HOLDER).count() == self.charts + self.notes and page.locator(BUSY).count() == 0
            drawn = (drawn or time.monotonic()) if done else None
            # Between two of its questions a page is at rest for a moment.
            if drawn and time.monotonic() > drawn + REST_SECONDS:
                return drawn - began
        raise AssertionError(f"{self}: {page.locator(HOLDER).count()} of {self.charts} charts, some still load")


def views():
    """Every tab of every dashboard."""
    for file in sorted((REPOSITORY / "superset" / "dashboards").glob("*.yaml")):
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        slug, title = told["slug"].removeprefix("${NS:-}"), told["dashboard_title"]
        tabs = {"": told["position"]}
        if "tabs" in told["position"][0]:
            tabs = {tab["tab"]: tab["children"] for tab in told["position"][0]["tabs"]}
        for tab, nodes in tabs.items():
            notes = sum("markdown" in part for node in nodes for part in node.get("row", ()))
            yield View(slug, title, tab, len([*charts_in(nodes)]), notes)


VIEWS = {str(view): view for view in views()}


def chart(page, title):
    """The holder of a chart that one sees."""
    return page.locator(HOLDER).filter(has=page.get_by_text(title, exact=True)).first


def number(page, title):
    """The number that a chart shows, as it is written."""
    return chart(page, title).locator(".header-line").inner_text()


def rows(page, title):
    """The cells of a table, row by row."""
    lines = chart(page, title).locator("tbody tr:visible").all()
    return [tuple(line.locator("td").all_inner_texts()) for line in lines]
