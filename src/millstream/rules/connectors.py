"""What a connector names in engines carries the namespace, and what it must keep secret stays in Connect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, error
from millstream.project.model import Connector, Project
from millstream.rules.literal_secrets import IN_ADDRESS, SECRET_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph

# Settings that name something which two targets would fight for.
NAMESPACED = ("topic.prefix", "slot.name", "topic")
_PROVIDED = re.compile(r"(?:\$\{[A-Za-z][\w-]*:(?!-)[^}]*\})+")


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """NSP001, SEC001 and SEC002 for connectors."""
    for connector in project.of(Connector):
        yield from _namespace(connector)
        yield from _secrets(connector)


def _namespace(connector: Connector) -> Iterator[Diagnostic]:
    for key in NAMESPACED:
        written = connector.written.get(key, "")
        if written and not written.startswith(("${NS:-}", "${NS}")):
            mend = f"write ${{NS:-}}{written}"
            yield error("NSP001", f"`{written}` has no namespace in front", connector.places[key], mend)


def _secrets(connector: Connector) -> Iterator[Diagnostic]:
    for key, written in connector.written.items():
        named = SECRET_KEY.search(key) and written and not _PROVIDED.fullmatch(written)
        if IN_ADDRESS.search(written) or (named and "${" not in written):
            mend = "put it into a variable of Connect's own environment and write ${env:VARIABLE}"
            yield error("SEC001", f"`{key}` holds a secret that is written out", connector.places[key], mend)
        elif named:
            mend = "write ${env:VARIABLE}, which only Connect replaces"
            yield error("SEC002", f"`{key}` would be readable in Connect's REST answers", connector.places[key], mend)
