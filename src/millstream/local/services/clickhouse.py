"""The ClickHouse-compatible server as a service."""

from __future__ import annotations

import json
import sys

import httpx

from millstream.local.environment import CLICKHOUSE_ADMIN, CLICKHOUSE_DATABASE, CLICKHOUSE_READER
from millstream.local.launch import write_private
from millstream.local.ports import LOOPBACK
from millstream.local.services.base import Command, NotReady, Service, Site


def prepare(site: Site) -> Command:
    """Write the server's configuration file; it holds the two users' passwords."""
    conf = site.layout.conf / "clickhouse.json"
    settings = {
        "host": LOOPBACK,
        "port": site.ports["clickhouse"],
        "data_dir": str(site.layout.data / "clickhouse"),
        "log_dir": str(site.layout.logs),
        "database": CLICKHOUSE_DATABASE,
        "admin": {"user": CLICKHOUSE_ADMIN, "password": site.secrets["clickhouse.admin"]},
        "reader": {"user": CLICKHOUSE_READER, "password": site.secrets["clickhouse.reader"]},
        # A dead consumer's membership must not block its successor for Kafka's default 45 s.
        "kafka": {"session_timeout_ms": 6000, "heartbeat_interval_ms": 1500},
    }
    write_private(conf, json.dumps(settings, indent=2))
    return Command((sys.executable, "-m", "millstream.local.clickhouse", "--config", str(conf)))


def probe(site: Site) -> None:
    """Run a query as the administrator."""
    auth = (CLICKHOUSE_ADMIN, site.secrets["clickhouse.admin"])
    url = f"http://{site.address('clickhouse')}/"
    try:
        answer = httpx.post(url, content="SELECT 1", auth=auth, timeout=3, trust_env=False)
    except httpx.HTTPError as exc:
        raise NotReady(f"no answer: {type(exc).__name__}") from exc
    if answer.text.strip() != "1":
        raise NotReady(f"answered {answer.status_code}")


SERVICE = Service("clickhouse", prepare, probe, ports=("clickhouse",), memory_mb=400)
