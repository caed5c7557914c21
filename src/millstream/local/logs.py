"""Read a service's log from its end, and follow it through rotation."""

from __future__ import annotations

import os
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POLL_SECONDS = 0.3


def read(path: Path, lines: int, *, follow: bool) -> Iterator[str]:
    """Yield the last lines of a file and, on request, whatever is added to it.

    Args:
        path: the log file.
        lines: how many lines from its end.
        follow: go on for ever; when supervisord rotates the file, continue with the new one.
    """
    file = path.open(encoding="utf-8", errors="replace")
    try:
        yield from deque(file, maxlen=lines)
        while follow:
            if text := file.read():
                yield text
                continue
            if _was_rotated(file.fileno(), path):
                file.close()
                file = path.open(encoding="utf-8", errors="replace")
            time.sleep(POLL_SECONDS)
    finally:
        file.close()


def _was_rotated(descriptor: int, path: Path) -> bool:
    try:
        return path.stat().st_ino != os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False
