"""What the project allows: the optional `allow:` of `millstream.yml`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, error
from millstream.project.model import Connector, FlinkTable, Project
from millstream.rules.uses import uses
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from millstream.graph import Graph
    from millstream.sql import Option

_CONNECTOR = "connector"


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """ALW001: a connector that is not on the list. ALW002: an option. A list that is not there allows everything."""
    for table in project.of(FlinkTable):
        for option in table.content.options if table.content else ():
            yield from _connector(option, project.allow.connectors)
            yield from _option(option, project.allow.options)
    for option in dict.fromkeys(option for use in uses(project) for option in use.hints):
        yield from _option(option, project.allow.options)
    for connector in project.of(Connector):
        plugin = connector.config.get("connector.class", "")
        if project.allow.plugins is not None and not _matches(plugin, project.allow.plugins):
            yield _refused("ALW001", f"plugin `{plugin}`", connector, project.allow.plugins, "plugins")


def _connector(option: Option, allowed: Sequence[str] | None) -> Iterator[Diagnostic]:
    if option.key == _CONNECTOR and allowed is not None and not _matches(option.value, allowed):
        yield _refused("ALW001", f"connector `{option.value}`", option, allowed, "connectors")


def _option(option: Option, allowed: Sequence[str] | None) -> Iterator[Diagnostic]:
    if option.key != _CONNECTOR and allowed is not None and not _matches(option.key, allowed):
        yield _refused("ALW002", f"option `{option.key}`", option, allowed, "options")


def _refused(code: str, what: str, at: Option | Connector, allowed: Sequence[str], key: str) -> Diagnostic:
    mend = did_you_mean(what.split("`")[1], allowed, f"add it to `allow: {key}:` in millstream.yml")
    return error(code, f"{what} is not allowed in this project", at.where, mend)


def _matches(text: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)
