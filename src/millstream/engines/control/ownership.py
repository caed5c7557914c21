"""Who owns what, for objects whose engine has no place to write it down, such as topics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.errors import EngineError

if TYPE_CHECKING:
    from millstream.engines.control.database import Database


@dataclass(frozen=True)
class Owned:
    """An object of an engine (`kafka`, `orders`) and the project and resource it belongs to."""

    engine: str
    name: str
    project: str
    resource: str


class Ownership:
    """The owners kept in one control database. What is not in it is owned by nobody and must not be dropped."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, owned: Owned) -> None:
        """Take an object nobody owns; claiming one's own again changes nothing.

        Raises:
            EngineError: another project owns it.
        """
        with self._database.transaction() as cursor:
            cursor.execute(
                "INSERT INTO ownership (engine, name, project, resource) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (engine, name) DO UPDATE SET resource = excluded.resource"
                " WHERE ownership.project = excluded.project RETURNING name",
                [owned.engine, owned.name, owned.project, owned.resource],
            )
            if cursor.fetchone() is None:
                raise EngineError(
                    f"`{owned.name}` in {owned.engine} belongs to another project",
                    "give this target a namespace of its own",
                )

    def release(self, engine: str, name: str) -> None:
        """Forget who owns an object, because it was dropped."""
        with self._database.transaction() as cursor:
            cursor.execute("DELETE FROM ownership WHERE engine = %s AND name = %s", [engine, name])

    def all(self, project: str) -> tuple[Owned, ...]:
        """Everything a project owns, by engine and name."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "SELECT engine, name, project, resource FROM ownership WHERE project = %s ORDER BY engine, name",
                [project],
            )
            return tuple(Owned(**row) for row in cursor.fetchall())
