"""How Flink writes a folder: `file:` and the bare path.

Its `Path` takes a blank or a comma as it is and decodes nothing, so that `file:///a%20b` is a folder of that very name
(Flink source, `org.apache.flink.core.fs.Path`).
"""

from __future__ import annotations

from pathlib import Path


def location(folder: Path) -> str:
    """The folder as Flink is told it."""
    return f"file://{folder}"


def folder(location: str | None) -> Path | None:
    """The folder of a location that Flink gives, as `file:/a` or `file:///a`."""
    return Path("/" + location.removeprefix("file:").strip("/")) if location else None
