"""`millstream sources`: every source that was applied, until told to end."""

from __future__ import annotations

import logging
import signal
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError

from millstream.errors import EngineError
from millstream.project.http_source import HttpDeclaration
from millstream.sources.attempts import Attempts
from millstream.sources.fetch import Client
from millstream.sources.health import Health
from millstream.sources.memory import Memory
from millstream.sources.poll import Poller, Source
from millstream.sources.schedule import SourceThread
from millstream.sources.topic import KafkaTopic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import TypeAlias

    from millstream.engines.control import AppliedSource, Control
    from millstream.sources.sink import Sink

    SinkOf: TypeAlias = Callable[["Site", Source, SourceThread], Sink]

_LOG = logging.getLogger("millstream.sources")
NAME = "sources"
LOOK_SECONDS = 1.0
END_SECONDS = 5.0


@dataclass(frozen=True)
class Site:
    """Where the sources run.

    Args:
        project: whose sources.
        target: on which target.
        bootstrap: of Kafka.
        variables: values of `${VAR}`.
        memory: folder of what the sources remember.
    """

    project: str
    target: str
    bootstrap: str
    variables: Mapping[str, str] = field(repr=False)
    memory: Path


def _kafka(site: Site, source: Source, thread: SourceThread) -> Sink:
    return KafkaTopic(site.bootstrap, source.topic, source.dead_letters, thread.ending, on_wait=thread.trouble)


def run(control: Control, site: Site) -> None:
    """Run what is applied until SIGTERM or SIGINT; what is applied meanwhile is taken up."""
    for name in ("httpx", "httpcore"):
        # They log whole addresses, and what stands in them.
        logging.getLogger(name).setLevel(logging.WARNING)
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    site.memory.mkdir(parents=True, exist_ok=True)
    running, known = Running(control, site), ""
    migrated = False
    while not ending.is_set():
        try:
            if not migrated:
                control.migrate()
                migrated = True
            running.look()
            known = ""
        except EngineError as exc:
            # The sources go on without it: what they are to do is known.
            if exc.summary != known:
                _LOG.warning("%s", exc.summary)
            known = exc.summary
        ending.wait(LOOK_SECONDS)
    running.end()


class Running:
    """The threads of the applied sources.

    Args:
        control: where they were applied.
        site: where they run.
        sink: where their records go.
    """

    def __init__(self, control: Control, site: Site, sink: SinkOf = _kafka) -> None:
        self._control = control
        self._site = site
        self._sink = sink
        self._threads: dict[str, tuple[AppliedSource, SourceThread]] = {}
        self._told: dict[str, Health] = {}

    def look(self) -> None:
        """Take up what was applied, changed or dropped, and tell how each source is.

        Raises:
            EngineError: the control database is away.
        """
        self._control.beat(NAME)
        applied = {source.resource: source for source in self._control.sources.current(*self._of)}
        for resource, (running, thread) in list(self._threads.items()):
            if resource not in applied or applied[resource].declaration != running.declaration:
                thread.ending.set()
            # A successor would share its memory, so it waits for the end of this one; nobody else does.
            if not thread.is_alive():
                del self._threads[resource]
        for resource, source in applied.items():
            if resource not in self._threads:
                self._start(source)
        self._tell()

    @property
    def _of(self) -> tuple[str, str]:
        return self._site.project, self._site.target

    def _start(self, applied: AppliedSource) -> None:
        health = Health(applied.polled_at, applied.failing_since, applied.trouble, applied.sent, applied.dead)
        self._told[applied.resource] = health
        try:
            declared = HttpDeclaration.model_validate(applied.declaration)
        except ValidationError as exc:
            trouble = f"was applied by another version of millstream ({exc.error_count()} keys differ): apply it again"
            self._control.sources.tell(*self._of, applied.resource, health.failed(trouble))
            return
        source = Source(applied.name, applied.namespace, declared)

        def open_poller(thread: SourceThread) -> AbstractContextManager[Poller]:
            return self._open(source, thread)

        thread = SourceThread(applied.resource, declared.interval, health, open_poller)
        self._threads[applied.resource] = (applied, thread)
        _LOG.info("%s: polled every %g s", applied.resource, declared.interval)
        thread.start()

    @contextmanager
    def _open(self, source: Source, thread: SourceThread) -> Iterator[Poller]:
        """Everything a source holds while its thread runs."""
        declared = source.declared
        with closing(self._sink(self._site, source, thread)) as sink, Client(declared) as client:
            file = self._site.memory / f"{source.namespace}{source.name}.sqlite"
            with closing(Memory(file)) as memory:
                attempts = Attempts(declared, thread.ending)
                yield Poller(source, self._site.variables, client=client, attempts=attempts, memory=memory, sink=sink)

    def _tell(self) -> None:
        for resource, (_, thread) in self._threads.items():
            health = thread.health
            if self._told.get(resource) != health:
                self._control.sources.tell(*self._of, resource, health)
                self._told[resource] = health

    def end(self) -> None:
        """End every source; one that does not end in time is left to the end of the process, which loses nothing."""
        for _, thread in self._threads.values():
            thread.ending.set()
        for _, thread in self._threads.values():
            thread.join(END_SECONDS / max(1, len(self._threads)))
        _LOG.info("ends")
