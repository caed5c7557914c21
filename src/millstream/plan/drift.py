"""What became of topics, tables, connectors and dashboards since the last apply, without a change of their files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.plan.model import Drift
from millstream.project.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.observation import Observation
    from millstream.project.model import ResourceId

# The trait that an object has from its creation on, and another object of the same name does not have.
ID = "id"
# A digest of the engine's own text of an object, behind the version that wrote it: another one may write another text.
DEFINITION = "definition"


@dataclass(frozen=True)
class LastApplied:
    """An object as the last apply left it.

    Args:
        declaration: digest of what was declared.
        traits: what its engine told of it then, see `Observation`.
    """

    declaration: str
    traits: Mapping[str, str]


def object_drift(
    objects: Mapping[ResourceId, Observation],
    declarations: Mapping[ResourceId, str],
    applied: Mapping[ResourceId, LastApplied],
) -> tuple[Drift, ...]:
    """Compare objects with what the last apply left.

    Args:
        objects: as their engines have them.
        declarations: digests of what is declared now.
        applied: what is on record; an object that is not was never applied, or the control database was lost.
    """
    return tuple(
        found
        for resource, last in applied.items()
        if resource in objects
        for found in _of(resource, objects[resource], declarations.get(resource, ""), last)
    )


def _of(resource: ResourceId, seen: Observation, declaration: str, last: LastApplied) -> Iterator[Drift]:
    if not seen.exists:
        yield Drift(resource, "gone", seen.differences or ("was dropped",))
        return
    if seen.traits.get(ID, "") != last.traits.get(ID, ""):
        yield Drift(resource, "recreated", tuple(_recreated(resource)))
    # Else nobody can tell what the new declaration would find as it was left.
    if declaration == last.declaration:
        words = (*seen.differences, *_changed(last.traits, seen.traits))
        if words:
            yield Drift(resource, "altered", words)


def _recreated(resource: ResourceId) -> Iterator[str]:
    yield "was dropped and created again: it is another object of the same name, without what the first one held"
    if resource.kind is Kind.TOPIC:
        yield "jobs that read it go on from offsets of the first one"


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name in sorted((before.keys() | after.keys()) - {ID}):
        old, new = before.get(name), after.get(name)
        if old != new and not (name == DEFINITION and _version(old) != _version(new)):
            yield _words(name, old, new)


def _version(definition: str | None) -> str:
    return (definition or "").partition(" ")[0]


def _words(name: str, old: str | None, new: str | None) -> str:
    if name == DEFINITION:
        return "its definition was altered"
    if new is None:
        return f"{name} is gone, was {old}"
    return f"{name} is new: {new}" if old is None else f"{name} is {new}, was {old}"
