"""The planner's client: talks to a worker process of its own, or to one that all commands share; imports no PyFlink."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from millstream.errors import EngineError
from millstream.flinkplan.channel import Channel
from millstream.flinkplan.model import (
    REPLY,
    REQUEST,
    Compiled,
    CompileRequest,
    Described,
    DescribeRequest,
    SubmitFailed,
    SubmitRequest,
    Submitted,
)
from millstream.flinkplan.shared import Shared

if TYPE_CHECKING:
    from types import TracebackType

    from millstream.flinkplan.model import JobSource, Reply, Request

# Planning needs little memory and lives shortly: the first compiler is enough and starts faster.
_JVM = "-Xms64m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
_INHERITED = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "USER", "LOGNAME", "PYTHONPATH", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Stay:
    """A planner that stays after the command that started it.

    Args:
        folder: where it answers, see `Shared`; named after all that its answers depend on.
        idle_seconds: after how long without a request it ends.
    """

    folder: Path
    idle_seconds: float


class Planner:
    """A planner process; use it as a context manager, or call `start` and `close`. Several threads may ask at once.

    Args:
        flink_home: a Flink home whose `lib/` holds the connectors; the cluster must have the same ones.
        java_home: the Java runtime to use.
        timeout: seconds to wait for one reply, the start of the JVM included.
        stay: the one that all commands share; without it, a process that ends with this value.
    """

    def __init__(self, flink_home: Path, java_home: Path, timeout: float = 120.0, *, stay: Stay | None = None) -> None:
        self._flink_home = flink_home
        self._java_home = java_home
        self._timeout = timeout
        self._stay = stay
        self._channel: Channel | Shared | None = None

    def __enter__(self) -> Self:
        return self.start()

    def start(self) -> Self:
        """Start the worker and return at once; the first request waits for it."""
        if self._stay:
            self._channel = Shared(self._stay.folder, self._environment(), self._timeout, self._stay.idle_seconds)
        else:
            command = (sys.executable, "-m", "millstream.flinkplan.worker")
            self._channel = Channel(command, self._environment(), self._timeout)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End a worker of our own; it finishes what it is doing, for a few seconds at most."""
        if self._channel is not None:
            self._channel.close()
        self._channel = None

    def compile(self, source: JobSource) -> Compiled:
        """Compile a job's plan without running it.

        Raises:
            EngineError: the planner process ended or does not answer.
        """
        reply = self._ask(CompileRequest(source))
        if not isinstance(reply, Compiled):
            raise EngineError("the Flink planner answered something else than it was asked")
        return reply

    def describe(self, source: JobSource) -> Described:
        """Tell the columns and the key of a query, which stands in the place of the job.

        Raises:
            EngineError: the planner process ended or does not answer.
        """
        reply = self._ask(DescribeRequest(source))
        if not isinstance(reply, Described):
            raise EngineError("the Flink planner answered something else than it was asked")
        return reply

    def submit(self, request: SubmitRequest) -> Submitted | SubmitFailed:
        """Plan a job and start it.

        Raises:
            EngineError: the planner process ended or does not answer; whether the job was started is not known.
        """
        reply = self._ask(request)
        if not isinstance(reply, Submitted | SubmitFailed):
            raise EngineError("the Flink planner answered something else than it was asked")
        return reply

    def _ask(self, request: Request) -> Reply:
        if self._channel is None:
            raise EngineError("the Flink planner is not running")
        return REPLY.validate_json(self._channel.ask(REQUEST.dump_json(request)))

    def _environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return inherited | {
            "FLINK_HOME": str(self._flink_home),
            "FLINK_CONF_DIR": str(self._flink_home / "conf"),
            "FLINK_LOG_DIR": tempfile.gettempdir(),
            "JAVA_HOME": str(self._java_home),
            "JVM_ARGS": _JVM,
            "LOG4J_PROPERTIES": str(Path(__file__).with_name("log4j.properties")),
            # Otherwise PyFlink imports Apache Beam, which is not installed: millstream runs no Python functions.
            "_python_worker_execution_mode": "process",
        }
