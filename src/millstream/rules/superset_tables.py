"""A dataset stands on a landing or a dbt model, and its columns and metrics on the columns of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from millstream import yamlfile
from millstream.diagnostics import Diagnostic, error
from millstream.project.model import Kind, Project, Relation
from millstream.sql import CLICKHOUSE, POSTGRES
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.project.model import SupersetAsset

# Stands for `${NS:-}` where it is asked whether a name has it.
_MARK = "namespace_of_the_target_"


@dataclass(frozen=True)
class Tables:
    """Names a query may read and their columns, none where they are not known.

    Args:
        landings: by dialect and name.
        marts: names of dbt's models, whatever their schema, and their columns.
    """

    landings: Mapping[tuple[str, str], tuple[str, ...]]
    marts: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, project: Project) -> Tables:
        """The tables of a project, under the names engines know."""
        found = {(r.dialect, r.id.engine_name): _columns_of(r) for r in project.of(Relation)}
        return cls(found, {f"{project.namespace}{mart.name}": mart.columns for mart in project.marts})

    def columns(self, dialect: str, schema: str, name: str) -> tuple[str, ...] | None:
        """Columns of a table; `None` when nobody declares it."""
        full = f"{schema}.{name}" if dialect == POSTGRES else name
        return self.landings.get((dialect, full), self.marts.get(name))

    def names(self, dialect: str) -> list[str]:
        """Every name of a dialect's database, without its schema."""
        return [name.rpartition(".")[2] for d, name in self.landings if d == dialect] + [*self.marts]


def _columns_of(relation: Relation) -> tuple[str, ...]:
    if relation.columns or relation.id.kind is not Kind.CLICKHOUSE_VIEW:
        return tuple(column.name for column in relation.columns)
    query = _parsed(relation.statement, CLICKHOUSE)
    return _given(query.expression) if isinstance(query, exp.Create) else ()


def _parsed(text: str, dialect: str) -> exp.Expr | None:
    """What sqlglot makes of a text; nothing when the engine alone can tell."""
    try:
        return sqlglot.parse_one(text, dialect=dialect)
    except SqlglotError:
        return None


def _given(query: Any) -> tuple[str, ...]:
    """Names of a query's columns, none when a star hides them."""
    return tuple(query.named_selects) if isinstance(query, exp.Query) and not query.is_star else ()


def check_dataset(dataset: SupersetAsset, database: SupersetAsset, tables: Tables) -> Iterator[Diagnostic]:
    """SUP004 and SUP005, and NSP001 in a dataset's query."""
    dialect = _dialect(database.document["sqlalchemy_uri"])
    if not dialect or dataset.file is None:
        return
    if "sql" in dataset.document:
        query = _parsed(dataset.document["sql"], dialect)
        yield from _reads(dataset, dialect, tables)
        known: tuple[str, ...] | None = _given(query)
    else:
        name, schema = dataset.document["table_name"], dataset.document.get("schema") or "public"
        known = tables.columns(dialect, schema, name)
        if known is None:
            yield _undeclared(dataset, name, ("table_name",), tables.names(dialect))
    if known:
        yield from _columns(dataset, known, dialect)


def _dialect(uri: str) -> str:
    scheme = uri.partition(":")[0]
    return POSTGRES if scheme.startswith("postgresql") else CLICKHOUSE if scheme.startswith("clickhouse") else ""


def _undeclared(dataset: SupersetAsset, name: str, keys: tuple[str, ...], known: list[str]) -> Diagnostic:
    mend = did_you_mean(name, known, "declare it in postgres/, clickhouse/ or dbt_project/models/")
    where = dataset.file.where(*keys) if dataset.file else dataset.where
    return error("SUP004", f"it stands on `{name}`, which nobody declares", where, mend)


def _reads(dataset: SupersetAsset, dialect: str, tables: Tables) -> Iterator[Diagnostic]:
    """Every table of a query is declared and carries the namespace."""
    if dataset.file is None:
        return
    written = str(yamlfile.load(dataset.file.text)["sql"])
    namespace, where = dataset.id.namespace, dataset.file.where("sql")
    query = _parsed(written.replace("${NS:-}", _MARK).replace("${NS}", _MARK), dialect)
    if query is None or "{{" in written or "{%" in written:
        return
    hidden = {cte.alias for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if table.name in hidden or not isinstance(table.this, exp.Identifier):
            continue
        plain = table.name.removeprefix(_MARK)
        if tables.columns(dialect, table.db or "public", namespace + plain) is None:
            yield _undeclared(dataset, namespace + plain, ("sql",), tables.names(dialect))
        elif plain == table.name:
            yield error("NSP001", f"`{plain}` has no namespace in front", where, f"write ${{NS:-}}{plain}")


def _columns(dataset: SupersetAsset, known: tuple[str, ...], dialect: str) -> Iterator[Diagnostic]:
    if dataset.file is None:
        return
    for list_ in ("columns", "metrics"):
        for index, entry in enumerate(dataset.document.get(list_, [])):
            expression = entry.get("expression")
            # A metric without one is a KPI that is not defined, which was told where it was read.
            own = entry.get("column_name")
            named = _names(expression, dialect) if expression else (own,) if own else ()
            for name in (name for name in named if name not in known):
                where = dataset.file.where(list_, index, "expression" if expression else "column_name")
                mend = did_you_mean(name, known, f"it has: {', '.join(known)}")
                yield error("SUP005", f"`{dataset.document['table_name']}` has no column `{name}`", where, mend)


def _names(expression: str, dialect: str) -> tuple[str, ...]:
    """The columns that an expression names."""
    tree = _parsed(expression, dialect)
    return tuple(dict.fromkeys(column.name for column in tree.find_all(exp.Column))) if tree else ()
