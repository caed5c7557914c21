"""Which node a name in a query, an option or a dataset means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.project.model import Project, Relation
from millstream.sql import CLICKHOUSE, POSTGRES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.project.dbt_models import DbtModels
    from millstream.project.dbt_values import DbtModel, DbtRead

ADAPTERS = {"postgres": POSTGRES, "clickhouse": CLICKHOUSE}


def model_id(name: str, namespace: str) -> str:
    """Node of a dbt model."""
    return f"dbt_model.{namespace}{name}"


def source_id(read: DbtRead) -> str:
    """Node of a dbt source that nothing in the tree declares."""
    return f"dbt_source.{read.name}"


@dataclass(frozen=True)
class Tables:
    """The relations of both databases.

    Args:
        landings: nodes by dialect and name in the engine, in PostgreSQL with its schema.
        written: nodes by dialect and name as its author writes it.
        models: nodes of dbt's models by their name in the database, without the schema.
        schemas: schemas of PostgreSQL that landings stand in.
    """

    landings: Mapping[tuple[str, str], str]
    written: Mapping[tuple[str, str], str]
    models: Mapping[str, str]
    schemas: frozenset[str]

    @classmethod
    def of(cls, project: Project, dbt: DbtModels) -> Tables:
        """The relations of a project and the models of its dbt project."""
        relations = project.of(Relation)
        return cls(
            {(r.dialect, r.id.engine_name): str(r.id) for r in relations},
            {(r.dialect, r.id.name): str(r.id) for r in relations},
            {f"{project.namespace}{name}": model_id(name, project.namespace) for name in dbt.models},
            frozenset(r.id.name.rpartition(".")[0] for r in relations if r.dialect == POSTGRES),
        )

    def node(self, dialect: str, schema: str, name: str) -> str | None:
        """The node of a table in a query; nothing for one that nobody declares."""
        full = f"{schema or 'public'}.{name}" if dialect == POSTGRES else name
        return self.landings.get((dialect, full)) or self.models.get(name)

    def landing(self, read: DbtRead, adapter: str) -> str | None:
        """The landing that a dbt source is; nothing for a table that is loaded in another way."""
        dialect = ADAPTERS.get(adapter) or (POSTGRES if read.schema in self.schemas else CLICKHOUSE)
        prefix = f"{read.schema}." if dialect == POSTGRES else ""
        own = read.name.partition(".")[2]
        return self.landings.get((dialect, prefix + read.table)) or self.written.get((dialect, prefix + own))

    def dialect(self, model: DbtModel, dbt: DbtModels) -> str:
        """Dialect of a model's SQL: by its adapter, else by the landings it stands on, itself or through others."""
        open_, seen = [model], {model.name}
        while open_:
            here = open_.pop(0)
            if here.adapter:
                return ADAPTERS.get(here.adapter, here.adapter)
            for read in here.reads:
                if read.is_source:
                    return POSTGRES if read.schema in self.schemas else CLICKHOUSE
                if read.name in dbt.models and read.name not in seen:
                    seen.add(read.name)
                    open_.append(dbt.models[read.name])
        return ""
