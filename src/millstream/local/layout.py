"""Where the embedded platform keeps its things.

Everything lives in one state folder (`.millstream/` in the project, mode 0700). Two things cannot: a Unix socket,
whose path must be short, and, when root starts the platform, the data of PostgreSQL, which refuses to run as root
and must be able to walk down to its files. They live in a short per-user folder that is named after the state folder.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from millstream.errors import EngineError

ROOT_BASE = Path("/var/lib/millstream")


@dataclass(frozen=True)
class Layout:
    """The paths of one embedded platform; nothing is created until `create()`.

    Args:
        state: absolute path of the state folder.
    """

    state: Path

    @property
    def data(self) -> Path:
        """Data of the engines: deleting it is `reset`."""
        return self.state / "data"

    @property
    def conf(self) -> Path:
        """Configuration files generated on each `up`."""
        return self.state / "conf"

    @property
    def logs(self) -> Path:
        """One rotated log a service."""
        return self.state / "logs"

    @property
    def run(self) -> Path:
        """One record of pid and start time a process."""
        return self.state / "run"

    @property
    def short(self) -> Path:
        """The short, traversable per-user folder of this platform."""
        digest = hashlib.sha256(str(self.state).encode()).hexdigest()[:10]
        return short_base() / digest

    @property
    def alias(self) -> Path:
        """The state folder under a path of plain characters, for a configuration that gives others a meaning."""
        return self.short / "state"

    @property
    def supervisor_socket(self) -> Path:
        """Where supervisord answers."""
        return self.short / "supervisor.sock"

    @property
    def postgres_home(self) -> Path:
        """PostgreSQL's data folder lives here, and its programs when root started the platform."""
        return self.short if os.geteuid() == 0 else self.data

    @property
    def checkpoints(self) -> Path:
        """Flink's checkpoints, a folder a job id."""
        return self.data / "flink" / "checkpoints"

    @property
    def savepoints(self) -> Path:
        """Flink's savepoints."""
        return self.data / "flink" / "savepoints"

    def create(self) -> None:
        """Make the folders, private to their owner.

        Raises:
            EngineError: the short folder belongs to somebody else.
        """
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.state.chmod(0o700)
        for folder in (self.data, self.conf, self.logs, self.run, self.checkpoints, self.savepoints):
            folder.mkdir(parents=True, exist_ok=True)
        make_short(self.short)
        if not self.alias.is_symlink():
            self.alias.symlink_to(self.state)


def short_base() -> Path:
    """The per-user folder of what needs a short path."""
    return ROOT_BASE if os.geteuid() == 0 else Path(f"/tmp/millstream-{os.geteuid()}")  # noqa: S108 - `make_short` checks


def make_short(folder: Path) -> None:
    """Make a folder in `short_base()`, of our own.

    Raises:
        EngineError: it belongs to somebody else.
    """
    # Traversable for root's unprivileged PostgreSQL; the sockets in it are themselves mode 0700.
    mode = 0o711 if os.geteuid() == 0 else 0o700
    for part in (folder.parent, folder):
        part.mkdir(mode=mode, exist_ok=True)
        found = part.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise EngineError(f"{part} belongs to another user", mend=f"remove or rename {part}")
        part.chmod(mode)


def cache_folder() -> Path:
    """Per-user cache of downloaded JARs; `MILLSTREAM_CACHE` overrides it."""
    override = os.environ.get("MILLSTREAM_CACHE")
    return Path(override) if override else Path(platformdirs.user_cache_dir("millstream")) / "jars"
