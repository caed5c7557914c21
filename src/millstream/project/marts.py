"""What dbt makes: the models of `dbt_project/` and their columns, as far as a dashboard may rely on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from millstream import yamlfile
from millstream.project.model import Mart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = "dbt_project/models"


def read(root: Path) -> tuple[Mart, ...]:
    """Every model below `dbt_project/models`; files that dbt itself would refuse are left to dbt."""
    models = sorted({path.stem for path in (root / FOLDER).rglob("*.sql")})
    columns = dict(_described(root))
    return tuple(Mart(name, columns.get(name, ())) for name in models)


def _described(root: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for path in sorted((root / FOLDER).rglob("*.y*ml")):
        for model in _models(path):
            if isinstance(model, dict) and "name" in model:
                yield str(model["name"]), tuple(str(c["name"]) for c in model.get("columns") or [] if "name" in c)


def _models(path: Path) -> list[Any]:
    try:
        content = yamlfile.load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return []
    return content.get("models") or [] if isinstance(content, dict) else []
