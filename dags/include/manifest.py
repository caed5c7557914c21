"""The manifest that dbt writes of its project: what the DAGs have tasks for.

It is where `millstream dbt` leaves it, so whatever dbt command an analyst ran last has renewed it already.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROJECT = Path(os.environ.get("MILLSTREAM_PROJECT", Path(__file__).parents[2])) / "dbt_project"
SOURCES = ("models", "macros", "seeds", "snapshots", "tests")
BUILT = ("model", "seed", "snapshot")
PARSE_SECONDS = 300


def path(profile: str, project: Path = PROJECT) -> Path:
    """Where the manifest of a profile is."""
    return project / "target" / profile / "manifest.json"


def read(profile: str, project: Path = PROJECT) -> Mapping[str, Any]:
    """The manifest of a profile.

    Raises:
        FileNotFoundError: dbt has not parsed the project yet; says how to make it.
    """
    try:
        manifest: Mapping[str, Any] = json.loads(path(profile, project).read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise FileNotFoundError(f"{exc.filename} is missing: run `millstream dbt parse --profile {profile}`") from exc
    return manifest


def models(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the models, seeds and snapshots that a build makes, sorted."""
    return tuple(sorted(node["name"] for node in _enabled(manifest) if node["resource_type"] in BUILT))


def leaves(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the models that no other model reads, sorted: what a database is built for."""
    read_by_others = {parent for node in _enabled(manifest) for parent in _parents(node) if _is_built(node)}
    found = (node for node in _enabled(manifest) if _is_built(node) and node["unique_id"] not in read_by_others)
    return tuple(sorted(node["name"] for node in found))


def selection(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """What to select so that a build does what the manifest knows and nothing else.

    dbt builds the project as it is on disk: a model that came since the manifest would run without a task of its own.
    Tests of models come with their models; tests of sources alone are named.
    """
    tests = [
        node["name"]
        for node in _enabled(manifest)
        if node["resource_type"] == "test" and not any(parent in manifest["nodes"] for parent in _parents(node))
    ]
    return (*models(manifest), *sorted(tests))


def _enabled(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    # What is disabled is not among the nodes.
    yield from manifest["nodes"].values()


def _is_built(node: Mapping[str, Any]) -> bool:
    return node["resource_type"] in BUILT


def _parents(node: Mapping[str, Any]) -> list[str]:
    found: list[str] = node.get("depends_on", {}).get("nodes", [])
    return found


def is_stale(profile: str, project: Path = PROJECT) -> bool:
    """Whether a file of the project is younger than the manifest."""
    if not path(profile, project).is_file():
        return True
    made = path(profile, project).stat().st_mtime
    files = [*project.glob("*.yml"), *(file for folder in SOURCES for file in (project / folder).rglob("*"))]
    return any(file.stat().st_mtime > made for file in files)


def renew(profile: str, project: Path = PROJECT) -> tuple[str, ...]:
    """Let dbt parse the project if it has changed; give the models that are new.

    Raises:
        RuntimeError: dbt does not understand the project; the old manifest stays.
    """
    before = set(models(read(profile, project))) if path(profile, project).is_file() else set()
    if not is_stale(profile, project):
        return ()
    command = (os.environ.get("DBT_PROGRAM", "dbt"), "--no-use-colors", "parse", "--profile", profile)
    places = ("--project-dir", str(project), "--profiles-dir", str(project), "--target-path", f"target/{profile}")
    done = subprocess.run(
        (*command, *places), capture_output=True, text=True, check=False, timeout=PARSE_SECONDS, cwd=project
    )
    if done.returncode:
        raise RuntimeError(f"dbt does not understand the project:\n{done.stdout[-4000:]}")
    # A parse that finds nothing new leaves the file as it was.
    path(profile, project).touch()
    return tuple(sorted(set(models(read(profile, project))) - before))
