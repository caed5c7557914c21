"""Build a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.plan.model import Action, Change, Effect, JobState, Plan
from millstream.plan.state import Verdict
from millstream.project.fingerprint import Fingerprint, changes
from millstream.project.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.observation import Observation
    from millstream.plan.state import StateVerdict
    from millstream.project.model import ResourceId

# Connect takes a new configuration and goes on from its offsets; a source maps the next answer anew; Superset holds no
# data.
SHOWN = (Kind.SUPERSET_DATABASE, Kind.SUPERSET_DATASET, Kind.SUPERSET_CHART, Kind.SUPERSET_DASHBOARD)
IN_PLACE = frozenset({Kind.CONNECTOR, Kind.HTTP_SOURCE, *SHOWN})
UNDECLARED = {
    Kind.CONNECTOR: "is no longer declared; its offsets are kept",
    Kind.HTTP_SOURCE: "is no longer declared; what it has sent is remembered",
    **dict.fromkeys(SHOWN, "is no longer declared"),
}


def build(
    order: Sequence[ResourceId],
    objects: Mapping[ResourceId, Observation],
    fingerprints: Mapping[ResourceId, Fingerprint],
    jobs: Mapping[ResourceId, JobState],
    undeclared: Sequence[ResourceId] = (),
) -> Plan:
    """Compare every resource with its observation.

    Args:
        order: all resources that engines hold, upstream first.
        objects: topics, tables and views as their engines have them.
        fingerprints: of every declared job.
        jobs: of every job that was ever applied; a changed one without a verdict is a `REBUILD`.
        undeclared: connectors, HTTP sources and Superset's assets of this project that it no longer declares.
    """
    found: list[Change] = []
    for resource in order:
        if resource in fingerprints:
            change = _job(resource, fingerprints[resource], jobs.get(resource))
        else:
            change = _object(resource, objects[resource])
        if change:
            found.append(change)
    unchanged = len(order) - len(found)
    found += [Change(resource, Action.DELETE, Effect.IN_PLACE, (UNDECLARED[resource.kind],)) for resource in undeclared]
    return Plan(tuple(found), unchanged)


def _object(resource: ResourceId, seen: Observation) -> Change | None:
    if not seen.exists:
        return Change(resource, Action.CREATE, Effect.NONE, seen.differences or ("does not exist",))
    if not seen.differences:
        return None
    if resource.kind in IN_PLACE:
        return Change(resource, Action.UPDATE, Effect.IN_PLACE, seen.differences)
    effect = Effect.IN_PLACE if seen.is_rowless else Effect.DESTROY
    return Change(resource, Action.REPLACE, effect, seen.differences)


def _job(resource: ResourceId, declared: Fingerprint, applied: JobState | None) -> Change | None:
    if applied is None:
        return Change(resource, Action.CREATE, Effect.NONE, ("was never applied",))
    if applied.digest != declared.digest and not applied.has_state:
        return Change(resource, Action.REPLACE, Effect.RESTART, ("has never completed a checkpoint",))
    if applied.digest != declared.digest:
        effect, reasons = _effect(applied.verdict)
        return Change(resource, Action.REPLACE, effect, (*changes(applied.parts, declared.parts), *reasons))
    if not applied.is_alive:
        return Change(resource, Action.RESUME, Effect.RESTART, (f"is {applied.state}",))
    return None


def _effect(found: StateVerdict | None) -> tuple[Effect, tuple[str, ...]]:
    if found is None:
        return Effect.REBUILD, ()
    if found.verdict is Verdict.SPLIT:
        return Effect.REBUILD, (*found.reasons, "what is new would start from now: put it into a job of its own")
    return Effect.RESTART if found.verdict is Verdict.KEEP else Effect.REBUILD, found.reasons
