"""How far back the topics of jobs reach that are to lose their state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from millstream.graph import topics_of
from millstream.plan import Effect, reach
from millstream.project.model import FlinkTable, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.compiled import CompiledPlan
    from millstream.engines.kafka import Kafka
    from millstream.plan import Change, Plan
    from millstream.project.model import Project, ResourceId

_FROM_START = "earliest-offset"


def with_replay(plan: Plan, project: Project, plans: Mapping[ResourceId, CompiledPlan], kafka: Kafka) -> Plan:
    """Say of each rebuild how far it reaches; Kafka is asked only when there is one.

    Raises:
        EngineError: Kafka does not answer.
    """
    tables = {table.id.name: table for table in project.of(FlinkTable)}
    rebuilt = {
        change.resource: [tables[name] for name in _read(plans[change.resource]) if name in tables]
        for change in plan.changes
        if change.effect is Effect.REBUILD and change.resource.kind is Kind.JOB and change.resource in plans
    }
    topics = {topic for read in rebuilt.values() for table in read for topic in topics_of(table)}
    retained = kafka.retained(sorted(topics)) if topics else {}

    def told(change: Change) -> Change:
        read = rebuilt.get(change.resource)
        if read is None:
            return change
        own = {topic: retained[topic] for table in read for topic in topics_of(table) if topic in retained}
        return replace(change, replay=reach(plans[change.resource], own, _starts(read)))

    return replace(plan, changes=tuple(map(told, plan.changes)))


def _read(plan: CompiledPlan) -> Sequence[str]:
    return sorted({node.table for node in plan if node.kind == "table-source-scan" and node.table})


def _starts(read: Sequence[FlinkTable]) -> Mapping[str, str]:
    """Topics that a job without state does not read from their beginning; `upsert-kafka` always does."""
    found: dict[str, str] = {}
    for table in read:
        start = table.options.get("scan.startup.mode", "group-offsets")
        if table.connector == "kafka" and start != _FROM_START:
            found |= dict.fromkeys(topics_of(table), start)
    return found
