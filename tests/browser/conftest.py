"""A Superset with the example's dashboards and rows, and a browser that is logged in."""

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))

from superset_project import copy_of_project

from landed_rows import fill

# Debian's; the package brings none and must fetch none.
CHROMIUM = shutil.which("chromium")
FLAGS = (
    *("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"),
)
WAIT_MS = 120_000


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    made = copy_of_project(tmp_path_factory.mktemp("browser") / "project")
    try:
        made.millstream("up", "--only", "superset")
        made.millstream("apply")
        fill(made.env["POSTGRES_URL"], made.env["CLICKHOUSE_URL"], datetime.now(UTC))
        yield made
    finally:
        made.millstream("reset", "--yes")


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        yield found
        found.close()


@pytest.fixture(scope="session")
def address(platform):
    return f"http://{platform.site.address('superset')}"


@pytest.fixture(scope="session")
def asked(context):
    """The hosts that answered the browser; what its policy blocked was never asked."""
    hosts = set()

    def note(request):
        if request.url.startswith(("http", "ws")):
            hosts.add(request.url.split("/")[2])

    context.on("requestfinished", note)
    return hosts


@pytest.fixture(scope="session")
def context(browser):
    made = browser.new_context(viewport={"width": 1500, "height": 1000})
    made.set_default_timeout(WAIT_MS)
    yield made
    made.close()


@pytest.fixture(scope="session")
def page(context, asked, address, platform):
    """Logged in as the administrator."""
    assert asked == set()
    opened = context.new_page()
    opened.goto(f"{address}/login/")
    opened.fill("#username", "admin")
    opened.fill("input[type=password]", platform.site.secrets["superset.admin"])
    opened.click("button[type=submit]")
    opened.wait_for_url("**/superset/welcome/**")
    return opened
