"""Is this machine fit for the embedded platform? One small check a thing that goes wrong in practice."""

from __future__ import annotations

import platform as machine
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from millstream.errors import EngineError
from millstream.local import jars, memory, ports, streams
from millstream.local.layout import cache_folder
from millstream.local.services.catalog import SERVICES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.local.platform import Platform

GIB = 1024**3
MIN_DISK_GIB = 5
PYTHONS = ((3, 11), (3, 12))
SUPPORTED = {("Linux", "x86_64"), ("Darwin", "arm64"), ("Darwin", "x86_64")}
PINNED: Mapping[str, str] = {"apache-flink": "2.2.1", "chdb-core": "26.1.0"}
EARLIEST_CLOCK = 1_767_225_600  # 2026-01-01; an engine's certificates and tokens refuse an older clock


@dataclass(frozen=True)
class Finding:
    """One check's result; `mend` is given when it is not `ok`."""

    check: str
    ok: bool
    found: str
    mend: str = ""


def examine(platform: Platform) -> tuple[Finding, ...]:
    """Run every check."""
    return (
        _python(),
        _machine(),
        _memory(platform),
        _disk(platform),
        *_ports(platform),
        *_versions(),
        _jars(),
        _loopback(),
        _clock(),
        *_slots(platform),
    )


def _python() -> Finding:
    found = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Finding(
        "Python", sys.version_info[:2] in PYTHONS, found, "install Python 3.11 or 3.12 and run `make setup` again"
    )


def _machine() -> Finding:
    system, processor = machine.system(), machine.machine()
    mend = "use Linux x86-64 or macOS; Windows works through WSL2, Linux arm64 through the compose file"
    return Finding("platform", (system, processor) in SUPPORTED, f"{system} {processor}", mend)


def _memory(platform: Platform) -> Finding:
    if platform.is_supervised:
        return Finding("memory", ok=True, found="taken by the running platform")
    needed = sum(service.memory_mb for service in SERVICES if not service.optional)
    left = memory.left()
    found = f"{left.free_mb:,} MiB {left.bound}, {needed:,} MiB needed"
    mend = "end other programs, or start less with `millstream up --only`"
    return Finding("memory", left.free_mb >= needed, found, mend)


def _disk(platform: Platform) -> Finding:
    folder = platform.layout.state if platform.layout.state.exists() else platform.layout.state.parent
    free = shutil.disk_usage(folder).free / GIB
    mend = f"make room on the disk of {folder}, or set MILLSTREAM_STATE to a folder on another disk"
    return Finding("disk", free >= MIN_DISK_GIB, f"{free:.1f} GiB free, {MIN_DISK_GIB} GiB needed", mend)


def _ports(platform: Platform) -> Iterator[Finding]:
    if platform.is_supervised:
        yield Finding("ports", ok=True, found="held by the running platform")
        return
    for name, port in (platform.site().ports if platform.exists else ports.PREFERRED).items():
        if not ports.is_free(port):
            mend = f"nothing to do: `millstream up` takes another, unless asked for this one with --port {name}={port}"
            yield Finding(f"port {name}", ok=True, found=f"{port} is taken by {ports.holder(port)}", mend=mend)
    yield Finding("ports", ok=True, found="free or replaceable")


def _versions() -> Iterator[Finding]:
    for package, pinned in PINNED.items():
        try:
            found = metadata.version(package)
        except metadata.PackageNotFoundError:
            found = "missing"
        yield Finding(package, found == pinned, found, f"run `make setup`: this project is pinned to {pinned}")


def _jars() -> Finding:
    wanted = jars.every()
    bad = jars.missing(wanted, cache_folder())
    found = f"{len(wanted) - len(bad)} of {len(wanted)} match the lock"
    return Finding("JARs", not bad, found, "run `make setup`: it fetches what is missing or damaged")


def _loopback() -> Finding:
    try:
        with (
            socket.create_server((ports.LOOPBACK, 0)) as server,
            socket.create_connection(server.getsockname(), timeout=2),
        ):
            return Finding("loopback", ok=True, found="answers")
    except OSError as exc:
        return Finding(
            "loopback", ok=False, found=str(exc), mend=f"allow connections to {ports.LOOPBACK} in the firewall"
        )


def _clock() -> Finding:
    now = time.time()
    found = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    return Finding(
        "clock", now >= EARLIEST_CLOCK, found, "set the machine's clock; event times and checkpoints depend on it"
    )


def _slots(platform: Platform) -> Iterator[Finding]:
    """A slot that nobody reads keeps PostgreSQL's log up to its bound, and is lost behind it."""
    if not platform.is_supervised:
        return
    try:
        found = streams.slots(platform.site())
    except EngineError as exc:
        yield Finding("replication slots", ok=True, found=f"not looked at: {exc.summary}")
        return
    for slot in found:
        told = slot.trouble or f"{slot.wal_status}, {slot.retained_bytes >> 20} MiB kept"
        yield Finding(f"replication slot {slot.name}", ok=not slot.in_danger, found=told, mend=slot.mend)
