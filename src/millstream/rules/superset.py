"""What dashboards stand on is there: tables under datasets, datasets under charts, charts on dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream import yamlfile
from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.project.model import Kind, Project, ResourceId, SupersetAsset
from millstream.rules.literal_secrets import IN_ADDRESS
from millstream.rules.superset_charts import check_chart, check_filters
from millstream.rules.superset_tables import Tables, check_dataset
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.graph import Graph

# Keys whose value is a name that two targets on one Superset would fight for.
_NAMESPACED = {Kind.SUPERSET_DATABASE: "database_name", Kind.SUPERSET_DASHBOARD: "slug"}


def check(project: Project, graph: Graph) -> Iterator[Diagnostic]:  # noqa: ARG001 - every rule has both
    """SUP003 to SUP006, and NSP001 and SEC001 for Superset's assets."""
    declared = {asset.id: asset for asset in project.of(SupersetAsset)}
    tables = Tables.of(project)
    for asset in declared.values():
        yield from _written(asset)
        unknown = [needed for needed in asset.needs if needed not in declared]
        unread = project.unread("superset")
        yield from (_unknown(asset, needed, declared) for needed in unknown if _stem(needed) not in unread)
        if asset.id.kind is Kind.SUPERSET_DATASET and not unknown:
            yield from check_dataset(asset, declared[asset.needs[0]], tables)
        elif asset.id.kind is Kind.SUPERSET_CHART and not unknown:
            yield from check_chart(asset, declared[asset.needs[0]])
        elif asset.id.kind is Kind.SUPERSET_DASHBOARD:
            yield from check_filters(asset, declared)


def _stem(resource: ResourceId) -> str:
    return resource.name.rpartition(".")[2]


def _unknown(asset: SupersetAsset, needed: ResourceId, declared: Mapping[ResourceId, SupersetAsset]) -> Diagnostic:
    word = needed.kind.removeprefix("superset_")
    known = [resource.name for resource in declared if resource.kind is needed.kind]
    folder = "datasets/DATABASE" if needed.kind is Kind.SUPERSET_DATASET else f"{word}s"
    mend = did_you_mean(needed.name, known, f"declare it in superset/{folder}/{_stem(needed)}.yaml")
    return error("SUP003", f"{word} `{needed.name}` is not declared", _place(asset, needed), mend)


def _place(asset: SupersetAsset, needed: ResourceId) -> SourceRange | None:
    if asset.file is None or needed.kind is Kind.SUPERSET_DATABASE:
        return asset.where
    if asset.id.kind is Kind.SUPERSET_CHART:
        return asset.file.where("dataset")
    return asset.file.find(needed.name) or asset.where


def _written(asset: SupersetAsset) -> Iterator[Diagnostic]:
    """What only the text before substitution tells."""
    if asset.file is None:
        return
    written = yamlfile.load(asset.file.text)
    key = _NAMESPACED.get(asset.id.kind, "" if written.get("sql") else "table_name")
    name = written.get(key)
    if name and not str(name).startswith(("${NS:-}", "${NS}")):
        where = asset.file.where(key)
        yield error("NSP001", f"`{name}` has no namespace in front", where, f"write ${{NS:-}}{name}")
    if IN_ADDRESS.search(str(written.get("sqlalchemy_uri", ""))):
        where = asset.file.where("sqlalchemy_uri")
        mend = "put the whole address into a variable and write ${VARIABLE}"
        yield error("SEC001", "`sqlalchemy_uri` holds a secret that is written out", where, mend)
