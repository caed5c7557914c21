"""Runs clickhouse-connect's own tests against our ClickHouse-compatible server.

    python tests/compat/clickhouse_connect/run.py [--keep RESULT.json]

The source distribution holds one test. The whole suite is in the project's repository: name a
folder with its `tests/` and `pyproject.toml`, and the release they belong to, in
`CLICKHOUSE_CONNECT_SUITE` and `CLICKHOUSE_CONNECT_VERSION`. Either way the client and the tests'
needs are installed by pip into a scratch environment. Exit code 1 if a test fails that
`not_applicable.toml` does not name, or if one that it names passes.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import venv
from collections import Counter
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from xml.etree import ElementTree as ET

HERE = Path(__file__).parent
NEEDS = [
    *(
        "pytest",
        "pytest-asyncio",
        "pytest-mock",
        "pytest-timeout",
        "pandas>=2,<3",
        "polars",
        "pyarrow",
        "aiohttp",
        "alembic",
    ),
    *("sqlalchemy>=2,<3", "lz4", "zstandard", "pyjwt[crypto]", "python-dotenv", "setuptools"),
]
DEFAULT_VERSION = "1.12.0"
BARE_PORT = 8123


def main() -> int:
    """Run the suite; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="write the counts to this file")
    keep = parser.parse_args().keep
    version = os.environ.get("CLICKHOUSE_CONNECT_VERSION", DEFAULT_VERSION)
    with tempfile.TemporaryDirectory(prefix="clickhouse-connect-") as scratch:
        folder = Path(scratch)
        python = install(folder, version)
        given = os.environ.get("CLICKHOUSE_CONNECT_SUITE")
        suite = copy(Path(given), folder) if given else unpack(python, folder, version)
        # The one test of the source distribution connects as the client's defaults say.
        port, password = (free_port(), secrets.token_urlsafe()) if given else (BARE_PORT, "")
        with start(folder, port, password):
            outcomes = run(python, suite, folder / "result.xml", port, password)
    return report(outcomes, version, whole=bool(given), keep=keep)


def install(folder: Path, version: str) -> Path:
    """Make the scratch environment."""
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", f"clickhouse-connect=={version}", *NEEDS], check=True)
    return python


def unpack(python: Path, folder: Path, version: str) -> Path:
    """Take the source distribution."""
    subprocess.run(
        [
            python,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-binary",
            ":all:",
            f"clickhouse-connect=={version}",
            "-d",
            folder,
        ],
        check=True,
    )
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder / "sdist", filter="data")
    return next((folder / "sdist").iterdir())


def copy(source: Path, folder: Path) -> Path:
    """Copy a checked-out suite, so that nothing is written into it."""
    shutil.copytree(source / "tests", folder / "suite" / "tests")
    return folder / "suite"


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class start:  # noqa: N801 - reads as the verb it is
    """A server for the time of a `with` block."""

    def __init__(self, folder: Path, port: int, password: str) -> None:
        config = {
            "port": port,
            "data_dir": str(folder / "data"),
            "log_dir": str(folder / "log"),
            "database": "default",
            "admin": {"user": "default", "password": password},
            "reader": {"user": "reader", "password": secrets.token_urlsafe()},
        }
        self._file = folder / "server.json"
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps(config))
        self._port = port

    def __enter__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "millstream.local.clickhouse", "--config", self._file])
        for _ in range(300):
            try:
                urlopen(f"http://127.0.0.1:{self._port}/ping").close()
            except URLError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.1)
            else:
                return
        self._process.kill()
        raise SystemExit("the server did not start")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def run(python: Path, suite: Path, result: Path, port: int, password: str) -> dict[str, str]:
    """Run the tests that need a server; gives each test's outcome."""
    environment = os.environ | {
        "CLICKHOUSE_CONNECT_TEST_HOST": "127.0.0.1",
        "CLICKHOUSE_CONNECT_TEST_PORT": str(port),
        "CLICKHOUSE_CONNECT_TEST_USER": "default",
        "CLICKHOUSE_CONNECT_TEST_PASSWORD": password,
    }
    tests = "tests/integration_tests" if (suite / "tests" / "integration_tests").exists() else "tests"
    (suite / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = session\n")
    command = [
        python,
        "-m",
        "pytest",
        tests,
        "-c",
        "pytest.ini",
        "-q",
        "--tb=line",
        "--timeout=180",
        f"--junitxml={result}",
    ]
    subprocess.run(command, cwd=suite, env=environment, check=False)
    return {name(case): outcome(case) for case in ET.parse(result).getroot().iter("testcase")}


def name(case: ET.Element) -> str:
    """`test_client::test_none_database[sync]`."""
    return f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"


def outcome(case: ET.Element) -> str:
    """What became of one test."""
    for child in case:
        if child.tag in {"failure", "error"}:
            return "failed"
        if child.tag == "skipped":
            return "skipped by the suite"
    return "passed"


def report(outcomes: dict[str, str], version: str, *, whole: bool, keep: Path | None) -> int:
    """Print the counts, and what is unexpected."""
    listed = tomllib.loads((HERE / "not_applicable.toml").read_text())
    reasons = {test: group["reason"] for group in listed["group"] for test in group["tests"]}
    failed = [test for test, what in outcomes.items() if what == "failed"]
    not_applicable = Counter(reasons[base(test)] for test in failed if base(test) in reasons)
    unexpected = [test for test in failed if base(test) not in reasons]
    stale = [
        test for test in reasons if whole and all(what == "passed" for t, what in outcomes.items() if base(t) == test)
    ]
    counts = {
        "clickhouse-connect": version,
        "passed": sum(what == "passed" for what in outcomes.values()),
        "not applicable": dict(not_applicable),
        "skipped by the suite": sum(what.startswith("skipped") for what in outcomes.values()),
        "failed": unexpected,
        "named but passing": stale,
    }
    print(json.dumps(counts, indent=2))  # noqa: T201 - the script's result
    if keep:
        keep.write_text(json.dumps(counts, indent=2) + "\n")
    return int(bool(unexpected or stale or not outcomes))


def base(test: str) -> str:
    """A test's name without its parameters."""
    return test.partition("[")[0]


if __name__ == "__main__":
    sys.exit(main())
