"""The browser: the distribution's, for the package brings none and must fetch none."""

import shutil

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"),
    # What a page asks of others fails, and is seen to.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
SIZE = {"width": 1500, "height": 2300}
WAIT_MS = 60_000


def launch(driver):
    """Start it with a driver of Playwright's."""
    return driver.chromium.launch(executable_path=PROGRAM, args=[*FLAGS])


def log_in(page, address, name, password):
    """Log in to Superset."""
    page.goto(f"{address}/login/")
    page.fill("#username", name)
    page.fill("input[type=password]", password)
    page.click("button[type=submit]")
    # Where it leads is slow to draw on a busy machine, and nobody looks at it.
    page.wait_for_url("**/superset/welcome/**", wait_until="commit")
