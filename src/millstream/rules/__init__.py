"""Checks on a project that was read: one small function a rule, each with stable codes (`docs/diagnostics.md`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.rules import (
    clickhouse_landing,
    connectors,
    cycles,
    job_settings,
    literal_secrets,
    namespaced_names,
    postgres_landing,
    references,
    superset,
    topics,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from millstream.diagnostics import Diagnostic
    from millstream.graph import Graph
    from millstream.project.model import Project

    Rule = Callable[[Project, Graph], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    references.check,
    topics.check,
    cycles.check,
    job_settings.check,
    namespaced_names.check,
    literal_secrets.check,
    connectors.check,
    postgres_landing.check,
    clickhouse_landing.check,
    superset.check,
)


def check(project: Project, graph: Graph) -> tuple[Diagnostic, ...]:
    """Run every rule; the diagnostics come in the order of the files they are about."""
    found = [diagnostic for rule in RULES for diagnostic in rule(project, graph)]
    return tuple(sorted(found, key=_place))


def _place(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    where = diagnostic.where
    return (where.path.as_posix(), where.line, where.column, diagnostic.code) if where else ("", 0, 0, diagnostic.code)
