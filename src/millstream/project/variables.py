"""`${VAR}` and `${VAR:-default}` in the values of YAML files; SQL has rules of its own, see `millstream.sql`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANY = re.compile(r"\$\{[^}]*\}?")
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


class Unset(Exception):  # noqa: N818 - a state of the environment
    """A variable without a default is not set; its name is the message."""


def malformed(text: str) -> str | None:
    """The first `${…}` of a text that is not a variable reference."""
    return next((found[0] for found in _ANY.finditer(text) if not _REFERENCE.fullmatch(found[0])), None)


def references(text: str) -> dict[str, str | None]:
    """The variables of a text and their defaults, in the order in which they stand there."""
    return {found[1]: found[2] for found in _REFERENCE.finditer(text)}


def resolve(text: str, variables: Mapping[str, str]) -> str:
    """Replace the variables of a text; one with an empty value takes its default, as in a shell.

    Raises:
        Unset: a variable is not set and has no default.
    """

    def value(found: re.Match[str]) -> str:
        given = variables.get(found[1])
        if not given and found[2] is not None:
            return found[2]
        if given is None:
            raise Unset(found[1])
        return given

    return _REFERENCE.sub(value, text)
