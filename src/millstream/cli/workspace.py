"""Which project and which platform a command is about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.errors import UsageError

if TYPE_CHECKING:
    from millstream.local.platform import Platform

CONFIG = "millstream.yml"


def root() -> Path:
    """The project's folder: `MILLSTREAM_PROJECT`, else the nearest one above with a `millstream.yml`.

    Raises:
        UsageError: there is none.
    """
    named = os.environ.get("MILLSTREAM_PROJECT")
    start = Path(named).resolve() if named else Path.cwd()
    for folder in (start,) if named else (start, *start.parents):
        if (folder / CONFIG).is_file():
            return folder
    raise UsageError(f"no {CONFIG} in {start} or above it", mend="change into a project's folder, or set MILLSTREAM_PROJECT")


def platform() -> Platform:
    """The embedded platform of the project, in `.millstream/` or where `MILLSTREAM_STATE` says."""
    from millstream.local.platform import Platform  # noqa: PLC0415

    named = os.environ.get("MILLSTREAM_STATE")
    return Platform(Path(named) if named else root() / ".millstream")
