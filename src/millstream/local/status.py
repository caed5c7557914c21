"""How the embedded platform is, service by service; the shape is the contract of `millstream status --json`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psutil

from millstream.errors import EngineError
from millstream.local import supervision
from millstream.local.climb import State
from millstream.local.launch import ProcessRecord, family
from millstream.local.services.base import NotReady, Service, Site
from millstream.local.services.catalog import SERVICES
from millstream.timestamps import utc_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.local.platform import Platform

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class ServiceStatus:
    """One service as seen now.

    Args:
        name: the service.
        state: ready means that it has just answered its real request.
        address: `host:port`, for a service that listens.
        pid: of its first process.
        rss_mb: resident memory of it and its children, in MiB.
        since: when it started, ISO-8601 UTC.
        detail: why it is not ready.
    """

    name: str
    state: State
    address: str | None = None
    pid: int | None = None
    rss_mb: int | None = None
    since: str | None = None
    detail: str = ""


def observe(platform: Platform) -> tuple[ServiceStatus, ...]:
    """Look at every service at once."""
    if not platform.exists:
        return tuple(ServiceStatus(service.name, State.STOPPED) for service in SERVICES)
    site = platform.site()
    programs = _programs(platform)
    with ThreadPoolExecutor(max_workers=len(SERVICES)) as pool:
        return tuple(pool.map(lambda service: _one(site, service, programs), SERVICES))


def _programs(platform: Platform) -> Mapping[str, str]:
    try:
        with supervision.Supervisor(platform.layout) as supervisor:
            return supervisor.states()
    except EngineError:
        return {}


def _one(site: Site, service: Service, programs: Mapping[str, str]) -> ServiceStatus:
    record = ProcessRecord.load(supervision.record_path(site.layout, service.name))
    process = record.process() if record else None
    if process is None:
        return ServiceStatus(service.name, _absent(programs.get(service.name, "STOPPED")))
    state, detail = _answer(site, service)
    members = family(process)
    if not members:
        # It died while it was asked.
        return ServiceStatus(service.name, _absent(programs.get(service.name, "STOPPED")))
    if not programs:
        state, detail = State.FAILED, "runs without its supervisor; `millstream up` starts it again"
    since = utc_text(datetime.fromtimestamp(process.create_time(), UTC), "seconds")
    address = site.address(service.ports[0]) if service.ports else None
    return ServiceStatus(service.name, state, address, process.pid, _resident(members), since, detail)


def _absent(program: str) -> State:
    return {"STOPPED": State.STOPPED, "EXITED": State.STOPPED, "FATAL": State.FAILED}.get(program, State.STARTING)


def _answer(site: Site, service: Service) -> tuple[State, str]:
    try:
        service.probe(site)
    except NotReady as exc:
        return State.STARTING, str(exc)
    return State.READY, ""


def _resident(members: Sequence[psutil.Process]) -> int:
    total = 0
    for member in members:
        try:
            # Shared pages (PostgreSQL's buffers) count once in PSS, where the system tells it.
            info = member.memory_full_info()
            total += getattr(info, "pss", 0) or info.rss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return round(total / MEBIBYTE)
