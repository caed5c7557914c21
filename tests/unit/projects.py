"""Small projects for tests: the base tree of the cases, and changes to it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from millstream import project, rules
from millstream.diagnostics import Severity
from millstream.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.diagnostics import Diagnostic
    from millstream.project.model import Project

CASES = Path(__file__).parents[1] / "cases" / "project"
VARIABLES = {
    "KAFKA_BOOTSTRAP": "localhost:9092",
    "WAREHOUSE_JDBC_URL": "jdbc:postgresql://localhost:5432/warehouse",
    "SHOP_URL": "postgresql://shop_app@localhost:5432/shop",
    "WEATHER_URL": "http://localhost:8080",
    "SUPERSET_WAREHOUSE_URI": "postgresql+psycopg2://bi@localhost/warehouse",
    "SUPERSET_REALTIME_URI": "clickhousedb+connect://bi@localhost/realtime",
    "FLINK_POSTGRES_USER": "flink",
    "FLINK_POSTGRES_PASSWORD": "it's secret",
}


def make(root: Path, changes: Mapping[str, str | None] | None = None) -> Path:
    """Write the base tree with some files changed, added, or (None) left out."""
    shutil.copytree(CASES / "base", root, dirs_exist_ok=True)
    write(root, changes or {})
    return root


def write(root: Path, changes: Mapping[str, str | None]) -> None:
    """Write files into a tree, or leave out (None) what is there."""
    for path, text in changes.items():
        file = root / path
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


def load(root: Path, namespace: str = "", **variables: str) -> Project:
    return project.load(root, name="test", namespace=namespace, variables=VARIABLES | variables)


def diagnose(root: Path, namespace: str = "") -> tuple[Diagnostic, ...]:
    loaded = load(root, namespace)
    return (*loaded.diagnostics, *rules.check(loaded, Graph.of(loaded)))


def errors(root: Path, namespace: str = "") -> tuple[Diagnostic, ...]:
    """What stops an apply; a new file may well be warned about, for nobody uses it yet."""
    return tuple(found for found in diagnose(root, namespace) if found.severity is Severity.ERROR)


def rendered(diagnostics: tuple[Diagnostic, ...]) -> str:
    return "".join(map(_render, diagnostics))


def _render(diagnostic: Diagnostic) -> str:
    where = diagnostic.where
    place = f"{where}-{where.end_line}:{where.end_column}" if where and where.end_line else str(where)
    mend = f"  {diagnostic.mend}\n" if diagnostic.mend else ""
    return f"{diagnostic.severity}[{diagnostic.code}] {place}\n  {diagnostic.summary}\n{mend}"
