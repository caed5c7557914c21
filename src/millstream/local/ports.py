"""Loopback ports of the embedded platform: chosen once, kept, and changed only when somebody else took one."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import psutil

from millstream.errors import EngineError
from millstream.local.launch import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOOPBACK = "127.0.0.1"

# What a first `up` tries; away from the engines' own defaults, so that an installed one is not in the way.
PREFERRED = {
    "kafka": 19092,
    "kafka_controller": 19093,
    "flink": 18081,
    "flink_rpc": 16123,
    "postgres": 15432,
    "clickhouse": 18123,
    "connect": 18083,
    "weather": 18084,
    "airflow": 18080,
    "superset": 18088,
}


def is_free(port: int) -> bool:
    """Tell whether nobody listens on the loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def holder(port: int) -> str:
    """Name the process that listens on a port, as far as this user may know."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return "another process"
    for connection in connections:
        local = connection.laddr
        if connection.status == psutil.CONN_LISTEN and local and local.port == port and connection.pid:
            return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return "another process"


def listening(process: psutil.Process) -> set[int]:
    """The ports a process listens on; none when it has just ended."""
    try:
        found = process.net_connections("tcp")
    except psutil.Error:
        return set()
    return {c.laddr.port for c in found if c.status == psutil.CONN_LISTEN and c.laddr}


def choose(path: Path, asked: Mapping[str, int], held: frozenset[str] = frozenset()) -> Mapping[str, int]:
    """Settle every port: those asked for, else those kept from last time, else the preferred, else any free one.

    Args:
        path: the file that keeps them.
        asked: ports by name that must be exactly these.
        held: names of the ports on which services of this platform listen now; they stay.

    Raises:
        EngineError: a port that was asked for is taken; names its holder.
    """
    kept: dict[str, int] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    chosen: dict[str, int] = {}
    for name, preferred in PREFERRED.items():
        chosen[name] = asked[name] if name in asked else kept.get(name, preferred)
        if name in held:
            continue
        if is_free(chosen[name]) and chosen[name] not in list(chosen.values())[:-1]:
            continue
        if name in asked:
            raise EngineError(
                f"port {chosen[name]}, asked for {name}, is taken by {holder(chosen[name])}",
                mend="end that process, ask for another port, or leave the choice to `millstream up`",
            )
        chosen[name] = _any_free(set(chosen.values()))
    write_private(path, json.dumps(chosen, indent=2))
    return chosen


def _any_free(taken: set[int]) -> int:
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port: int = probe.getsockname()[1]
        if port not in taken:
            return port


def kept(path: Path) -> Mapping[str, int]:
    """The ports of the last `choose`."""
    ports: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    return ports
