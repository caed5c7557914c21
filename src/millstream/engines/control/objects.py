"""Topics, tables, connectors and dashboards as the last apply left them, so that a change by hand is seen as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from millstream.engines.control.database import Database


@dataclass(frozen=True)
class AppliedObject:
    """One object.

    Args:
        resource: for example `topic.orders`, namespace included.
        declaration: digest of what was declared.
        traits: what its engine told of it beyond the declaration, such as a topic's id.
    """

    resource: str
    declaration: str
    traits: Mapping[str, str]


class Objects:
    """The objects kept in one control database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self, project: str, target: str) -> tuple[AppliedObject, ...]:
        """Every object of a project on a target, by resource."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "SELECT resource, declaration, traits FROM objects WHERE project = %s AND target = %s"
                " ORDER BY resource",
                [project, target],
            )
            return tuple(AppliedObject(**row) for row in cursor.fetchall())

    def record(self, project: str, target: str, objects: Iterable[AppliedObject]) -> None:
        """Write down how objects are, in the place of what was written before."""
        rows = [(project, target, o.resource, o.declaration, Jsonb(dict(o.traits))) for o in objects]
        with self._database.transaction() as cursor:
            cursor.executemany(
                "INSERT INTO objects (project, target, resource, declaration, traits) VALUES (%s, %s, %s, %s, %s)"
                " ON CONFLICT (project, target, resource) DO UPDATE"
                " SET declaration = excluded.declaration, traits = excluded.traits, applied_at = clock_timestamp()",
                rows,
            )

    def forget(self, project: str, target: str, resources: Iterable[str]) -> None:
        """Delete what is declared no longer."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "DELETE FROM objects WHERE project = %s AND target = %s AND resource = ANY(%s)",
                [project, target, list(resources)],
            )
