"""The way to a planner that all commands share: started by the first that needs it, see `daemon`."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Client
from threading import Thread
from typing import TYPE_CHECKING

from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection
    from pathlib import Path

LOCK = "lock"
SOCKET = "socket"
LOG = "log"
END = b"end"
REPLIED = b"+"
REFUSED = b"-"
START_SECONDS = 60
POLL_SECONDS = 0.05


class Shared:
    """A planner process that outlives the command that started it. Several threads may ask at once.

    Args:
        folder: of its socket, private to its owner; its path must be short.
        environment: its whole environment, if it has to be started.
        timeout: seconds to wait for one reply.
        idle_seconds: after how long without a request it ends.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], timeout: float, idle_seconds: float) -> None:
        self._folder = folder
        self._environment = environment
        self._timeout = timeout
        self._idle_seconds = idle_seconds
        self._started: subprocess.Popen[bytes] | None = None
        if not is_served(folder):
            self._started = self._start()

    def ask(self, request: bytes) -> bytes:
        """Send a request and wait for its reply.

        Raises:
            EngineError: it cannot be started, ended, or does not answer; whether it did what it was asked is not known.
        """
        try:
            with self._reach() as way:
                way.send_bytes(request)
                if not way.poll(self._timeout):
                    raise EngineError(f"the Flink planner did not answer within {self._timeout:.0f} s")
                reply = way.recv_bytes()
        except (EOFError, OSError) as exc:
            raise EngineError("the Flink planner ended while it was asked", mend="run the command again") from exc
        if reply.startswith(REFUSED):
            raise EngineError(f"the Flink planner failed: {reply[len(REFUSED) :].decode(errors='replace')}")
        return reply[len(REPLIED) :]

    def close(self) -> None:
        """Leave it to the next command."""

    def _reach(self) -> Connection:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with suppress(OSError):
                return _connect(self._folder)
            if self._started is None:
                # It ended between two requests.
                self._started = self._start()
            elif self._started.poll():
                raise EngineError(
                    f"the Flink planner ended with code {self._started.returncode}: {self._last_words()}",
                    mend="check memory, Java and the Flink home",
                )
            time.sleep(POLL_SECONDS)
        raise EngineError(f"the Flink planner did not start within {START_SECONDS} s: {self._last_words()}")

    def _start(self) -> subprocess.Popen[bytes]:
        """Start one; of several that are started at once, one goes on."""
        command = (
            sys.executable, "-m", "millstream.flinkplan.daemon", str(self._folder), str(self._idle_seconds),
        )  # fmt: skip
        with (self._folder / LOG).open("ab") as log:
            started = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self._environment),
                cwd=self._folder,
                # It belongs to no terminal: what one command's Ctrl-C ends, the next would have to start again.
                start_new_session=True,
            )
        # Nobody else would take note of its end while this command runs.
        Thread(target=started.wait, daemon=True).start()
        return started

    def _last_words(self) -> str:
        lines = (self._folder / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def is_served(folder: Path) -> bool:
    """Whether a planner answers there."""
    try:
        _connect(folder).close()
    except OSError:
        return False
    return True


def end(folder: Path) -> None:
    """End the planner of a folder, if there is one."""
    with suppress(OSError, EOFError), _connect(folder) as way:
        way.send_bytes(END)
        # Its end is the end of the connection.
        way.recv_bytes()


def _connect(folder: Path) -> Connection:
    return Client(str(folder / SOCKET), "AF_UNIX")
