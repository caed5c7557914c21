"""Writes a draft into a copy of the tree and reads that: what would be wrong there is never written."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from millstream import project, rules
from millstream.diagnostics import Severity
from millstream.errors import ProjectError
from millstream.graph import Graph
from millstream.scaffold.draft import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.project.model import Project
    from millstream.scaffold.draft import Draft

FOLDERS = ("kafka", "flink_sql", "ksql", "postgres", "clickhouse")
# A variable that the new file is the first to need is told as a next step.
_UNSET = "SQL001"


@contextmanager
def tried(before: Project, draft: Draft, variables: Mapping[str, str]) -> Iterator[Project]:
    """Give the tree as it would be.

    Raises:
        ProjectError: a file is there already, or a new one breaks a rule; nothing was written.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in FOLDERS:
            if (before.root / name).is_dir():
                shutil.copytree(before.root / name, root / name)
        write(root, draft)
        after = project.load(root, name=before.name, namespace=before.namespace, variables=variables)
        _refuse(after, draft)
        yield after


def _refuse(after: Project, draft: Draft) -> None:
    new = {file.path for file in draft.files}
    found = [
        diagnostic
        for diagnostic in (*after.diagnostics, *rules.check(after, Graph.of(after)))
        if diagnostic.severity is Severity.ERROR
        and diagnostic.code != _UNSET
        and diagnostic.where is not None
        and diagnostic.where.path in new
    ]
    if found:
        raise ProjectError("what would be written breaks the project's rules; nothing was written", found)
