"""What a statement of ksqlDB creates, reads and writes, and the variables that a file of it defines.

Its clauses are walked as Flink's are. Where it stands in a file, `SET` and `DEFINE` may stand before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import TokenType

from millstream.sql.create import Created, Option, created, with_options
from millstream.sql.flink import references
from millstream.sql.substitution import Substituted, substitute
from millstream.sql.text import SqlText
from millstream.sql.tokens import KSQL, NotLexical, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from millstream.sql.names import Name
    from millstream.sql.text import Statement

TOPIC = "KAFKA_TOPIC"
_SETTINGS = frozenset({"SET", "UNSET", "DEFINE", "UNDEFINE"})
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True)
class KsqlText:
    """A `CREATE` of a stream or table, or an `INSERT INTO … SELECT`.

    Args:
        type: `STREAM` or `TABLE`, empty for an `INSERT`.
        name: of what it creates or inserts into.
        is_query: whether it writes rows; if not, it declares what a topic holds.
        properties: the pairs of its `WITH`, keys in upper case.
        reads: what stands behind its `FROM` and `JOIN`s.
    """

    type: str
    name: Name
    is_query: bool
    properties: tuple[Option, ...]
    reads: tuple[Name, ...]

    @property
    def values(self) -> Mapping[str, str]:
        """The properties as pairs."""
        return {option.key: option.value for option in self.properties}

    @property
    def engine_name(self) -> str:
        """The name as ksqlDB knows it, with the namespace."""
        return self.name.text if self.name.quoted else self.name.text.upper()

    @property
    def topic(self) -> str:
        """Engine name of the topic it stands on, empty for an `INSERT`, which goes to that of its stream."""
        return self.values.get(TOPIC, self.engine_name if self.type and self.is_query else "")


def folded(name: Name) -> str:
    """The name as ksqlDB knows it, without the namespace: in upper case unless it is quoted."""
    return name.authored if name.quoted else name.authored.upper()


def is_ksql_setting(statement: Statement) -> bool:
    """Whether the statement sets a property or a variable for those behind it."""
    return statement.words[0] in _SETTINGS


def ksql(statement: Statement) -> KsqlText | None:
    """Read a statement; nothing when it is of no kind that a file may hold."""
    found = references(statement)
    is_query = "SELECT" in map(word, statement.tokens)
    header = created(statement)
    if header is None and is_query and found.writes:
        header = Created("", found.writes[0], 0)
    if header is None or header.kind not in {"STREAM", "TABLE", ""}:
        return None
    properties = (replace(option, key=option.key.upper()) for option in with_options(statement, header.behind))
    return KsqlText(header.kind, header.name, is_query, tuple(properties), found.reads)


def definitions(path: Path, source: str, variables: Mapping[str, str]) -> Mapping[str, str]:
    """The variables a file itself `DEFINE`s, spelt as it uses them: ksqlDB does not tell upper from lower case there.

    Args:
        path: the file.
        source: its text.
        variables: what those of its surroundings stand for.
    """
    own: dict[str, str] = {}
    for name, value in _definitions(SqlText(path, Substituted(source, source), KSQL)):
        own[name.upper()] = substitute(value, {**variables, **own}).text
    return {name: own[name.upper()] for name in _VARIABLE.findall(source) if name.upper() in own}


def _definitions(text: SqlText) -> Iterator[tuple[str, str]]:
    try:
        statements = text.statements
    except NotLexical:
        return  # told when the file is read
    for statement in statements:
        if statement.words[0] == "DEFINE" and is_well_formed(statement):
            yield statement.tokens[1].text, statement.tokens[3].text


def is_well_formed(setting: Statement) -> bool:
    """Whether it is `SET 'key' = 'value'`, `DEFINE name = 'value'`, `UNSET 'key'` or `UNDEFINE name`."""
    first = TokenType.STRING if setting.words[0] in {"SET", "UNSET"} else TokenType.VAR
    behind = [TokenType.EQ, TokenType.STRING] if setting.words[0] in {"SET", "DEFINE"} else []
    return [token.token_type for token in setting.tokens[1:]] == [first, *behind]
