"""How much memory the platform may still take.

The machine's free memory is not the whole truth: a container and a systemd slice have limits of their own (control
groups), and where even those are not visible a person can name one in `MILLSTREAM_MEMORY_MB`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from millstream.errors import EngineError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from millstream.local.services.base import Service

VARIABLE = "MILLSTREAM_MEMORY_MB"
MIB = 1024**2
_CGROUPS = Path("/sys/fs/cgroup")
_OWN_CGROUP = Path("/proc/self/cgroup")


@dataclass(frozen=True)
class Memory:
    """What is left, in MiB, and what bounds it, in words that follow the number."""

    free_mb: int
    bound: str


def left(own_mb: int = 0) -> Memory:
    """The smallest of what the machine, the control groups and `MILLSTREAM_MEMORY_MB` leave.

    Args:
        own_mb: what the platform's running services take already, in MiB; `MILLSTREAM_MEMORY_MB` counts them.

    Raises:
        UsageError: `MILLSTREAM_MEMORY_MB` is no number.
    """
    bounds = [Memory(psutil.virtual_memory().available // MIB, "free on this machine")]
    bounds += [Memory(mib, "left in this container's limit") for mib in limits(_OWN_CGROUP, _CGROUPS)]
    if named := os.environ.get(VARIABLE):
        if not named.isdecimal():
            raise UsageError(f"{VARIABLE}={named} is no number", mend="give MiB, for example 4096")
        bounds.append(Memory(max(0, int(named) - own_mb), f"left of {VARIABLE}={named}"))
    return min(bounds, key=lambda bound: bound.free_mb)


def require(starting: Sequence[Service], running: Sequence[Service]) -> None:
    """Refuse to start services that do not fit: the system would end one of them at a bad moment.

    Raises:
        EngineError: says what is needed, what there is, and what would fit.
    """
    memory = left(sum(service.memory_mb for service in running))
    needed = sum(service.memory_mb for service in starting)
    if needed <= memory.free_mb:
        return
    each = ", ".join(f"{service.name} {service.memory_mb}" for service in starting)
    raise EngineError(
        f"too little memory: {needed} MiB needed ({each}), {memory.free_mb} MiB {memory.bound}",
        mend=_mend(starting, running, memory.free_mb),
    )


def spared(starting: Sequence[Service], running: Sequence[Service]) -> tuple[Service, ...]:
    """The spare services to leave out so that the rest fits, each with those that need it, the last ones first."""
    over = sum(service.memory_mb for service in starting) - left(sum(s.memory_mb for s in running)).free_mb
    spare = {service.name for service in starting if service.spare}
    out: list[Service] = []
    for root in reversed([service for service in starting if service.spare and not spare & set(service.after)]):
        if over <= sum(service.memory_mb for service in out):
            break
        out += [service for service in starting if service is root or root.name in service.after]
    return tuple(service for service in starting if service in out)


def _mend(starting: Sequence[Service], running: Sequence[Service], free_mb: int) -> str:
    fitting = _fitting(starting, {service.name for service in running}, free_mb)
    if not fitting:
        return "end other programs, or give the container more memory"
    only = " ".join(f"--only {service.name}" for service in fitting)
    out = ", ".join(service.name for service in starting if service not in fitting)
    return f"end other programs, or start less: `millstream up {only}` leaves out {out}"


def _fitting(starting: Sequence[Service], present: set[str], free_mb: int) -> list[Service]:
    """As many services as fit, in their order, each with what it needs."""
    chosen: list[Service] = []
    for service in starting:
        if service.memory_mb <= free_mb and set(service.after) <= present:
            chosen.append(service)
            present.add(service.name)
            free_mb -= service.memory_mb
    return chosen


def limits(own: Path, mount: Path) -> Iterator[int]:
    """What each control group above this process leaves, in MiB.

    Source: Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst. Cached file pages can be taken
    back, so they do not count as used.

    Args:
        own: `/proc/self/cgroup`.
        mount: `/sys/fs/cgroup`.
    """
    if not own.exists():
        return
    for line in own.read_text(encoding="utf-8").splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:
            root, names = mount, ("memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            root = mount / "memory"
        else:
            continue
        # In a container the path may name a group outside of its own view; then only the root is there.
        folder = root / path.lstrip("/")
        for group in (folder, *(parent for parent in folder.parents if parent.is_relative_to(root))):
            yield from _left_in(group, *names)


def _left_in(group: Path, limit_file: str, usage_file: str, cached: str) -> Iterator[int]:
    try:
        limit = (group / limit_file).read_text(encoding="utf-8").strip()
        used = int((group / usage_file).read_text(encoding="utf-8"))
        stat = dict(line.split() for line in (group / "memory.stat").read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        return
    if limit != "max":
        yield max(0, int(limit) - used + int(stat.get(cached, 0))) // MIB
