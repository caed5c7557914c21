"""A dashboard as Superset has it, brought back into the files of `superset/`.

A file changes only where its asset does: variables stay written as variables, keys keep their order, and what is at its
default is left out. The comment at the head of a file stays; comments further down do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from millstream.engines.superset.differences import differences
from millstream.errors import UsageError
from millstream.project.model import Kind, SupersetAsset
from millstream.project.superset import FILES, FOLDER
from millstream.scaffold.superset_yaml import dump
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.engines.superset import LiveAsset
    from millstream.project.model import Project

# Entries of lists with one of these keys are the same entry, wherever they stand.
_NAMES = ("column_name", "metric_name", "id")
_NAMESPACED = {
    Kind.SUPERSET_DATABASE: "database_name",
    Kind.SUPERSET_DATASET: "table_name",
    Kind.SUPERSET_DASHBOARD: "slug",
}


@dataclass(frozen=True)
class Written:
    """A file to write, relative to the project's folder."""

    path: Path
    text: str


def bring_back(project: Project, live: Mapping[str, LiveAsset], name: str) -> tuple[Written, ...]:
    """Give the files of a dashboard, its charts and their datasets, as far as they differ from what stands there.

    Args:
        project: what is declared.
        live: what Superset has, by id.
        name: of the dashboard: its file's, or for one made in the browser what its title makes.

    Raises:
        UsageError: Superset has no such dashboard.
    """
    dashboards = {asset.name: asset for asset in live.values() if asset.kind is Kind.SUPERSET_DASHBOARD}
    if name not in dashboards:
        mend = did_you_mean(name, dashboards, f"it has: {', '.join(sorted(dashboards)) or 'none'}")
        raise UsageError(f"Superset has no dashboard {name}", mend)
    declared = {asset.uuid: asset for asset in project.of(SupersetAsset)}
    needed = dict.fromkeys(_reach(dashboards[name].uuid, live))
    return tuple(
        _write(asset, declared.get(uuid), project)
        for uuid in needed
        if (asset := live.get(uuid)) and (uuid not in declared or differences(declared[uuid].document, asset.document))
    )


def _reach(uuid: str, live: Mapping[str, LiveAsset]) -> Iterator[str]:
    yield uuid
    for needed in live[uuid].needs if uuid in live else ():
        yield from _reach(needed, live)


def _write(asset: LiveAsset, declared: SupersetAsset | None, project: Project) -> Written:
    if declared is None or declared.file is None:
        return Written(_path(asset), dump(_new(asset, project.namespace)))
    head = re.match(r"(?:[ \t]*#.*\n|[ \t]*\n)*", declared.file.text)
    model = FILES[asset.kind][1]
    said = model.model_validate(yaml.safe_load(declared.file.text)).model_dump(by_alias=True, exclude_defaults=True)
    kept = {"uuid": said["uuid"]} if "uuid" in said else {}
    merged = _as_written(dict(asset.document), dict(declared.document), said)
    return Written(declared.path, (head[0] if head else "") + dump({**kept, **merged}))


def _path(asset: LiveAsset) -> Path:
    return Path(FOLDER, FILES[asset.kind][0], *asset.name.split(".")).with_suffix(".yaml")


def _new(asset: LiveAsset, namespace: str) -> dict[str, Any]:
    """The file of an asset made in the browser; it keeps the id it got there."""
    document = {"uuid": asset.uuid, **asset.document}
    key = _NAMESPACED.get(asset.kind, "")
    if key in document and "sql" not in document:
        document[key] = "${NS:-}" + str(document[key]).removeprefix(namespace)
    if asset.kind is Kind.SUPERSET_DATABASE:
        # Superset tells no password, and no file may hold one.
        document["sqlalchemy_uri"] = f"${{SUPERSET_{asset.name.upper()}_URI}}"
    return document


def _as_written(live: Any, declared: Any, written: Any) -> Any:
    """What is live, in the words of the file where they mean the same."""
    if live == declared and type(live) is type(declared):
        return written
    if isinstance(live, dict) and isinstance(declared, dict) and isinstance(written, dict):
        order = [key for key in written if key in live] + sorted(key for key in live if key not in written)
        return {key: _as_written(live[key], declared.get(key), written.get(key)) for key in order}
    if isinstance(live, list) and isinstance(declared, list) and isinstance(written, list):
        before = {_key(entry, n): (entry, told) for n, (entry, told) in enumerate(zip(declared, written, strict=True))}
        return [_as_written(entry, *before.get(_key(entry, n), (None, None))) for n, entry in enumerate(live)]
    return live


def _key(entry: Any, number: int) -> object:
    """What tells an entry of a list: its name, else its place."""
    return next((entry[key] for key in _NAMES if key in entry), number) if isinstance(entry, dict) else number
