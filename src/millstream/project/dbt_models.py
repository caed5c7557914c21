"""dbt's models with what they read: from the manifest dbt wrote last, or from the model files themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import yaml

from millstream import yamlfile
from millstream.project import dbt_files, dbt_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from millstream.project.dbt_values import DbtModel

FOLDER = "dbt_project"


@dataclass(frozen=True)
class DbtModels:
    """What dbt makes.

    Args:
        models: by name.
        profiles: dbt's name of the engine of each profile.
        notes: where each piece of knowledge is from.
    """

    models: Mapping[str, DbtModel]
    profiles: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read(root: Path, namespace: str) -> DbtModels:
    """Read the models below `dbt_project/`; a manifest that is older than a file it was made from is left out.

    Args:
        root: the project's folder.
        namespace: the target's, which stands in front of every table's name.
    """
    folder = root / FOLDER
    if not (folder / "dbt_project.yml").is_file():
        return DbtModels({})
    models, unread = dbt_files.read(root, FOLDER, namespace)
    notes = [f"dbt: {path} could not be read, so what it reads is not known" for path in unread]
    told: set[str] = set()
    for path in dbt_manifest.paths(folder):
        name = path.relative_to(root).as_posix()
        found = dbt_manifest.read(path)
        if found is None:
            notes.append(f"dbt: {name} is no manifest")
        elif dbt_manifest.is_stale(path, folder):
            notes.append(f"dbt: {name} is older than the models, and was left out")
        else:
            compiled = sum(bool(model.query) for model in found.values())
            notes.append(f"dbt: {name} tells of {len(found)} models, and the compiled SQL of {compiled}")
            known = {model_name: _better(models.get(model_name), model) for model_name, model in found.items()}
            models, told = {**models, **known}, told | known.keys()
    if rest := models.keys() - told:
        notes.append(f"dbt: {len(rest)} models were read from their files")
    return DbtModels(models, _profiles(folder), tuple(notes))


def _profiles(folder: Path) -> Mapping[str, str]:
    """The engine of each profile whose outputs all have the same; nothing else of the file is looked at."""
    try:
        content = yamlfile.load((folder / "profiles.yml").read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return {}  # dbt finds its profiles elsewhere, or shows what is wrong with them
    found = {}
    for name, profile in (content or {}).items():
        outputs = profile.get("outputs", {}).values() if isinstance(profile, dict) else ()
        engines = {output.get("type") for output in outputs}
        if len(engines) == 1:
            found[str(name)] = str(*engines)
    return found


def _better(from_file: DbtModel | None, from_manifest: DbtModel) -> DbtModel:
    """What the manifest says; the file's own query, with its names, where dbt has compiled none."""
    if from_manifest.query or from_file is None or not from_file.query:
        return from_manifest
    return replace(from_manifest, query=from_file.query, reads=from_file.reads)
