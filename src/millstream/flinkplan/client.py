"""The planner's client: starts one worker process and talks to it; imports no PyFlink."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from millstream.errors import EngineError
from millstream.flinkplan.model import (
    REPLY,
    REQUEST,
    Checked,
    CheckRequest,
    Described,
    DescribeRequest,
    SubmitFailed,
    SubmitRequest,
    Submitted,
)

if TYPE_CHECKING:
    from types import TracebackType
    from typing import IO

    from millstream.flinkplan.model import JobSource, Refusal, Reply, Request

# Planning needs little memory and lives shortly: the first compiler is enough and starts faster.
_JVM = "-Xms64m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
_INHERITED = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "USER", "LOGNAME", "PYTHONPATH", "VIRTUAL_ENV")


class Planner:
    """A planner process; use it as a context manager, or call `start` and `close`.

    Args:
        flink_home: a Flink home whose `lib/` holds the connectors; the cluster must have the same ones.
        java_home: the Java runtime to use.
        timeout: seconds to wait for one reply, the start of the JVM included.
    """

    def __init__(self, flink_home: Path, java_home: Path, timeout: float = 120.0) -> None:
        self._flink_home = flink_home
        self._java_home = java_home
        self._timeout = timeout
        self._worker: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def start(self) -> Self:
        """Start the worker and return at once; the first request waits for it."""
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "millstream.flinkplan.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=self._environment(),
            # Ctrl-C is for whoever started us: a submission that was sent must be seen through.
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker; it finishes what it is doing, for a few seconds at most."""
        worker, log = self._worker, self._log
        self._worker = self._log = None
        if worker is None or worker.stdin is None or worker.stdout is None or log is None:
            return
        with suppress(BrokenPipeError):
            worker.stdin.close()
        try:
            worker.wait(timeout=5)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        worker.stdout.close()
        log.close()

    def check(self, source: JobSource) -> tuple[Refusal, ...]:
        """Plan a job without running it.

        Returns:
            What the planner refuses; nothing when the job can be planned.

        Raises:
            EngineError: the planner process ended or does not answer.
        """
        reply = self._ask(CheckRequest(source))
        if not isinstance(reply, Checked):
            raise EngineError("the Flink planner answered something else than it was asked")
        return reply.refusals

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
        worker = self._worker
        if worker is None or worker.stdin is None:
            raise EngineError("the Flink planner is not running")
        try:
            worker.stdin.write(REQUEST.dump_json(request) + b"\n")
            worker.stdin.flush()
        except OSError as exc:
            raise self._ended() from exc
        return REPLY.validate_json(self._line(worker))

    def _line(self, worker: subprocess.Popen[bytes]) -> bytes:
        deadline = time.monotonic() + self._timeout
        read = bytearray()
        if worker.stdout is None:
            raise EngineError("the Flink planner is not running")
        with selectors.DefaultSelector() as selector:
            selector.register(worker.stdout, selectors.EVENT_READ)
            while not read.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    self.close()
                    raise EngineError(f"the Flink planner did not answer within {self._timeout:.0f} s")
                piece = os.read(worker.stdout.fileno(), 65536)
                if not piece:
                    raise self._ended()
                read += piece
        return bytes(read)

    def _ended(self) -> EngineError:
        """Explain the worker's end by the last thing it said; a traceback's last line names the reason."""
        if self._log is None or self._worker is None:
            return EngineError("the Flink planner is not running")
        code = self._worker.wait(timeout=5)
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        reason = f": {lines[-1]}" if lines else ""
        self.close()
        return EngineError(f"the Flink planner ended with code {code}{reason}", "check memory, Java and the Flink home")

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
