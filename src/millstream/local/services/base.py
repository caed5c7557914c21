"""What every service is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from millstream.local import class_data
from millstream.local.layout import cache_folder
from millstream.local.ports import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from millstream.local.layout import Layout


class NotReady(Exception):  # noqa: N818 - a state on the way up, not a mistake
    """A service does not answer its real request yet; the message says what it did instead."""


@dataclass(frozen=True)
class Site:
    """One embedded platform: where it is, on which ports, with which passwords.

    Args:
        layout: its folders.
        ports: loopback ports by name, see `ports.PREFERRED`.
        secrets: generated passwords by name, see `secrets.NAMES`.
        java_home: the JRE that runs every JVM service.
        project: folder of the project it runs for.
        jars: verified JARs by set, see `jars.SETS`.
    """

    layout: Layout
    ports: Mapping[str, int]
    secrets: Mapping[str, str] = field(repr=False)
    java_home: Path
    project: Path
    jars: Mapping[str, tuple[Path, ...]] = field(repr=False, default_factory=dict)

    @property
    def java(self) -> str:
        """The `java` program."""
        return str(self.java_home / "bin" / "java")

    def class_sharing(self, program: str) -> tuple[str, ...]:
        """Options that let a JVM start from the class data of its program's last run."""
        return class_data.sharing(cache_folder() / "class-data", program)

    def address(self, port: str) -> str:
        """`host:port` of a named port."""
        return f"{LOOPBACK}:{self.ports[port]}"


@dataclass(frozen=True)
class Command:
    """What to run, and in which folder: no secret in `argv`; `user` only matters when root starts the platform."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    cwd: str = "/"


@dataclass(frozen=True)
class Service:
    """A child process of the platform.

    Args:
        name: what a person calls it.
        settle: what must be there before anybody uses it, made after its first answer. Safe to repeat.
        after: services that must be ready before it is started.
        prepare: writes configuration and, the first time, data; returns what to run. Safe to repeat.
        probe: asks one real question; raises `NotReady` (or any client error) while there is no answer.
        ports: names of the ports it listens on; it answers on the first.
        stop_signal: what makes it stop cleanly.
        stop_seconds: how long that may take before it is killed.
        ready_seconds: how long its first answer may take.
        memory_mb: resident memory to expect with the example's jobs.
        optional: started only when named.
        spare: left out of a plain `up` when memory is short.
    """

    name: str
    prepare: Callable[[Site], Command]
    probe: Callable[[Site], None]
    settle: Callable[[Site], None] = lambda _: None
    after: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    stop_signal: str = "TERM"
    stop_seconds: int = 20
    ready_seconds: int = 120
    memory_mb: int = 100
    optional: bool = False
    spare: bool = False
