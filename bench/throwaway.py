"""A throw-away platform for a benchmark: the end-to-end tests' own, so that both measure and prove the same thing."""

from __future__ import annotations

import json
import shutil
import socket
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BENCH = Path(__file__).parent
sys.path.insert(0, str(BENCH.parent / "tests" / "e2e"))

from embedded import Embedded  # noqa: E402 - found through the path above

from millstream.local.launch import write_private  # noqa: E402
from millstream.local.ports import LOOPBACK, PREFERRED  # noqa: E402


@contextmanager
def platform(copied: Callable[[Path], Embedded] = Embedded.of_copy) -> Iterator[Embedded]:
    """Copy a project to a temporary folder; delete the platform that was started for it at the end.

    Args:
        copied: copies it into a folder; without it, the worked example is.
    """
    folder = Path(tempfile.mkdtemp(prefix="millstream-bench-"))
    embedded = copied(folder / "project")
    _take_ports(embedded)
    try:
        yield embedded
    finally:
        embedded.millstream("reset", "--yes")
        shutil.rmtree(folder)


def _take_ports(embedded: Embedded) -> None:
    """Choose ports ahead: another platform that starts in the same seconds would find the preferred ones free, too."""
    with ExitStack() as held:
        sockets = {name: held.enter_context(socket.socket()) for name in PREFERRED}
        for found in sockets.values():
            found.bind((LOOPBACK, 0))
        numbers = {name: found.getsockname()[1] for name, found in sockets.items()}
    embedded.state.mkdir(mode=0o700)
    write_private(embedded.state / "ports.json", json.dumps(numbers))
