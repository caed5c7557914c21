"""What an apply leaves on record of topics, tables, connectors, dashboards and what dbt makes, for later plans."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import astuple, replace
from typing import TYPE_CHECKING

from millstream.engines.control import AppliedObject
from millstream.plan import LastApplied
from millstream.project.model import Connector, KsqlStatement, Relation, SupersetAsset, Topic

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from millstream.engines.control import Control
    from millstream.observation import Observation
    from millstream.project.dbt_values import DbtRelation
    from millstream.project.model import Project, Resource, ResourceId


def declarations(project: Project, models: Mapping[ResourceId, DbtRelation], key: bytes) -> Mapping[ResourceId, str]:
    """Digests of what is declared of each object, keyed, since settings may hold secrets."""
    found = {resource.id: _content(resource) for resource in project.resources} | {
        model: astuple(relation) for model, relation in models.items()
    }
    return {
        resource: hmac.new(key, json.dumps(content, sort_keys=True, default=str).encode(), hashlib.sha256).hexdigest()
        for resource, content in found.items()
        if content is not None
    }


def _content(resource: Resource) -> object:
    """What counts; nothing for what Flink or the control database itself holds."""
    match resource:
        case Topic():
            return [resource.partitions, resource.replication_factor, dict(resource.config)]
        case Connector():
            return [resource.state, dict(resource.config)]
        case Relation() | KsqlStatement():
            return resource.source.lexemes if resource.source else resource.statement
        case SupersetAsset():
            return [dict(resource.document), resource.password]
        case _:
            return None


def recall(
    project: Project, models: Collection[ResourceId], target: str, control: Control
) -> Mapping[ResourceId, LastApplied]:
    """What is on record of the objects that are still declared."""
    declared = {str(resource): resource for resource in (*(r.id for r in project.resources), *models)}
    return {
        declared[found.resource]: LastApplied(found.declaration, found.traits)
        for found in control.objects.current(project.name, target)
        if found.resource in declared
    }


def edited(
    project: Project,
    objects: Mapping[ResourceId, Observation],
    declared: Mapping[ResourceId, str],
    applied: Mapping[ResourceId, LastApplied],
) -> Mapping[ResourceId, Observation]:
    """Tables and views whose statements say something else than when they were applied, where no column shows it.

    An engine keeps a statement in a form of its own, which cannot be compared with the file's.

    Args:
        project: what is declared.
        objects: as their engines have them.
        declared: digests of the declarations.
        applied: the objects as the last apply left them.
    """
    return {
        relation.id: replace(seen, differences=("its statement was edited since it was applied",))
        for relation in project.of(Relation)
        if (seen := objects[relation.id]).exists
        and not seen.differences
        and (last := applied.get(relation.id))
        and last.declaration != declared[relation.id]
    }


def remember(
    project: Project,
    target: str,
    control: Control,
    declared: Mapping[ResourceId, str],
    objects: Mapping[ResourceId, Observation],
) -> None:
    """Write down how objects are that are as declared, and forget those that are declared no longer.

    Args:
        project: what is declared.
        target: where.
        control: keeps the record.
        declared: digests of the declarations.
        objects: as they are now; what was not part of this apply is left out, and its record stays as it is.
    """
    before = {found.resource: found for found in control.objects.current(project.name, target)}
    after = list(_records(declared, objects))
    fresh = [record for record in after if before.get(record.resource) != record]
    if fresh:
        control.objects.record(project.name, target, fresh)
    kept = {str(resource) for resource in declared}
    if gone := [name for name in before if name not in kept]:
        control.objects.forget(project.name, target, gone)


def _records(declared: Mapping[ResourceId, str], objects: Mapping[ResourceId, Observation]) -> Iterator[AppliedObject]:
    for resource, seen in objects.items():
        if resource in declared and seen.exists and not seen.differences:
            yield AppliedObject(str(resource), declared[resource], dict(seen.traits))
