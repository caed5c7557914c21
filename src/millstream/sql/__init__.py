"""SQL text: positions, `${VAR}` substitution, statements, and what a statement creates, reads and writes.

Flink's and ksqlDB's SQL is walked lexeme by lexeme on tokenizers of their own; PostgreSQL's and ClickHouse's `CREATE`s
go through sqlglot's parsers. Nothing here knows the project or an engine.
"""

from millstream.sql.create import Created, FlinkCreate, Option, created, flink_create
from millstream.sql.flink import References, references, table_name, unique
from millstream.sql.ksql import KsqlText, definitions, folded, is_ksql_setting, ksql
from millstream.sql.names import Name
from millstream.sql.relations import NotParsed, RelationText, relation
from millstream.sql.settings import is_setting, setting
from millstream.sql.substitution import Substituted, substitute
from millstream.sql.text import NAMESPACE, Header, SqlText, Statement
from millstream.sql.tokens import CLICKHOUSE, FLINK, KSQL, POSTGRES, NotLexical

__all__ = [
    "CLICKHOUSE",
    "FLINK",
    "KSQL",
    "NAMESPACE",
    "POSTGRES",
    "Created",
    "FlinkCreate",
    "Header",
    "KsqlText",
    "Name",
    "NotLexical",
    "NotParsed",
    "Option",
    "References",
    "RelationText",
    "SqlText",
    "Statement",
    "Substituted",
    "created",
    "definitions",
    "flink_create",
    "folded",
    "is_ksql_setting",
    "is_setting",
    "ksql",
    "references",
    "relation",
    "setting",
    "substitute",
    "table_name",
    "unique",
]
