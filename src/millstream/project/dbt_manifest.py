"""dbt's models as its `manifest.json` tells them (dbt docs, "Manifest JSON file")."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from millstream.project.dbt_values import DbtModel, DbtRead, DbtRelation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MADE_FROM = ("models", "macros", "seeds", "snapshots")
TARGET = "target"
NOT_COMPILED = "dbt has parsed but not compiled it; `millstream dbt compile` does"


def paths(folder: Path) -> tuple[Path, ...]:
    """Where manifests are: in `target/`, and in a folder of each profile below it; the newest comes last."""
    found = [folder / TARGET / "manifest.json", *(folder / TARGET).glob("*/manifest.json")]
    return tuple(sorted((path for path in found if path.is_file()), key=lambda path: (path.stat().st_mtime, path)))


def is_stale(path: Path, folder: Path) -> bool:
    """Whether a file of dbt's project is younger than a manifest."""
    made = path.stat().st_mtime
    files = [folder / "dbt_project.yml", *(file for name in MADE_FROM for file in (folder / name).rglob("*"))]
    return any(file.is_file() and file.stat().st_mtime > made for file in files)


def read(path: Path) -> dict[str, DbtModel] | None:
    """The models of a manifest by name; nothing when it is none."""
    try:
        manifest, adapter = _parsed(path)
        named = {**manifest["nodes"], **manifest["sources"]}
        return {
            str(node["name"]): _model(node, named, adapter)
            for node in manifest["nodes"].values()
            if node["resource_type"] in {"model", "snapshot", "seed"}
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _parsed(path: Path) -> tuple[dict[str, Any], str]:
    """A manifest, and dbt's name of the engine it is for."""
    manifest = json.loads(path.read_text(encoding="utf-8"))
    return manifest, str(manifest["metadata"].get("adapter_type") or "")


def relations(folder: Path) -> tuple[DbtRelation, ...]:
    """What dbt makes of the models it has seen, by the newest manifest of each profile, as far as their files exist."""
    found = {
        (relation.adapter, relation.name): relation
        for path in paths(folder)
        for relation, file in _relations(path)
        if (folder / file).is_file()
    }
    return tuple(found.values())


def _relations(path: Path) -> Iterator[tuple[DbtRelation, str]]:
    profile = "" if path.parent.name == TARGET else path.parent.name
    try:
        manifest, adapter = _parsed(path)
        for node in manifest["nodes"].values():
            if node["resource_type"] == "model" and node["config"]["materialized"] != "ephemeral":
                name, columns = str(node["name"]), tuple(map(str, node["columns"]))
                table = str(node.get("alias") or name)
                file = str(node["original_file_path"])
                yield DbtRelation(name, adapter, str(node["schema"]), table, columns, profile), file
    except (ValueError, KeyError, TypeError, AttributeError):
        return


def _model(node: Mapping[str, Any], named: Mapping[str, Any], adapter: str) -> DbtModel:
    query = str(node.get("compiled_code") or "")
    return DbtModel(
        str(node["name"]),
        f"dbt_project/{node['original_file_path']}",
        tuple(_reads(node, named)),
        query,
        adapter,
        "" if query else NOT_COMPILED,
    )


def _reads(node: Mapping[str, Any], named: Mapping[str, Any]) -> Iterator[DbtRead]:
    for id_ in sorted(set(node.get("depends_on", {}).get("nodes", []))):
        other = named.get(id_)
        if other is None:
            continue
        if other["resource_type"] == "source":
            name = f"{other['source_name']}.{other['name']}"
            yield DbtRead(name, True, str(other["schema"]), str(other["identifier"]))
        else:
            yield DbtRead(str(other["name"]), False, str(other["schema"]), str(other.get("alias") or other["name"]))
