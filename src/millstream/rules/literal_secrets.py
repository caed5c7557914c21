"""Secrets come from the environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, error
from millstream.project.model import FlinkTable, Job, Project, Relation
from millstream.sql import is_setting, setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.graph import Graph
    from millstream.sql import Option, SqlText

_SECRET_KEY = re.compile(r"password|passwd|secret|token|credential|jaas\.config|api[._-]?key", re.IGNORECASE)
# `user:password@` and `password=` in an address, as far as it is written out.
_IN_ADDRESS = re.compile(r"//[^/@\s$]+:[^/@\s$]+@|(?:password|passwd|secret|token)=[^&;\s$'\"]", re.IGNORECASE)


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """SEC001: a password, key or token written out."""
    for file, option in _all_options(project):
        written = file.substituted.source[slice(*file.substituted.origin_range(option.start, option.end))]
        named = _SECRET_KEY.search(option.key) and option.value and "${" not in written
        if named or _IN_ADDRESS.search(written):
            mend = "put it into a variable and write ${VARIABLE}"
            yield error("SEC001", f"`{option.key}` holds a secret that is written out", option.where, mend)


def _all_options(project: Project) -> Iterator[tuple[SqlText, Option]]:
    for table in project.of(FlinkTable):
        if table.source and table.content:
            yield from ((table.source.file, option) for option in table.content.options)
    for job in project.of(Job):
        for statement in filter(is_setting, job.source.file.statements if job.source else ()):
            option = setting(statement)
            if option:
                yield statement.file, option
    for relation in project.of(Relation):
        if relation.source and relation.content:
            yield from ((relation.source.file, option) for option in relation.content.settings)
