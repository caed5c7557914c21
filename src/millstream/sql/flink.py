"""What a Flink statement reads and writes, found by walking its lexemes.

The planner knows better, but it needs a JVM and tables that exist; the graph must be known before either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import Token, TokenType

from millstream.sql.names import Name, name_at
from millstream.sql.tokens import is_name, word

if TYPE_CHECKING:
    from millstream.sql.text import Statement

_DEFAULT_DATABASE = "default_catalog.default_database."
_CLAUSES = frozenset(
    {"SELECT", "WHERE", "GROUP", "PARTITION", "HAVING", "WINDOW", "ORDER", "UNION", "INTERSECT", "EXCEPT"}
)
_QUERY_STARTS = frozenset({"SELECT", "VALUES", "WITH", "TABLE"})


@dataclass(frozen=True)
class References:
    """The tables and views a statement names, in the order they stand, each place once."""

    reads: tuple[Name, ...] = ()
    writes: tuple[Name, ...] = ()


def table_name(name: Name) -> str:
    """The name as the project knows it: without Flink's default catalog and database."""
    return name.authored.removeprefix(_DEFAULT_DATABASE)


def references(statement: Statement) -> References:
    """Find what an `INSERT`, a statement set or a `CREATE VIEW` reads and writes.

    Common table expressions hide tables of the same name, as in SQL: behind them, not in their own body.
    """
    return _Walk(statement).run()


def unique(names: tuple[Name, ...]) -> tuple[str, ...]:
    """The names the project knows, each once, in order."""
    return tuple(dict.fromkeys(table_name(name) for name in names))


@dataclass
class _Frame:
    """One pair of parentheses (or the statement itself) while walking."""

    hidden: frozenset[str] = frozenset()
    selecting: bool = False
    in_from: bool = False
    expects_table: bool = False
    defines: str | None = None


@dataclass
class _Walk:
    statement: Statement
    frames: list[_Frame] = field(default_factory=lambda: [_Frame()])
    reads: list[Name] = field(default_factory=list)
    writes: list[Name] = field(default_factory=list)

    def run(self) -> References:
        index = self._body()
        while index < len(self.tokens):
            index = self._step(index)
        return References(tuple(self.reads), tuple(self.writes))

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self.statement.tokens

    @property
    def frame(self) -> _Frame:
        return self.frames[-1]

    def _body(self) -> int:
        """Where a view's query begins; an `INSERT` is walked from its first word."""
        if self._word(0) != "CREATE":
            return 0
        return next((i for i in range(len(self.tokens)) if self._word(i) == "AS"), len(self.tokens))

    def _word(self, index: int) -> str:
        return word(self.tokens[index]) if 0 <= index < len(self.tokens) else ""

    def _kind(self, index: int) -> TokenType | None:
        return self.tokens[index].token_type if index < len(self.tokens) else None

    def _step(self, index: int) -> int:
        """Look at one lexeme; give the index of the next one to look at."""
        kind = self._kind(index)
        if kind is TokenType.L_PAREN:
            return self._open(index)
        if kind is TokenType.R_PAREN:
            return self._close(index)
        if kind is TokenType.SEMICOLON:
            self.frames = [_Frame()]
        elif kind is TokenType.COMMA:
            self.frame.expects_table = self.frame.in_from
        else:
            return self._keyword(index)
        return index + 1

    def _keyword(self, index: int) -> int:
        text = self._word(index)
        if text == "INSERT":
            return self._insert(index)
        if text == "WITH" and self._is_cte(index):
            return self._define(index + 1)
        if text == "TABLE" and not self.frame.expects_table:
            return self._table_argument(index)
        if text in _CLAUSES:
            self.frame.in_from = self.frame.expects_table = False
            self.frame.selecting |= text == "SELECT"
        elif text == "JOIN" or (text == "FROM" and self._is_clause(index)):
            self.frame.in_from = self.frame.expects_table = True
            self.frame.selecting = False
        elif self.frame.expects_table:
            return self._source(index)
        return index + 1

    def _is_clause(self, index: int) -> bool:
        """Tell `SELECT … FROM` from `EXTRACT(DAY FROM x)`, `TRIM(… FROM …)` and `IS DISTINCT FROM`."""
        comparison = self._word(index - 1) == "DISTINCT" and self._word(index - 2) in {"IS", "NOT"}
        return self.frame.selecting and not comparison

    def _insert(self, index: int) -> int:
        """`INSERT INTO name`, `INSERT OVERWRITE name`; a function called INSERT has neither word behind it."""
        if self._word(index + 1) not in {"INTO", "OVERWRITE"}:
            return index + 1
        self.frames = [_Frame()]
        target = index + (3 if self._word(index + 2) == "TABLE" else 2)
        found = name_at(self.statement.file, self.tokens, target)
        if found is None:
            return index + 1
        self.writes.append(found[0])
        return found[1]

    def _is_cte(self, index: int) -> bool:
        behind = index + 2
        return (
            index + 1 < len(self.tokens)
            and is_name(self.tokens[index + 1])
            and (self._word(behind) == "AS" or self._kind(behind) is TokenType.L_PAREN)
        )

    def _define(self, index: int) -> int:
        """Read `name [(columns)] AS (` of a common table expression and enter its body."""
        name, index = self.tokens[index].text, index + 1
        if self._kind(index) is TokenType.L_PAREN:
            index = self._matching(index) + 1
        if self._word(index) != "AS" or self._kind(index + 1) is not TokenType.L_PAREN:
            return index
        self.frames.append(_Frame(self.frame.hidden, defines=name))
        return index + 2

    def _matching(self, index: int) -> int:
        depth = 0
        for at in range(index, len(self.tokens)):
            kind = self._kind(at)
            depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
            if depth == 0:
                return at
        return len(self.tokens)

    def _open(self, index: int) -> int:
        """A parenthesis in `FROM` holds a query or a joined table; elsewhere a query or an expression."""
        is_query = self._word(index + 1) in _QUERY_STARTS
        nested_table = self.frame.expects_table and not is_query
        self.frame.expects_table = False
        self.frames.append(_Frame(self.frame.hidden, in_from=nested_table, expects_table=nested_table))
        return index + 1

    def _close(self, index: int) -> int:
        if len(self.frames) == 1:
            return index + 1
        defined = self.frames.pop().defines
        if defined is None:
            return index + 1
        self.frame.hidden |= {defined}
        return self._define(index + 2) if self._kind(index + 1) is TokenType.COMMA else index + 1

    def _source(self, index: int) -> int:
        """A table reference: `name`, `LATERAL …`, `UNNEST(…)`, `TABLE(…)` or a table function."""
        if self._word(index) == "LATERAL":
            return index + 1
        if self._word(index) == "TABLE":
            self.frame.expects_table = False
            return index + 1
        self.frame.expects_table = False
        found = name_at(self.statement.file, self.tokens, index)
        if found is None:
            return index + 1
        if self._kind(found[1]) is not TokenType.L_PAREN:
            self._read(found[0])
            return found[1]
        self.frames.append(_Frame(self.frame.hidden))
        return found[1] + 1

    def _table_argument(self, index: int) -> int:
        """`TABLE name`, the argument of a window function, or a query of its own."""
        found = name_at(self.statement.file, self.tokens, index + 1)
        if found is None:
            return index + 1
        self._read(found[0])
        return found[1]

    def _read(self, name: Name) -> None:
        if name.text not in self.frame.hidden:
            self.reads.append(name)
