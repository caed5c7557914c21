"""A log that says a thing when it changes, not once a poll."""

from __future__ import annotations

import logging

_LOG = logging.getLogger("millstream.resume")


class Notices:
    """Remembers what was last said about each subject."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}

    def tell(self, subject: str, words: str) -> None:
        """Log a line unless it is what was said last about the subject."""
        if self._said.get(subject) != words:
            self._said[subject] = words
            _LOG.info("%s: %s", subject, words)

    def clear(self, subject: str, words: str) -> None:
        """Log that a trouble is over, if there was one."""
        if self._said.pop(subject, None) is not None:
            _LOG.info("%s: %s", subject, words)
