"""dbt's exposures of Superset's dashboards (dbt docs, "Add Exposures to your DAG").

dbt knows what it makes and what it reads. An exposure tells it who looks: `dbt build -s +exposure:sales` builds what
one dashboard shows. Each folder of models has a file with the dashboards that stand on its engine. A landing that is
no source of dbt's has no name there, and is left out.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from millstream.errors import ProjectError
from millstream.lineage.resources import dataset_dialect, stands_on
from millstream.lineage.tables import Tables, model_id
from millstream.project.model import Kind, SupersetAsset
from millstream.project.superset import FOLDER as SUPERSET
from millstream.scaffold.draft import NewFile
from millstream.scaffold.superset_yaml import dump

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.project.dbt_models import DbtModels
    from millstream.project.model import Project, ResourceId

FOLDER = Path("dbt_project/models")
NAME = "exposures.yml"
HEAD = "# Written by `millstream new exposures` from superset/dashboards; what is changed here is lost.\n"


def build(project: Project, dbt: DbtModels) -> tuple[NewFile, ...]:
    """The file of every folder of models that a dashboard stands on, in the order of their names.

    Args:
        project: holds the dashboards.
        dbt: holds the models, and the sources that they read.

    Raises:
        ProjectError: a file of `superset/` is wrong, so what dashboards stand on is not known.
    """
    if wrong := [d for d in project.diagnostics if d.where and d.where.path.parts[0] == SUPERSET]:
        raise ProjectError(f"{len(wrong)} thing(s) are wrong in {SUPERSET}/; nothing was written", wrong)
    known, folders = dict(_calls(project, dbt)), dict(_folders(project, dbt))
    entries: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for dashboard in sorted(_of(project, Kind.SUPERSET_DASHBOARD), key=lambda asset: asset.id.name):
        for folder, below in sorted(_below(dashboard, project, dbt, folders).items()):
            calls = sorted({known[node] for node in below if node in known})
            if calls:
                entries[folder].append(_entry(dashboard, project, calls))
    return tuple(
        NewFile(FOLDER / folder / NAME, HEAD + dump({"version": 2, "exposures": found}))
        for folder, found in sorted(entries.items())
    )


def write(root: Path, files: Sequence[NewFile]) -> tuple[Path, ...]:
    """Write what differs, and delete what an earlier call wrote of dashboards that are gone.

    Returns:
        The files written or deleted, relative to `root`.
    """
    wanted = {file.path: file.text for file in files}
    there = {path.relative_to(root): path.read_text(encoding="utf-8") for path in (root / FOLDER).rglob(NAME)}
    gone = [path for path, text in there.items() if path not in wanted and text.startswith(HEAD)]
    changed = [path for path, text in wanted.items() if there.get(path) != text]
    for path in changed:
        (root / path).write_text(wanted[path], encoding="utf-8")
    for path in gone:
        (root / path).unlink()
    return (*changed, *gone)


def _of(project: Project, kind: Kind) -> Iterator[SupersetAsset]:
    return (asset for asset in project.of(SupersetAsset) if asset.id.kind is kind)


def _calls(project: Project, dbt: DbtModels) -> Iterator[tuple[str, str]]:
    """Nodes, and what dbt calls them."""
    tables = Tables.of(project, dbt)
    for model in dbt.models.values():
        yield model_id(model.name, project.namespace), f"ref('{model.name}')"
        for read in model.reads:
            if read.is_source and (landing := tables.landing(read, model.adapter)):
                source, _, table = read.name.partition(".")
                yield landing, f"source('{source}', '{table}')"


def _folders(project: Project, dbt: DbtModels) -> Iterator[tuple[str, str]]:
    """Dialects, and the first folder whose models are written in them; models that lie in none have none."""
    tables = Tables.of(project, dbt)
    for model in sorted(dbt.models.values(), key=lambda model: model.path, reverse=True):
        # A manifest tells of seeds and snapshots too, which lie elsewhere.
        if FOLDER in Path(model.path).parents:
            folder, *inner = Path(model.path).relative_to(FOLDER).parts
            yield tables.dialect(model, dbt), folder if inner else ""


def _below(
    dashboard: SupersetAsset, project: Project, dbt: DbtModels, folders: Mapping[str, str]
) -> Mapping[str, set[str]]:
    """What a dashboard's datasets read, by folder."""
    tables, assets = Tables.of(project, dbt), {asset.id: asset for asset in project.of(SupersetAsset)}
    found: dict[str, set[str]] = defaultdict(set)
    for dataset in _datasets(dashboard, assets):
        folder = folders.get(dataset_dialect(dataset, project))
        if folder is not None:
            found[folder].update(stands_on(dataset, project, tables))
    return found


def _datasets(asset: SupersetAsset, assets: Mapping[ResourceId, SupersetAsset]) -> Iterator[SupersetAsset]:
    if asset.id.kind is Kind.SUPERSET_DATASET:
        yield asset
        return
    for needed in asset.needs:
        if needed in assets:
            yield from _datasets(assets[needed], assets)


def _entry(dashboard: SupersetAsset, project: Project, calls: list[str]) -> dict[str, Any]:
    said = {"name": dashboard.id.name, "label": dashboard.document["dashboard_title"], "type": "dashboard"}
    described = {key: text for key, text in dashboard.document.items() if key == "description"}
    return {**said, **described, "owner": {"name": project.name}, "depends_on": calls}
