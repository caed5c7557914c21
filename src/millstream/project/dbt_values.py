"""What is known of a dbt model, wherever it was read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DbtRead:
    """Something a model reads, and how its query names it.

    Args:
        name: a model's name, or `source.table` of a source.
        is_source: which of the two it is.
        schema: schema in the query.
        table: table in the query; of a source also its name in the database.
    """

    name: str
    is_source: bool
    schema: str
    table: str


@dataclass(frozen=True)
class DbtRelation:
    """The table or view that dbt makes of a model.

    Args:
        name: the model's, without the namespace.
        adapter: dbt's name of its engine, such as `postgres`.
        schema: its schema; in ClickHouse its database.
        table: its name in the database.
        columns: those that its YAML tells of: with a contract, all.
        profile: dbt's profile that it was parsed with; empty where nothing says it.
    """

    name: str
    adapter: str
    schema: str
    table: str
    columns: tuple[str, ...] = ()
    profile: str = ""


@dataclass(frozen=True)
class DbtModel:
    """A model.

    Args:
        name: its name, without the namespace.
        path: its file, relative to the project's folder.
        reads: what it reads.
        query: its SQL without Jinja, empty when only dbt can tell it.
        adapter: dbt's name of its engine, such as `postgres`; empty when nothing says it.
        note: why there is no query.
    """

    name: str
    path: str
    reads: tuple[DbtRead, ...] = ()
    query: str = ""
    adapter: str = ""
    note: str = ""
