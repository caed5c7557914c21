"""Room on the disks of the platform: asked before a start, and when a start has failed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from millstream.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

    from millstream.local.layout import Layout

MIB = 1024**2
# New databases and logs take about 150 MiB; an engine that runs out of room in the middle stops at a bad moment.
NEEDED_MB = 500
FULL_MB = 20


def require(layout: Layout, needed_mb: int = NEEDED_MB) -> None:
    """See to it that every disk the platform writes to has room.

    Args:
        layout: the platform's folders; those that do not exist yet count as their nearest parent.
        needed_mb: how much must be free, in MiB.

    Raises:
        EngineError: a disk is full; says how much it has.
    """
    for folder, mend in (
        (layout.state, "make room there, or set MILLSTREAM_STATE to a folder on another disk"),
        (layout.postgres_home, "make room there"),
    ):
        free_mb = shutil.disk_usage(_existing(folder)).free // MIB
        if free_mb < needed_mb:
            summary = f"the disk of {folder} is full: {free_mb} MiB free, {needed_mb} MiB needed"
            raise EngineError(summary, mend=mend)


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
