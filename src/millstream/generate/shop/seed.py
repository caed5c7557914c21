"""The shop's tables, its publication and its first rows. Safe to repeat: what is there stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

from millstream.errors import ProjectError
from millstream.generate.shop.database import connection
from millstream.generate.shop.rows import DIMENSIONS, FIRST_VERSION, TABLES, dimension

if TYPE_CHECKING:
    from pathlib import Path

    from psycopg import Connection

FOLDER = "postgres/shop"
PUBLICATION = "shop_cdc"


@dataclass(frozen=True)
class Seeded:
    """What a seed did: the tables and publications it made, and how many rows it wrote to each table."""

    created: tuple[str, ...]
    rows: dict[str, int]


def seed(url: str, project: Path) -> Seeded:
    """Make what the shop lacks, in one transaction.

    Args:
        url: connection URL of the role that owns the shop's tables.
        project: the project's folder; the declarations are in `postgres/shop/` below it.

    Raises:
        ProjectError: a declaration is missing.
        EngineError: PostgreSQL does not answer, or refused a declaration or a row.
    """
    declared = {name: _declaration(project, name) for name in (*TABLES, "publication")}
    with connection(url) as shop:
        created = [name for name in TABLES if _create_table(shop, name, declared[name])]
        if not _has_publication(shop):
            shop.execute(declared["publication"].encode())
            created.append(PUBLICATION)
        return Seeded(tuple(created), {name: _fill(shop, name) for name in DIMENSIONS})


def _declaration(project: Path, name: str) -> str:
    path = project / FOLDER / f"{name}.sql"
    try:
        return path.read_text(encoding="utf-8")
    except OSError as exc:
        raise ProjectError(
            f"{FOLDER}/{name}.sql cannot be read: {exc.strerror}", mend="the shop is declared in that folder"
        ) from exc


def _create_table(shop: Connection[Any], name: str, declaration: str) -> bool:
    found = shop.execute("SELECT to_regclass(%s) IS NOT NULL", (f"public.{name}",)).fetchone()
    if found is not None and found[0]:
        return False
    shop.execute(declaration.encode())
    # Change data capture then tells the row before each change, and a change of any column counts.
    shop.execute(sql.SQL("ALTER TABLE {} REPLICA IDENTITY FULL").format(sql.Identifier(name)))
    return True


def _has_publication(shop: Connection[Any]) -> bool:
    return shop.execute("SELECT 1 FROM pg_publication WHERE pubname = %s", (PUBLICATION,)).fetchone() is not None


def _fill(shop: Connection[Any], name: str) -> int:
    """Copy the first rows beside the table, and take over those whose id it lacks."""
    first = dimension(name)
    names = {
        "table": sql.Identifier(name),
        "staged": sql.Identifier(f"first_{name}"),
        "key": sql.Identifier(first.key),
        "columns": sql.SQL(", ").join(map(sql.Identifier, (*first.columns, "updated_at"))),
    }
    staged = "CREATE TEMP TABLE {staged} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA"
    shop.execute(sql.SQL(staged).format(**names))
    with shop.cursor().copy(sql.SQL("COPY {staged} ({columns}) FROM STDIN").format(**names)) as copy:
        for row in first.rows:
            copy.write_row((*row, FIRST_VERSION))
    taken = "INSERT INTO {table} ({columns}) SELECT {columns} FROM {staged} ORDER BY {key} ON CONFLICT DO NOTHING"
    return shop.execute(sql.SQL(taken).format(**names)).rowcount
