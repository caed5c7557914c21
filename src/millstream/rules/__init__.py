"""Checks on a project that was read: one small function a rule, each with stable codes (`docs/diagnostics.md`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.rules import (
    allowed,
    changelog_keys,
    clickhouse_landing,
    connectors,
    consumer_groups,
    cycles,
    event_order,
    idle_timeouts,
    job_settings,
    ksql,
    literal_secrets,
    namespaced_names,
    null_columns,
    postgres_landing,
    quoted_names,
    references,
    silent_loss,
    superset,
    top_one,
    topic_readers,
    topics,
    transactions,
    unbounded_state,
    unread,
    windows,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from millstream.compiled import CompiledPlan
    from millstream.diagnostics import Diagnostic
    from millstream.graph import Graph
    from millstream.project.model import Project, ResourceId

    Plans = Mapping[ResourceId, CompiledPlan]
    Rule = Callable[[Project, Graph], Iterator[Diagnostic]]
    PlanRule = Callable[[Project, Plans], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    references.check,
    ksql.check,
    topics.check,
    cycles.check,
    job_settings.check,
    namespaced_names.check,
    literal_secrets.check,
    connectors.check,
    postgres_landing.check,
    clickhouse_landing.check,
    superset.check,
    topic_readers.check,
    windows.check,
    silent_loss.check,
    transactions.check,
    consumer_groups.check,
    idle_timeouts.check,
    allowed.check,
    quoted_names.check,
    unread.check,
)
# What only the planner's own plan of a job can answer exactly.
PLAN_RULES: tuple[PlanRule, ...] = (
    top_one.check,
    unbounded_state.check,
    changelog_keys.check,
    event_order.check,
    null_columns.check,
)


def check(project: Project, graph: Graph) -> tuple[Diagnostic, ...]:
    """Run every rule; the diagnostics come in the order of the files they are about."""
    return ordered(diagnostic for rule in RULES for diagnostic in rule(project, graph))


def check_plans(project: Project, plans: Plans) -> tuple[Diagnostic, ...]:
    """Run every rule about what Flink's planner made of the jobs; a job without a plan is left out."""
    return ordered(diagnostic for rule in PLAN_RULES for diagnostic in rule(project, plans))


def ordered(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Put diagnostics in the order of the files they are about."""
    return tuple(sorted(found, key=_place))


def _place(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    where = diagnostic.where
    return (where.path.as_posix(), where.line, where.column, diagnostic.code) if where else ("", 0, 0, diagnostic.code)
