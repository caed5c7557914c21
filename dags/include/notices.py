"""Tell people, by whatever apprise knows: mail, chat, a web hook (github.com/caronc/apprise/wiki)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def receivers(variable: str) -> Sequence[str]:
    """The apprise URLs of a variable, separated by white space; they hold passwords: never log these."""
    return os.environ.get(variable, "").split()


def sender(variable: str, attachment: Path | None = None) -> Callable[[str, str], None]:
    """What sends a title and a text to the receivers that a variable names.

    Raises (when called):
        RuntimeError: a receiver did not take it, or a URL is none that apprise knows.
    """

    def send(title: str, text: str) -> None:
        # Takes a second to import, and most looks have nothing to tell.
        from apprise import Apprise

        post = Apprise()
        urls = receivers(variable)
        known = all(post.add(url) for url in urls)
        if not known or not post.notify(title=title, body=text, attach=str(attachment) if attachment else None):
            raise RuntimeError(f"not every receiver of {variable} could be told; the log above says why")

    return send
