"""What a change of a captured table breaks, for `millstream status`.

Reading a whole project takes seconds. So what was found is kept beside the platform, together with what it was found
from: a digest of the project's files, and the columns that the sources had.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from millstream.cli.workspace import Chosen
    from millstream.local.platform import Platform

FOLDERS = ("kafka", "flink_sql", "clickhouse", "postgres")
KEPT = "captures.json"


def warnings(platform: Platform) -> Sequence[Mapping[str, object]]:
    """Compare the sources' columns with their readers; a project that cannot be read is told as such."""
    from millstream.cli import workspace
    from millstream.errors import MillstreamError

    file = platform.layout.run / KEPT
    tree = _digest(_files(platform))
    kept = _read(file)
    if kept.get("tree") == tree and kept["live"] and kept["live"] == _live(kept["sources"]):
        found: Sequence[Mapping[str, object]] = kept["warnings"]
        return found
    try:
        return _look(workspace.target("local"), file, tree)
    except MillstreamError as exc:
        return [{"code": "CDC004", "summary": exc.summary, "where": None, "mend": exc.mend}]


def _look(chosen: Chosen, file: Path, tree: str) -> Sequence[Mapping[str, object]]:
    from millstream import apply, project
    from millstream.graph import Graph
    from millstream.local.launch import write_private
    from millstream.project.model import Connector

    found = project.load(chosen.root, name=chosen.project, namespace=chosen.namespace, variables=chosen.variables)
    told: Sequence[Mapping[str, object]] = [
        {"code": w.code, "summary": w.summary, "where": str(w.where) if w.where else None, "mend": w.mend}
        for w in apply.schema_changes(found, Graph.of(found))
    ]
    sources = [[c.source_url, sorted(c.tables.values())] for c in found.of(Connector) if c.source_url and c.tables]
    kept = {"tree": tree, "sources": sources, "live": _live(sources), "warnings": told}
    # The addresses of the sources hold passwords.
    write_private(file, json.dumps(kept))
    return told


def _live(sources: Sequence[Any]) -> str:
    """A digest of the sources' columns, empty while one of them does not answer."""
    from millstream.engines.replication import Source
    from millstream.errors import EngineError

    try:
        columns = [Source(url).columns(tables) for url, tables in sources]
    except EngineError:
        return ""
    return _digest(json.dumps(found, sort_keys=True) for found in columns)


def _files(platform: Platform) -> Iterator[str]:
    """Name, size and time of everything that a comparison depends on."""
    root = platform.project
    trees = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.*"))]
    for path in (root / "millstream.yml", platform.layout.state / "ports.json", *trees):
        if path.exists():
            found = path.stat()
            yield f"{path} {found.st_size} {found.st_mtime_ns}"


def _digest(parts: Iterator[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _read(file: Path) -> Mapping[str, Any]:
    try:
        kept: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return kept
