"""A Superset with the example's dashboards and rows, and a browser that is logged in."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))

from chromium import PROGRAM, SIZE, WAIT_MS, launch, log_in
from embedded import REPOSITORY
from superset_project import copy_of_project

from landed_rows import fill
from millstream.engines.superset.rest import Rest

VIEWER = ("looker", "only-looks-1")


def pytest_collection_modifyitems(items):
    """Without a browser nothing is started."""
    missing = "there is no chromium: apt-get install chromium" if PROGRAM is None else ""
    if not (REPOSITORY / ".venv-superset").exists():
        missing = "there is no .venv-superset: make setup"
    for item in items if missing else ():
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=missing))


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    """Landing tables with rows, and every dashboard; dbt has built nothing."""
    made = copy_of_project(tmp_path_factory.mktemp("browser") / "project")
    try:
        made.millstream("up", "--only", "superset")
        made.millstream("apply")
        fill(made.env["POSTGRES_URL"], made.env["CLICKHOUSE_URL"], datetime.now(UTC))
        yield made
    finally:
        made.millstream("reset", "--yes")


@pytest.fixture(scope="session")
def built(platform):
    """The same with the star schema."""
    platform.millstream("dbt", "run")
    return platform


@pytest.fixture(scope="session")
def address(platform):
    return f"http://{platform.site.address('superset')}"


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        found = launch(driver)
        yield found
        found.close()


@pytest.fixture(scope="session")
def asked():
    """Every address that a page asked for, but those that its policy forbade: these never leave the browser."""
    return set()


@pytest.fixture(scope="session")
def visit(browser, address, asked):
    """Log in as somebody; gives a page."""
    contexts = []

    def visitor(name, password):
        context = browser.new_context(viewport=SIZE)
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        context.on("request", lambda request: asked.add(request.url))
        context.on(
            "requestfailed", lambda request: "csp" in (request.failure or "").lower() and asked.discard(request.url)
        )
        opened = context.new_page()
        opened.on("websocket", lambda socket: asked.add(socket.url))
        log_in(opened, address, name, password)
        return opened

    yield visitor
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def page(visit, platform):
    """Logged in as the administrator."""
    return visit("admin", platform.site.secrets["superset.admin"])


@pytest.fixture(scope="session")
def viewers_page(visit, platform):
    """Logged in as somebody with role Viewer alone."""
    rest = Rest(platform.env["SUPERSET_URL"])
    role = next(r["id"] for r in rest.ask("GET", "/security/roles/")["result"] if r["name"] == "Viewer")
    name, password = VIEWER
    who = {"username": name, "password": password, "active": True, "roles": [role]}
    names = {"first_name": "Only", "last_name": "Looks", "email": "looker@localhost"}
    rest.ask("POST", "/security/users/", json=who | names)
    rest.close()
    return visit(name, password)
