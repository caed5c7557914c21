"""`CREATE` statements of PostgreSQL and ClickHouse, read by sqlglot's parsers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.errors import ParseError

from millstream.sql.create import Option, option
from millstream.sql.names import Name
from millstream.sql.tokens import CLICKHOUSE, POSTGRES, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.diagnostics import SourceRange
    from millstream.sql.text import Statement

# ClickHouse docs, "Kafka table engine": the order of the engine's positional arguments.
_KAFKA_ARGUMENTS = ("kafka_broker_list", "kafka_topic_list", "kafka_group_name", "kafka_format")
_FILLED = (
    exp.DefaultColumnConstraint,
    exp.GeneratedAsIdentityColumnConstraint,
    exp.ComputedColumnConstraint,
)


class NotParsed(Exception):  # noqa: N818 - says what the statement is
    """sqlglot cannot parse the statement at `where`; the engine itself may still accept it."""

    def __init__(self, where: SourceRange) -> None:
        super().__init__(f"not parsed: {where}")
        self.where = where


@dataclass(frozen=True)
class RelationColumn:
    """A column; `default` tells that the engine fills it in when a writer leaves it out."""

    name: str
    type: str
    nullable: bool
    default: bool


@dataclass(frozen=True)
class RelationText:
    """The content of a `CREATE` of a table, view or materialized view."""

    columns: tuple[RelationColumn, ...] = ()
    primary_key: tuple[str, ...] = ()
    reads: tuple[Name, ...] = ()
    writes: Name | None = None
    engine: str = ""
    settings: tuple[Option, ...] = ()


def relation(statement: Statement) -> RelationText:
    """Read columns, primary key, engine, settings, and what the query reads and writes.

    Raises:
        NotParsed: sqlglot cannot parse the statement.
    """
    tree = _parse(statement)
    target = next((p.this for p in tree.find_all(exp.ToTableProperty)), None)
    engine = _engine(tree)
    return RelationText(
        columns=tuple(_columns(tree, statement.file.dialect)),
        primary_key=tuple(_primary_key(tree)),
        reads=tuple(_reads(statement, tree)),
        writes=_name(statement, target) if isinstance(target, exp.Table) else None,
        engine=engine,
        settings=tuple(_settings(statement)) + tuple(_kafka_arguments(statement, engine)),
    )


def _parse(statement: Statement) -> exp.Create:
    try:
        tree = sqlglot.parse_one(statement.text, dialect=statement.file.dialect)
    except RecursionError:
        # Parentheses by the thousand.
        raise NotParsed(statement.where) from None
    except ParseError as problem:
        first = problem.errors[0] if problem.errors else {}
        where = statement.locate(first.get("line", 1), max(1, first.get("col", 1)))
        # The parser's own words quote the statement, which may hold secrets.
        raise NotParsed(where) from None
    if not isinstance(tree, exp.Create):
        raise NotParsed(statement.where)
    return tree


def _definitions(tree: exp.Create) -> list[exp.Expression]:
    return list(tree.this.expressions) if isinstance(tree.this, exp.Schema) else []


def _columns(tree: exp.Create, dialect: str) -> Iterator[RelationColumn]:
    keys = set(_primary_key(tree))
    for column in _definitions(tree):
        if isinstance(column, exp.ColumnDef) and column.kind is not None:
            spelled = column.kind.sql(dialect=dialect)
            nullable = _nullable(column, dialect) and column.name not in keys
            yield RelationColumn(column.name, spelled, nullable, _has_default(column))


def _nullable(column: exp.ColumnDef, dialect: str) -> bool:
    """PostgreSQL's columns may be null unless told otherwise, ClickHouse's only as `Nullable(type)`."""
    if dialect == CLICKHOUSE:
        return bool(column.kind and column.kind.args.get("nullable"))
    kinds = (constraint.kind for constraint in column.constraints)
    return not any(isinstance(k, exp.NotNullColumnConstraint) and not k.args.get("allow_null") for k in kinds)


def _has_default(column: exp.ColumnDef) -> bool:
    serial = column.kind is not None and "SERIAL" in column.kind.sql(dialect=POSTGRES).upper()
    return serial or any(isinstance(constraint.kind, _FILLED) for constraint in column.constraints)


def _primary_key(tree: exp.Create) -> Iterator[str]:
    for item in _definitions(tree):
        if isinstance(item, exp.PrimaryKey):
            yield from (e.name for e in item.expressions)
        elif isinstance(item, exp.Constraint):
            yield from (e.name for key in item.find_all(exp.PrimaryKey) for e in key.expressions)
        elif isinstance(item, exp.ColumnDef) and item.find(exp.PrimaryKeyColumnConstraint):
            yield item.name


def _engine(tree: exp.Create) -> str:
    found = tree.find(exp.EngineProperty)
    return found.this.name if found else ""


def _reads(statement: Statement, tree: exp.Create) -> Iterator[Name]:
    query = tree.args.get("expression")
    if not isinstance(query, exp.Expression):
        return
    hidden = {cte.alias for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and not (table.name in hidden and not table.db):
            yield _name(statement, table)


def _name(statement: Statement, table: exp.Table) -> Name:
    parts = [part for part in table.parts if isinstance(part, exp.Identifier)]
    base = statement.tokens[0].start
    spans = [(base + int(part.meta["start"]), base + int(part.meta["end"]) + 1) for part in parts]
    quoted = [bool(part.args.get("quoted")) for part in parts]
    file = statement.file
    authored = [file.authored(start + q, end - q) for (start, end), q in zip(spans, quoted, strict=True)]
    where = file.where(spans[0][0], spans[-1][1])
    return Name(".".join(p.name for p in parts), ".".join(authored), where, file.namespaced(spans[-1][0] + quoted[-1]))


def _settings(statement: Statement) -> Iterator[Option]:
    """ClickHouse's `SETTINGS key = 'value', …` behind the engine."""
    tokens = statement.tokens
    start = next((i for i, token in enumerate(tokens) if word(token) == "SETTINGS"), len(tokens))
    for index in range(start + 1, len(tokens) - 2):
        if tokens[index + 1].token_type is TokenType.EQ:
            yield option(statement, tokens[index], tokens[index + 2])


def _kafka_arguments(statement: Statement, engine: str) -> Iterator[Option]:
    """`ENGINE = Kafka('brokers', 'topics', 'group', 'format')`, the older way to write the settings."""
    tokens = statement.tokens
    start = next((i for i, token in enumerate(tokens) if word(token) == "KAFKA"), len(tokens))
    if engine != "Kafka" or start + 1 >= len(tokens) or tokens[start + 1].token_type is not TokenType.L_PAREN:
        return
    values = _strings(tokens[start + 2 :])
    for key, value in zip(_KAFKA_ARGUMENTS, values, strict=False):
        yield Option(key, value.text, statement.file.where(value.start, value.end + 1), value.start + 1, value.end)


def _strings(tokens: tuple[Token, ...]) -> Iterator[Token]:
    for token in tokens:
        if token.token_type is TokenType.R_PAREN:
            return
        if token.token_type is TokenType.STRING:
            yield token


def tuple_fields(type_: str) -> tuple[tuple[str, str], ...]:
    """Names and types of the fields of a ClickHouse `Tuple(name type, …)`; none for another type."""
    try:
        built = exp.DataType.build(type_, dialect=CLICKHOUSE)
    except ParseError:
        return ()
    fields = (item for item in built.expressions if isinstance(item, exp.ColumnDef) and item.kind is not None)
    return tuple((field.name, field.kind.sql(dialect=CLICKHOUSE)) for field in fields if field.kind is not None)
