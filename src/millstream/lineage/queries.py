"""From which columns of its tables each column of a query is made, by sqlglot's lineage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlglot.lineage import Node

Origins = frozenset[tuple[str, str]]


class UnknownColumns(Exception):  # noqa: N818 - says what is the case
    """The origin of a query's columns cannot be told, and why."""


def origins(
    text: str, dialect: str, node: Callable[[str, str], str | None], columns: Mapping[str, Mapping[str, None]]
) -> dict[str, Origins]:
    """The columns of tables that each column of a query is made from; a constant is made from none.

    Args:
        text: a query, or the `CREATE` of a view.
        dialect: sqlglot's name of its language.
        node: which node a schema and a table's name mean.
        columns: of each node, as far as they are known.

    Raises:
        UnknownColumns: the query cannot be read, or hangs on something whose columns are not known.
    """
    try:
        query = _query(sqlglot.parse_one(text, dialect=dialect or None))
        read = dict(_renamed(query, node))
        _unfold(query)
        schema = {name: dict.fromkeys(columns.get(id_) or (), "text") for name, id_ in read.items()}
        known = {name: found for name, found in schema.items() if found}
        made = lineage(None, query, known, dialect=dialect or None, copy=False)
    except SqlglotError as problem:
        raise UnknownColumns("its SQL is not understood here; only the engine can tell") from problem
    return {name: frozenset(_leaves(found, read)) for name, found in made.items()}


def _query(tree: exp.Expr) -> exp.Query:
    query = tree.expression if isinstance(tree, exp.Create) else tree
    if not isinstance(query, exp.Query):
        raise UnknownColumns("it is no query")
    for final in list(query.find_all(exp.Final)):
        # `FINAL` settles versions of rows and changes no column.
        final.replace(final.this)
    return query


def _renamed(query: exp.Query, node: Callable[[str, str], str | None]) -> Iterator[tuple[str, str]]:
    """Give each table a name of its own without a schema; yield it with its node."""
    tables = [t for t in query.find_all(exp.Table) if isinstance(t.this, exp.Identifier) and not _is_cte(t)]
    for index, table in enumerate(tables):
        found = node(table.db, table.name)
        if found is None:
            raise UnknownColumns(f"it reads {table.name}, which nobody declares")
        own = f"table_{index}"
        if not table.args.get("alias"):
            table.set("alias", exp.TableAlias(this=table.this.copy()))
        table.set("this", exp.to_identifier(own))
        for part in ("db", "catalog"):
            table.set(part, None)
        yield own, found


def _is_cte(table: exp.Table) -> bool:
    """Whether a name means a common table expression; inside its own definition it means the table."""
    if table.db:
        return False
    above = table.parent
    while above is not None:
        with_ = above.args.get("with_")
        if isinstance(with_, exp.With):
            inside = set() if with_.recursive else {id(part) for part in _ancestors(table)}
            if any(cte.alias == table.name and id(cte) not in inside for cte in with_.expressions):
                return True
        above = above.parent
    return False


def _ancestors(part: exp.Expr) -> list[exp.Expr]:
    found, above = list[exp.Expr](), part.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found


def _unfold(query: exp.Query) -> None:
    """Read `tupleElement(if(op = 'd', before, after), 'city_id')` as the columns `before.city_id`, `after.city_id`.

    What chooses between the two (`op`) is no part of the value.
    """
    for call in list(query.find_all(exp.Anonymous)):
        if call.name.lower() == "tupleelement" and len(call.expressions) == 2:  # noqa: PLR2004 - tuple and element
            value, element = call.expressions
            chosen = _chosen(value)
            if chosen and isinstance(element, exp.Literal) and element.is_string:
                parts = [exp.column(f"{c.name}.{element.name}", table=c.table or None, quoted=True) for c in chosen]
                call.replace(exp.Coalesce(this=parts[0], expressions=parts[1:]))


def _chosen(value: exp.Expr) -> list[exp.Column]:
    """The columns an expression gives one of, unchanged; none when it computes."""
    if isinstance(value, exp.Column):
        return [value]
    if isinstance(value, exp.If):
        sides = [_chosen(value.args["true"]), _chosen(value.args["false"]) if value.args.get("false") else []]
        return [*sides[0], *sides[1]] if all(sides) else []
    return []


def _leaves(made: Node, read: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for node in made.walk():
        if node.downstream:
            continue
        if isinstance(node.expression, exp.Table):
            column = exp.to_column(node.name).name
            if column == "*":
                raise UnknownColumns(
                    f"it takes every column of {read[node.expression.name]}, whose columns are unknown"
                )
            yield read[node.expression.name], column
        elif isinstance(node.expression, exp.Placeholder):
            raise UnknownColumns(f"it is not known which table the column {node.name} is of")
