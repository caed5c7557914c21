"""HTTP sources as they were applied, and how they are: the first written by apply, the second by who polls them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from psycopg.types.json import Json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from millstream.engines.control.database import Database


class Condition(Protocol):
    """How a source is."""

    @property
    def polled_at(self) -> datetime | None:
        """When it was last polled with success."""

    @property
    def failing_since(self) -> datetime | None:
        """Since when it has not been."""

    @property
    def trouble(self) -> str | None:
        """What went wrong last, in words without secrets."""

    @property
    def sent(self) -> int:
        """Records it has sent."""

    @property
    def dead(self) -> int:
        """Dead letters it has sent."""


@dataclass(frozen=True)
class AppliedSource:
    """One source.

    Args:
        resource: for example `http_source.weather`, namespace included.
        name: of its file.
        namespace: in front of its topics.
        declaration: what it does, with its `${VAR}` references.
    """

    project: str
    target: str
    resource: str
    name: str
    namespace: str
    declaration: Mapping[str, Any] = field(repr=False)
    applied_at: datetime | None = None
    polled_at: datetime | None = None
    failing_since: datetime | None = None
    trouble: str | None = None
    sent: int = 0
    dead: int = 0


class Sources:
    """The applied sources of one control database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def apply(self, source: AppliedSource) -> None:
        """Make a declaration the one that runs."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "INSERT INTO sources (project, target, resource, name, namespace, declaration)"
                " VALUES (%s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (project, target, resource) DO UPDATE"
                " SET declaration = excluded.declaration, applied_at = clock_timestamp()",
                [
                    source.project,
                    source.target,
                    source.resource,
                    source.name,
                    source.namespace,
                    Json(source.declaration),
                ],
            )

    def drop(self, project: str, target: str, resource: str) -> None:
        """Let a source run no longer."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "DELETE FROM sources WHERE project = %s AND target = %s AND resource = %s", [project, target, resource]
            )

    def current(self, project: str | None = None, target: str | None = None) -> tuple[AppliedSource, ...]:
        """Every applied source by resource; of all projects and targets unless named."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "SELECT project, target, resource, name, namespace, declaration, applied_at, polled_at, failing_since,"
                " trouble, sent, dead FROM sources WHERE (%(project)s::text IS NULL OR project = %(project)s)"
                " AND (%(target)s::text IS NULL OR target = %(target)s) ORDER BY resource",
                {"project": project, "target": target},
            )
            return tuple(AppliedSource(**row) for row in cursor.fetchall())

    def tell(self, project: str, target: str, resource: str, condition: Condition) -> None:
        """Say how a source is."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "UPDATE sources SET polled_at = %s, failing_since = %s, trouble = %s, sent = %s, dead = %s"
                " WHERE project = %s AND target = %s AND resource = %s",
                [
                    condition.polled_at,
                    condition.failing_since,
                    condition.trouble,
                    condition.sent,
                    condition.dead,
                    project,
                    target,
                    resource,
                ],
            )
