"""Start one service: record who it is, then become it.

supervisord runs `python -m millstream.local.launch FILE` with a launch file that the platform wrote. The record of
pid and start time is what finds orphans after supervisord itself was killed: a pid alone may have been given to
another process since. Environment and secrets come from the launch file (mode 0600), never from arguments.
"""

from __future__ import annotations

import json
import os
import pwd
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMER = ".former"


@dataclass(frozen=True)
class LaunchFile:
    """How to start a service.

    Args:
        argv: program and arguments; must not hold a secret.
        env: added to the launcher's own environment.
        cwd: working folder.
        record: file that gets the pid and start time.
        user: become this user first (only when root starts the platform).
    """

    argv: tuple[str, ...]
    cwd: str
    record: str
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None

    def save(self, path: Path) -> None:
        """Write the file, readable by its owner only."""
        write_private(path, json.dumps(asdict(self)))


@dataclass(frozen=True)
class ProcessRecord:
    """A process, told apart from any later one with the same pid by its start time (seconds since the epoch)."""

    pid: int
    started: float

    @classmethod
    def load(cls, path: Path) -> ProcessRecord | None:
        """Read a record; `None` when there is none or it was cut short."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def process(self) -> psutil.Process | None:
        """The live process this record names, if it still is the same one."""
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.started) < 1.0 and found.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return found if same else None

    def remains(self) -> list[psutil.Process]:
        """Children of the process that outlived it: only its process group still tells whose they were."""
        # As long as the group has members the pid is given to nobody; one that lives is it itself or a stranger.
        if psutil.pid_exists(self.pid):
            return []
        return [process for process in psutil.process_iter() if _group(process.pid) == self.pid]


def family(process: psutil.Process) -> tuple[psutil.Process, ...]:
    """A process with everything it has started; none when it has ended."""
    try:
        return (process, *process.children(recursive=True))
    except psutil.NoSuchProcess:
        return ()


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def write_private(path: Path, text: str) -> None:
    """Replace a file atomically, mode 0600."""
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def _remember(path: Path) -> None:
    """Keep who was the service before when it was killed and its children go on, as those of Airflow's scheduler do.

    They may end what they are at; whoever stops the platform ends them.
    """
    before = ProcessRecord.load(path)
    if before and before.remains():
        with path.with_suffix(FORMER).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(before)) + "\n")


def _become(user: str) -> None:
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def main(path: Path) -> None:
    """Become the service that the launch file describes; never returns."""
    launch = json.loads(path.read_text(encoding="utf-8"))
    path = Path(launch["record"])
    _remember(path)
    write_private(path, json.dumps({"pid": os.getpid(), "started": psutil.Process().create_time()}))
    os.chdir(launch["cwd"])
    environment = {**os.environ, **launch["env"]}
    if launch["user"]:
        _become(launch["user"])
    os.execve(launch["argv"][0], launch["argv"], environment)  # noqa: S606 - the platform wrote the file


if __name__ == "__main__":
    main(Path(sys.argv[1]))
