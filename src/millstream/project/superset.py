"""`superset/`: databases, datasets, charts and dashboards, one a file, in the folders of Superset's export.

A file's name is the asset's: `charts/orders_per_second.yaml` is chart `orders_per_second`, and
`datasets/realtime/orders.yaml` is dataset `realtime.orders` of database `realtime`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit
from uuid import UUID, uuid5

from millstream.diagnostics import SourceRange
from millstream.project import kpis
from millstream.project.model import Kind, ResourceId, SupersetAsset
from millstream.project.superset_files import AssetFile, ChartFile, DashboardFile, DatabaseFile, DatasetFile
from millstream.project.superset_layout import charts_in
from millstream.project.variables import Unset, resolve
from millstream.sql import NAMESPACE
from millstream.yamlfile import YamlFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from millstream.project.files import File
    from millstream.project.reading import Reading
    from millstream.yamlfile import Key

CODE = "SUP001"
UNSET = "SUP002"
FOLDER = "superset"
# Superset shows and takes this in place of a password (`superset.constants.PASSWORD_MASK`).
MASK = "X" * 10
# Every id is made from this one and a name.
ROOT = UUID("6f9619ff-8b86-5d01-b42d-00cf4fc964ff")
_NAME = re.compile(r"[a-z][a-z0-9_]*")

FILES: Mapping[Kind, tuple[str, type[AssetFile]]] = {
    Kind.SUPERSET_DATABASE: ("databases", DatabaseFile),
    Kind.SUPERSET_DATASET: ("datasets", DatasetFile),
    Kind.SUPERSET_CHART: ("charts", ChartFile),
    Kind.SUPERSET_DASHBOARD: ("dashboards", DashboardFile),
}
_KINDS = {folder: kind for kind, (folder, _) in FILES.items()}


def asset_uuid(project: str, resource: ResourceId) -> str:
    """The id of an asset: the same on every machine, another one in every project and namespace."""
    return str(uuid5(ROOT, f"{project}/{resource}"))


def read_asset(file: File, reading: Reading) -> None:
    """Read one file of `superset/`."""
    yaml = YamlFile(file.path, file.text, CODE)
    resource = _identity(file.path, yaml, reading)
    if resource is None:
        return
    content, diagnostics = yaml.read(FILES[resource.kind][1])
    reading.diagnostics += diagnostics
    if content is None:
        return
    written = content.model_dump(by_alias=True, exclude_defaults=True)
    document: dict[str, Any] = _resolved(written, (), yaml, reading)
    password = ""
    if resource.kind is Kind.SUPERSET_DATABASE:
        document["sqlalchemy_uri"], password = without_password(document["sqlalchemy_uri"])
    if "metrics" in document:
        document["metrics"] = kpis.spelled_out(document["metrics"], yaml, reading)
    uuid = document.pop("uuid", "") or asset_uuid(reading.project, resource)
    needs = tuple(dict.fromkeys(_needs(resource, document)))
    reading.resources.append(
        SupersetAsset(resource, file.path, uuid, document, needs, password, yaml, where=SourceRange(file.path))
    )


def _identity(path: Path, yaml: YamlFile, reading: Reading) -> ResourceId | None:
    folder, *inner = path.parts[1:-1] or ("",)
    kind = _KINDS.get(folder)
    if kind is None or len(inner) != (kind is Kind.SUPERSET_DATASET):
        mend = f"files stand in {FOLDER}/{{databases,charts,dashboards}} and {FOLDER}/datasets/DATABASE"
        reading.error(CODE, "nothing reads a file in this folder", yaml.where(), mend)
        return None
    names = (*inner, path.stem)
    if wrong := [name for name in names if not _NAME.fullmatch(name)]:
        mend = "use lower-case letters, digits and _"
        reading.error(CODE, f"`{wrong[0]}` is no name for an asset", yaml.where(), mend)
        return None
    return ResourceId(kind, ".".join(names), reading.namespace)


def _needs(resource: ResourceId, document: Mapping[str, Any]) -> Iterator[ResourceId]:
    if resource.kind is Kind.SUPERSET_DATASET:
        yield ResourceId(Kind.SUPERSET_DATABASE, resource.name.partition(".")[0], resource.namespace)
    elif resource.kind is Kind.SUPERSET_CHART:
        yield ResourceId(Kind.SUPERSET_DATASET, document["dataset"], resource.namespace)
    elif resource.kind is Kind.SUPERSET_DASHBOARD:
        for name in charts_in(document.get("position", [])):
            yield ResourceId(Kind.SUPERSET_CHART, name, resource.namespace)
        for name, _ in filter_targets(document):
            yield ResourceId(Kind.SUPERSET_DATASET, name, resource.namespace)


def filter_targets(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Dataset and column of each target of a dashboard's filters; a time filter has none."""
    for entry in document.get("metadata", {}).get("native_filter_configuration", []):
        for target in entry.get("targets", []):
            if "dataset" in target:
                yield target["dataset"], target.get("column", {}).get("name", "")


def _resolved(value: Any, keys: tuple[Key, ...], yaml: YamlFile, reading: Reading) -> Any:
    """Replace `${VAR}` in every text."""
    if isinstance(value, dict):
        return {key: _resolved(inner, (*keys, key), yaml, reading) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, (*keys, index), yaml, reading) for index, inner in enumerate(value)]
    if not isinstance(value, str) or "${" not in value:
        return value
    try:
        return resolve(value, {**reading.variables, NAMESPACE: reading.namespace})
    except Unset as unset:
        mend = f"export {unset}, or write ${{{unset}:-default}}"
        reading.error(UNSET, f"variable `{unset}` is not set", yaml.where(*keys), mend)
        return value


def without_password(uri: str) -> tuple[str, str]:
    """An address with Superset's mask for its password, and the password."""
    parts = urlsplit(uri)
    if parts.password is None:
        return uri, ""
    user, host = parts.netloc.rpartition("@")[0].partition(":")[0], parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{user}:{MASK}@{host}")), unquote(parts.password)
