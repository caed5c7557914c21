"""Secrets come from the environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from millstream.diagnostics import Diagnostic, error
from millstream.project.model import FlinkTable, HttpSource, Job, KsqlStatement, Project, Relation
from millstream.sql import is_setting, setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph
    from millstream.sql import Option, SqlText

# Headers and parameters that bear credentials (RFC 9110, section 11; RFC 6265; weather APIs' `appid`).
_REQUEST_KEY = re.compile(r"authorization|cookie|^(?:x-)?(?:key|auth|appid|app[_-]id|sig|signature)$", re.IGNORECASE)
_SCHEME = re.compile(r"(?:Bearer|Basic)\s+[^\s$]", re.IGNORECASE)
SECRET_KEY = re.compile(r"password|passwd|secret|token|credential|jaas\.config|api[._-]?key", re.IGNORECASE)
# `user:password@` and `password=` in an address, as far as it is written out.
IN_ADDRESS = re.compile(r"//[^/@\s$]+:[^/@\s$]+@|(?:password|passwd|secret|token)=[^&;\s$'\"]", re.IGNORECASE)


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """SEC001: a password, key or token written out."""
    yield from _in_requests(project)
    for file, option in _all_options(project):
        written = file.substituted.source[slice(*file.substituted.origin_range(option.start, option.end))]
        named = SECRET_KEY.search(option.key) and option.value and "${" not in written
        if named or IN_ADDRESS.search(written):
            mend = "put it into a variable and write ${VARIABLE}"
            yield error("SEC001", f"`{option.key}` holds a secret that is written out", option.where, mend)


def _in_requests(project: Project) -> Iterator[Diagnostic]:
    """What an HTTP source sends: headers and parameters by name, credentials in the address or behind a scheme."""
    for source in project.of(HttpSource):
        for part, value in source.declaration.requested().items():
            keys = part.split(".", 1)
            if _names_a_secret(keys, value) or IN_ADDRESS.search(value) or _SCHEME.match(value):
                summary = f"`{keys[-1]}` holds a secret that is written out"
                mend = "put it into a variable and write ${VARIABLE}"
                yield error("SEC001", summary, source.file.where(*keys), mend)


def _names_a_secret(keys: list[str], value: str) -> bool:
    pairs = parse_qsl(urlsplit(value).query) if keys == ["url"] else [(keys[-1], value)][: len(keys) - 1]
    return any((SECRET_KEY.search(k) or _REQUEST_KEY.search(k)) and "${" not in written for k, written in pairs)


def _all_options(project: Project) -> Iterator[tuple[SqlText, Option]]:
    for table in project.of(FlinkTable):
        if table.source and table.content:
            yield from ((table.source.file, option) for option in table.content.options)
    for query in project.of(KsqlStatement):
        if query.source:
            yield from ((query.source.file, option) for option in query.content.properties)
    for resource in (*project.of(Job), *project.of(KsqlStatement)):
        for statement in filter(is_setting, resource.source.file.statements if resource.source else ()):
            option = setting(statement)
            if option:
                yield statement.file, option
    for relation in project.of(Relation):
        if relation.source and relation.content:
            yield from ((relation.source.file, option) for option in relation.content.settings)
