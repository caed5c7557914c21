"""A worker process and the numbered lines that go to and fro; knows nothing of what they say.

A request is a number, a space and a line; its reply bears the same number, so several threads may ask at once.
"""

from __future__ import annotations

import subprocess
import tempfile
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from threading import Lock, Thread
from typing import TYPE_CHECKING

from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO

CLOSE_SECONDS = 5


class Channel:
    """A running worker.

    Args:
        command: what to run; it reads requests on standard input, and ends when that does.
        environment: its whole environment.
        timeout: seconds to wait for one reply.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], timeout: float) -> None:
        self._timeout = timeout
        self._numbers = count()
        self._asked: dict[int, Future[bytes]] = {}
        self._lock = Lock()
        self._closed = False
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        self._worker = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=dict(environment),
            # Ctrl-C is for whoever started us: a submission that was sent must be seen through.
            start_new_session=True,
        )
        self._reader = Thread(target=self._read, args=(self._worker.stdout,), daemon=True)
        self._reader.start()

    def ask(self, request: bytes) -> bytes:
        """Send a line and wait for its reply.

        Raises:
            EngineError: the worker ended or does not answer; whether it did what it was asked is not known.
        """
        reply: Future[bytes] = Future()
        with self._lock:
            if self._closed:
                raise EngineError("the Flink planner is not running")
            number = next(self._numbers)
            self._asked[number] = reply
            # A worker that has ended is explained by the reader, who sees its output end.
            with suppress(OSError):
                self._send(b"%d %s\n" % (number, request))
        try:
            return reply.result(self._timeout)
        except TimeoutError:
            self.close()
            raise EngineError(f"the Flink planner did not answer within {self._timeout:.0f} s") from None

    def _send(self, line: bytes) -> None:
        if self._worker.stdin is not None:
            self._worker.stdin.write(line)
            self._worker.stdin.flush()

    def _read(self, replies: IO[bytes]) -> None:
        for line in replies:
            number, _, reply = line.partition(b" ")
            self._asked.pop(int(number)).set_result(reply)
        self._worker.wait()
        with self._lock:
            self._closed = True
            for asked in self._asked.values():
                asked.set_exception(self._ended())

    def _ended(self) -> EngineError:
        """Explain the worker's end by the last thing it said; a traceback's last line names the reason."""
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        reason = f": {lines[-1]}" if lines else ""
        return EngineError(
            f"the Flink planner ended with code {self._worker.returncode}{reason}",
            mend="check memory, Java and the Flink home",
        )

    def close(self) -> None:
        """End the worker; it finishes what it is doing, for a few seconds at most. Safe to repeat."""
        with self._lock:
            self._closed = True
            if self._worker.stdin is not None:
                with suppress(BrokenPipeError):
                    self._worker.stdin.close()
        try:
            self._worker.wait(timeout=CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._worker.kill()
            self._worker.wait()
        self._reader.join()
        if self._worker.stdout is not None:
            self._worker.stdout.close()
        self._log.close()
