"""One `up`: every service in a thread of its own, each waiting for those it needs."""

from __future__ import annotations

import time
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from threading import Event
from typing import TYPE_CHECKING

from millstream.errors import EngineError
from millstream.local import ports, supervision
from millstream.local.launch import ProcessRecord
from millstream.local.services.base import NotReady

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from millstream.local.services.base import Service, Site

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


class _GivenUp(Exception):  # noqa: N818 - the way out of a thread that is not at fault
    """Another service failed, or the user interrupted."""


class Climb:
    """Bring services up, all or nothing.

    Args:
        site: the platform, its supervisord running.
        states: supervisord's states of the programs, see `Supervisor.states`.
        on_progress: called from several threads at every change.
    """

    def __init__(self, site: Site, states: Mapping[str, str], on_progress: Callable[[Progress], None]) -> None:
        self.site = site
        self.states = states
        self.report = on_progress
        self.ready: dict[str, Event] = {}
        self.over = Event()
        self.started: list[str] = []

    def run(self, services: Sequence[Service]) -> None:
        """Start what does not serve yet, and wait until each service answers.

        Raises:
            EngineError: a service did not get ready; what was started is stopped again.
        """
        try:
            self._run(services)
        except BaseException:
            with supervision.Supervisor(self.site.layout) as supervisor:
                supervisor.stop_together(self.started)
            for name in self.started:
                if self.ready[name].is_set():
                    self.report(Progress(name, State.STOPPED, "stopped again"))
            raise

    def _run(self, services: Sequence[Service]) -> None:
        self.ready = {service.name: Event() for service in services}
        with ThreadPoolExecutor(max_workers=len(services)) as pool:
            outcomes = [pool.submit(self._bring_up, service) for service in services]
            try:
                wait(outcomes, return_when=FIRST_EXCEPTION)
            finally:
                # Also on Ctrl-C: the threads must end, since the interpreter waits for them at its exit.
                self.over.set()
        errors = [exc for outcome in outcomes if (exc := outcome.exception())]
        for exc in sorted(errors, key=lambda exc: isinstance(exc, _GivenUp)):
            raise exc

    def _bring_up(self, service: Service) -> None:
        waits = "waiting for " + ", ".join(service.after) if service.after else ""
        self.report(Progress(service.name, State.STARTING, waits))
        try:
            for name in service.after:
                self._wait_for(name)
            self._start(service)
            self._await_ready(service)
        except _GivenUp:
            self.report(Progress(service.name, State.STOPPED, "given up"))
            raise
        except Exception as exc:
            self.report(Progress(service.name, State.FAILED, str(exc)))
            raise
        self.ready[service.name].set()
        self.report(Progress(service.name, State.READY))

    def _go_on(self) -> None:
        if self.over.is_set():
            raise _GivenUp

    def _wait_for(self, name: str) -> None:
        while name in self.ready and not self.ready[name].wait(0.2):
            self._go_on()

    def _start(self, service: Service) -> None:
        if self._serves(service):
            return
        self.report(Progress(service.name, State.STARTING, "preparing"))
        supervision.write_launch_file(self.site.layout, service.name, service.prepare(self.site))
        self._go_on()
        self.started.append(service.name)
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
        deadline = time.monotonic() + service.ready_seconds
        detail = ""
        seen: set[int] = set()
        while time.monotonic() < deadline:
            self._go_on()
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
                raise _not_ready(self.site, service, "keeps ending right after its start")
            time.sleep(0.15)
        raise _not_ready(self.site, service, f"did not get ready in {service.ready_seconds} s: {detail}")


def _not_ready(site: Site, service: Service, what: str) -> EngineError:
    log = site.layout.logs / f"{service.name}.log"
    tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_TAIL_LINES:] if log.exists() else []
    return EngineError(f"{service.name} {what}", mend="\n".join((f"the end of {log}:", *tail)))
