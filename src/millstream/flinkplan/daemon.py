"""The planner that stays: `python -m millstream.flinkplan.daemon FOLDER IDLE_SECONDS`.

It answers at the socket `FOLDER/socket`: a connection a request, one message in and one out, a `+` before a reply and
a `-` before the reason why there is none. Whoever can walk into the folder can ask, so the folder is its owner's.

A compilation depends on nothing but its request, so one that was seen before is answered from memory: after an edit
only what the edit reaches is planned anew. It ends by itself when nobody has asked for a while.
"""

from __future__ import annotations

import fcntl
import gc
import os
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from multiprocessing.connection import Listener
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from millstream.flinkplan.model import AT_ONCE, REPLY, REQUEST, SubmitRequest
from millstream.flinkplan.reasons import last_line
from millstream.flinkplan.shared import END, LOCK, REFUSED, REPLIED, SOCKET

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

REMEMBERED = 2000
WATCH_SECONDS = 1.0


def main() -> None:
    """Serve until nobody asks any more; return at once when another process serves this folder."""
    folder, idle_seconds = Path(sys.argv[1]), float(sys.argv[2])
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        # PyFlink starts its JVM as it is imported.
        from millstream.flinkplan import session  # noqa: PLC0415

        session.start()
        gc.freeze()
        # What a killed predecessor left; the lock says that it is gone.
        (folder / SOCKET).unlink(missing_ok=True)
        _Server(folder / SOCKET, idle_seconds).serve()


class _Server:
    def __init__(self, socket: Path, idle_seconds: float) -> None:
        self._socket = socket
        self._idle_seconds = idle_seconds
        self._open = 0
        self._last = time.monotonic()

    def serve(self) -> None:
        Thread(target=self._watch, daemon=True).start()
        with Listener(str(self._socket), "AF_UNIX", backlog=64) as listener, ThreadPoolExecutor(AT_ONCE) as pool:
            while True:
                asked = listener.accept()
                self._open += 1
                pool.submit(self._serve, asked)

    def _serve(self, asked: Connection) -> None:
        try:
            with asked:
                request = asked.recv_bytes()
                if request == END:
                    self._end()
                asked.send_bytes(_answer(request))
        except (EOFError, OSError):
            # Who asked has gone away, and with them the reason to answer.
            pass
        finally:
            self._last = time.monotonic()
            self._open -= 1
        # Python's environments hold one another in circles, and each holds its planner in the JVM.
        gc.collect()

    def _watch(self) -> None:
        while self._open or time.monotonic() - self._last < self._idle_seconds:
            time.sleep(WATCH_SECONDS)
        self._end()

    def _end(self) -> None:
        self._socket.unlink(missing_ok=True)
        # The JVM is a child that ends with its parent; nothing is written that could be half done.
        os._exit(0)


def _answer(request: bytes) -> bytes:
    try:
        asked = REQUEST.validate_json(request)
        return REPLIED + (_carried_out(request) if isinstance(asked, SubmitRequest) else _planned(request))
    except Exception as exc:  # noqa: BLE001 - the next request may be a better one
        traceback.print_exc()
        return REFUSED + last_line(exc).encode()


def _carried_out(request: bytes) -> bytes:
    from millstream.flinkplan import session  # noqa: PLC0415 - it starts a JVM

    return REPLY.dump_json(session.answer(REQUEST.validate_json(request)))


_planned = lru_cache(REMEMBERED)(_carried_out)


if __name__ == "__main__":
    main()
