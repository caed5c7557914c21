"""The text of a `.properties` file (java.util.Properties)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ASCII_END = 128


def java_properties(settings: Mapping[str, str]) -> str:
    """Write settings as Java reads them: Latin-1, so that anything beyond ASCII is an escape."""
    lines = "".join(f"{key}={value}\n" for key, value in settings.items()).replace("\\", "\\\\")
    return "".join(c if ord(c) < ASCII_END else f"\\u{ord(c):04x}" for c in lines)
