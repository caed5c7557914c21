"""A server of its own for these tests, in a throw-away folder on a free port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

ADMIN = ("admin", "admin-secret")
READER = ("reader", "reader-secret")


@dataclass
class Server:
    """One server process that a test may end and start again."""

    folder: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def config(self) -> Path:
        return self.folder / "config.json"

    def start(self) -> float:
        """Start and wait until it answers; gives the seconds that took."""
        began = time.monotonic()
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "millstream.local.clickhouse", "--config", str(self.config)],
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        while time.monotonic() - began < 30:
            try:
                httpx.get(self.url + "ping").raise_for_status()
            except httpx.TransportError:
                assert self.process.poll() is None, self.output()
                time.sleep(0.05)
            else:
                return time.monotonic() - began
        raise AssertionError(self.output())

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=10)

    def output(self) -> str:
        return (self.folder / "output").read_text()

    def rss(self) -> int:
        assert self.process is not None
        return psutil.Process(self.process.pid).memory_info().rss

    def cpu_s(self) -> float:
        assert self.process is not None
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    def client(self, user: tuple[str, str] = ADMIN) -> httpx.Client:
        return httpx.Client(base_url=self.url, auth=user, timeout=60)


def make_server(folder: Path) -> Server:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(folder, port)
    content = {
        "port": port,
        "data_dir": str(folder / "data"),
        "log_dir": str(folder / "log"),
        "admin": {"user": ADMIN[0], "password": ADMIN[1]},
        "reader": {"user": READER[0], "password": READER[1]},
    }
    with os.fdopen(os.open(server.config, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        json.dump(content, file)
    return server


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    # A folder with a blank and a letter beyond ASCII, as home folders have.
    folder = tmp_path_factory.mktemp("clickhouse server é")
    server = make_server(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_server(tmp_path):
    server = make_server(tmp_path)
    server.start()
    yield server
    if server.process.poll() is None:
        server.stop(signal.SIGKILL)


@pytest.fixture
def admin(server):
    with server.client() as client:
        yield client


@pytest.fixture
def reader(server):
    with server.client(READER) as client:
        yield client


@pytest.fixture
def table(admin, request):
    name = f"t_{abs(hash(request.node.nodeid))}"
    admin.post(
        "/", content=f"CREATE TABLE {name} (a UInt64, b String) ENGINE = MergeTree ORDER BY a"
    ).raise_for_status()
    yield name
    admin.post("/", content=f"DROP TABLE {name}").raise_for_status()
