"""A live flow of the example's events beside a benchmark, and what the machine's processes spend on it."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psutil
    from embedded import Embedded

_SUMMARY = re.compile(r"([\d,]+) of ([\d,]+) events confirmed in ([\d.]+) s")


@dataclass
class Flow:
    """One run of the generator.

    Args:
        process: the generator.
        confirmed: events that the broker has confirmed; 0 until the run ended.
        seconds: how long the run took; 0 until it ended.
    """

    process: subprocess.Popen[str]
    confirmed: int = 0
    seconds: float = 0.0

    @property
    def running(self) -> bool:
        """Whether events still come."""
        return self.process.poll() is None


@contextmanager
def generating(platform: Embedded, *arguments: str) -> Iterator[Flow]:
    """Run the generator beside the block and wait for its end.

    Raises:
        RuntimeError: the broker did not confirm every event.
    """
    command = (sys.executable, "-m", "millstream", "generate", *arguments)
    with subprocess.Popen(command, env=platform.environment, stderr=subprocess.PIPE, text=True) as process:
        flow = Flow(process)
        try:
            yield flow
        except BaseException:
            # One without an end would be waited for.
            process.kill()
            raise
        _, told = process.communicate()
    summary = _SUMMARY.search(told)
    if process.returncode != 0 or not summary:
        raise RuntimeError(f"the generator failed: {told}")
    flow.confirmed, flow.seconds = int(summary[1].replace(",", "")), float(summary[3])


def cpu_seconds(platform: Embedded) -> Mapping[str, float]:
    """CPU time each service has used since it started, user and system."""
    names = [service["name"] for service in platform.status()["services"] if service["pid"]]
    processes = {name: platform.process(name) for name in names}
    return {name: _used(process) for name, process in processes.items() if process}


def _used(process: psutil.Process) -> float:
    # PostgreSQL works in children; what ended with them is counted in the parent's.
    times = [child.cpu_times() for child in (process, *process.children(recursive=True))]
    own = process.cpu_times()
    return sum(t.user + t.system for t in times) + own.children_user + own.children_system
