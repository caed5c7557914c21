"""Compare what `millstream status --json` tells with the limits; pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from include.health.limits import Limits

MIB = 1024**2


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Args:
        name: what it is; an alert carries the same name.
        is_ok: whether it keeps its limit.
        detail: in words, with the mend when there is one.
        value: what was measured.
        most: the limit.
    """

    name: str
    is_ok: bool
    detail: str
    value: float | None = None
    most: float | None = None


def at_most(name: str, value: float | None, most: float, unit: str) -> Check:
    """A value that may not be above its limit; none is nothing to complain of."""
    if value is None:
        return Check(name, is_ok=True, detail="nothing to measure", most=most)
    measured = f"{value:,.4g} {unit}".rstrip()
    return Check(name, value <= most, f"{measured}, at most {most:,.4g}", value, most)


def of_status(status: Mapping[str, Any], limits: Limits) -> Iterator[Check]:
    """Everything that the platform's own status says."""
    yield from _services(status, limits)
    for job in status["jobs"]:
        yield from _job(job, limits)
    for name in status.get("missing_jobs", ()):
        yield Check(f"job {name}", is_ok=False, detail="was applied, and Flink does not know it")
    for connector in status.get("connectors", ()):
        running = connector["state"] == "running" and set(connector["tasks"]) <= {"running"}
        words = "; ".join(connector["failures"]) or f"is {connector['state']}"
        yield Check(f"connector {connector['name']}", running, "is running" if running else words)
    for source in status.get("sources", ()):
        yield Check(f"source {source['name']}", source["state"] != "failing", source["trouble"] or source["state"])
    for slot in status.get("slots", ()):
        yield from _slot(slot, limits)
    for group in status.get("lags", ()):
        yield at_most(f"lag of {group['group']}", group["records"], limits.lag_records, "records")


def _services(status: Mapping[str, Any], limits: Limits) -> Iterator[Check]:
    found = {service["name"]: service for service in status["services"]}
    for name in limits.services:
        state = found[name]["state"] if name in found else "unknown"
        words = f"is {state}" + (f": {detail}" if (detail := found.get(name, {}).get("detail")) else "")
        yield Check(f"service {name}", state == "ready", words)


def _job(job: Mapping[str, Any], limits: Limits) -> Iterator[Check]:
    name = f"job {job['name']}"
    yield Check(name, job["state"] == "running", f"is {job['state']}")
    if job["state"] != "running":
        return
    yield at_most(f"{name}: restarts", job.get("restarts"), limits.jobs.restarts, "restarts since it was submitted")
    yield at_most(f"{name}: checkpoint", job.get("checkpoint_age_s"), limits.jobs.checkpoint_age_s, "s old")


def _slot(slot: Mapping[str, Any], limits: Limits) -> Iterator[Check]:
    name = f"replication slot {slot['name']}"
    if slot["trouble"]:
        yield Check(name, is_ok=False, detail=f"{slot['trouble']}; {slot['mend']}")
    else:
        yield at_most(name, slot["retained_bytes"] / MIB, limits.slot_retained_mb, "MiB of log kept")


def of_disk(free_bytes: int, limits: Limits) -> Check:
    """Room on the disk of the platform's data."""
    free = free_bytes // MIB
    return Check("disk", free >= limits.disk_free_mb, f"{free:,} MiB free, at least {limits.disk_free_mb:,}", free)
