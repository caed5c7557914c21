"""What a project is made of: one frozen value a resource, as read from the tree.

A resource's *name* is the one its author writes, without the namespace; its *engine name* is the one the
engine knows, with the namespace in front. Both are part of its identity.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from millstream.config import EVERYTHING
from millstream.diagnostics import Severity
from millstream.sql import CLICKHOUSE, POSTGRES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from millstream.config import Allowed
    from millstream.diagnostics import Diagnostic, SourceRange
    from millstream.project.http_source import HttpDeclaration
    from millstream.sql import FlinkCreate, KsqlText, RelationText, Statement
    from millstream.yamlfile import YamlFile


DEAD_LETTERS = "dead_letters"


class Kind(StrEnum):
    """What sort of object a resource is, and so which engine holds it."""

    TOPIC = "topic"
    CONNECTOR = "connector"
    FLINK_TABLE = "flink_table"
    FLINK_VIEW = "flink_view"
    JOB = "job"
    KSQL_SOURCE = "ksql_source"
    KSQL_QUERY = "ksql_query"
    POSTGRES_TABLE = "postgres_table"
    CLICKHOUSE_TABLE = "clickhouse_table"
    CLICKHOUSE_VIEW = "clickhouse_view"
    CLICKHOUSE_MATERIALIZED_VIEW = "clickhouse_materialized_view"
    HTTP_SOURCE = "http_source"
    DBT_MODEL = "dbt_model"
    SUPERSET_DATABASE = "superset_database"
    SUPERSET_DATASET = "superset_dataset"
    SUPERSET_CHART = "superset_chart"
    SUPERSET_DASHBOARD = "superset_dashboard"


_IN_DATABASES = frozenset(
    {Kind.POSTGRES_TABLE, Kind.CLICKHOUSE_TABLE, Kind.CLICKHOUSE_VIEW, Kind.CLICKHOUSE_MATERIALIZED_VIEW}
)


@dataclass(frozen=True, order=True)
class ResourceId:
    """Identity of a resource: `job.parse_orders`, or `job.dev_parse_orders` in namespace `dev_`."""

    kind: Kind
    name: str
    namespace: str = ""

    @property
    def engine_name(self) -> str:
        """The name the engine knows; in a database the namespace stands behind the schema."""
        if self.kind not in _IN_DATABASES:
            return f"{self.namespace}{self.name}"
        schema, dot, name = self.name.rpartition(".")
        return f"{schema}{dot}{self.namespace}{name}"

    def __str__(self) -> str:
        return f"{self.kind}.{self.engine_name}"


@dataclass(frozen=True)
class Column:
    """A physical column.

    Args:
        name: its name, without quotes.
        type: Flink: as written, white space folded; PostgreSQL and ClickHouse: as sqlglot spells the dialect's type.
        nullable: whether it may be null.
        default: whether the engine fills it in when a writer leaves it out.
    """

    name: str
    type: str
    nullable: bool = True
    default: bool = False


@dataclass(frozen=True)
class Resource:
    """What all resources share.

    Args:
        id: its identity.
        path: its file, relative to the project's folder.
        where: where its name stands in that file.
        source: its statement, with the way from positions an engine reports back to the file; none for a topic.
    """

    id: ResourceId
    path: Path
    where: SourceRange | None = field(default=None, kw_only=True, compare=False, repr=False)
    source: Statement | None = field(default=None, kw_only=True, compare=False, repr=False)


@dataclass(frozen=True)
class Topic(Resource):
    """A Kafka topic of `kafka/topics.yml`; `config` holds Kafka's own topic settings as strings."""

    partitions: int
    replication_factor: int = 1
    config: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Connector(Resource):
    """A Kafka Connect connector of `kafka/connectors/`.

    Args:
        state: `running`, `paused` (keeps its tasks) or `stopped` (has none).
        config: Connect's own settings after substitution, Connect's `${provider:…}` references as written.
        topics: engine names of the topics it writes or reads, as far as its settings name them.
        tables: the source's `schema.table` behind each of those topics; Debezium only.
        written: the settings before substitution.
        source_url: where millstream itself looks at the source's catalog and slot; may hold a secret.
        places: where each setting stands in the file.
    """

    state: str
    config: Mapping[str, str] = field(repr=False)
    topics: tuple[str, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict, repr=False)
    source_url: str = field(default="", repr=False)
    places: Mapping[str, SourceRange] = field(default_factory=dict, compare=False, repr=False)

    @property
    def slot(self) -> str:
        """Name of its replication slot, empty when it has none."""
        return self.config.get("slot.name", "debezium") if self.tables else ""


@dataclass(frozen=True)
class FlinkTable(Resource):
    """A `CREATE TABLE` of `flink_sql/tables/`.

    Args:
        template: the statement as written, with its `${VAR}`s.
        statement: the statement after substitution; may hold secrets, never print it.
        options: the `WITH` options after substitution, those of a `LIKE` included.
        columns: physical columns only (no metadata, no computed ones).
        primary_key: its column names, empty when there is none.
        content: the statement as read, with the places of its columns and options.
    """

    template: str
    statement: str = field(repr=False)
    options: Mapping[str, str] = field(repr=False)
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    content: FlinkCreate | None = field(default=None, compare=False, repr=False)

    @property
    def connector(self) -> str:
        """The `connector` option, empty when missing."""
        return self.options.get("connector", "")

    @property
    def watermark(self) -> str:
        """The column its watermark is declared for, empty when there is none."""
        return self.content.watermark if self.content else ""


@dataclass(frozen=True)
class FlinkView(Resource):
    """A `CREATE VIEW` of `flink_sql/views/`; `reads` names tables and views."""

    template: str
    statement: str = field(repr=False)
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Job(Resource):
    """A streaming job of `flink_sql/jobs/`: its settings, then one `INSERT` or one statement set.

    Args:
        settings: the file's `SET` pairs, in order.
        reads: names of the tables and views its statement reads directly.
        writes: names of the tables it inserts into.
        requires: every table and view it reaches, in an order in which they can be created.
        setting_templates: the settings as pairs of key and whole `SET` statement as written.
    """

    template: str
    statement: str = field(repr=False)
    settings: tuple[tuple[str, str], ...] = field(repr=False)
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    requires: tuple[str, ...] = ()
    setting_templates: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class KsqlStatement(Resource):
    """A statement of `ksql/`: a stream or table declared on a topic, or a query that writes one.

    Objects are named as ksqlDB knows them, in upper case unless they are quoted, but without the namespace.

    Args:
        type: `STREAM` or `TABLE`; empty for an `INSERT`, which creates nothing.
        object: the stream or table it creates or inserts into.
        topic: engine name of the topic that a source reads or a query writes; empty when nothing tells it.
        reads: the objects its query reads.
        properties: those of its `WITH`, keys in upper case.
        settings: the file's `SET` pairs, which hold for the statement.
        content: the statement as read, with the places of its names and properties.
    """

    template: str
    statement: str = field(repr=False)
    type: str
    object: str
    topic: str
    reads: tuple[str, ...]
    properties: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, str] = field(repr=False)
    content: KsqlText = field(compare=False, repr=False)

    @property
    def is_query(self) -> bool:
        """Whether it writes its topic; a source reads it."""
        return self.id.kind is Kind.KSQL_QUERY

    @property
    def engine_object(self) -> str:
        """The object as ksqlDB knows it, with the namespace."""
        return self.content.engine_name


@dataclass(frozen=True)
class Relation(Resource):
    """A table or view of PostgreSQL or ClickHouse, one `CREATE` a file.

    Args:
        reads: engine names of the relations its query reads.
        writes: engine name of a materialized view's target, empty for anything else.
        topics: engine names of the topics a Kafka-engine table reads.
        engine: ClickHouse's table engine, empty for PostgreSQL and views.
        content: the statement as read, with the places of its settings; none when it could not be parsed.
    """

    template: str
    statement: str = field(repr=False)
    columns: tuple[Column, ...] = ()
    primary_key: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: str = ""
    topics: tuple[str, ...] = ()
    engine: str = ""
    content: RelationText | None = field(default=None, compare=False, repr=False)

    @property
    def dialect(self) -> str:
        """Dialect of its statement."""
        return POSTGRES if self.id.kind is Kind.POSTGRES_TABLE else CLICKHOUSE

    @property
    def is_rowless(self) -> bool:
        """Whether it keeps no rows itself: a view, a materialized view that writes into a table, a queue."""
        if self.id.kind is Kind.CLICKHOUSE_MATERIALIZED_VIEW:
            return bool(self.writes)
        return self.id.kind is Kind.CLICKHOUSE_VIEW or self.engine == "Kafka"


@dataclass(frozen=True)
class HttpSource(Resource):
    """A polled HTTP API of `kafka/sources/`; `file` knows where in it each key stands."""

    declaration: HttpDeclaration
    file: YamlFile = field(compare=False, repr=False)

    @property
    def topics(self) -> tuple[str, str]:
        """Engine names of the topics it writes: its own, and the one for what does not map."""
        return f"{self.id.namespace}{self.declaration.topic}", f"{self.id.namespace}{DEAD_LETTERS}"


@dataclass(frozen=True)
class SupersetAsset(Resource):
    """A database, dataset, chart or dashboard of `superset/`.

    Args:
        uuid: what Superset knows it by.
        document: its keys after substitution, without those that have their default; holds no password.
        needs: the assets it names: a dataset's database, a chart's dataset, a dashboard's charts and filters' datasets.
        password: of a database's address.
        file: the file as written, with the places of its keys.
    """

    uuid: str
    document: Mapping[str, Any]
    needs: tuple[ResourceId, ...] = ()
    password: str = field(default="", repr=False)
    file: YamlFile | None = field(default=None, compare=False, repr=False)


R = TypeVar("R", bound=Resource)


@dataclass(frozen=True)
class Mart:
    """A dbt model: the name of its table without the namespace, and its columns as far as its YAML tells them."""

    name: str
    columns: tuple[str, ...] = ()


# One reading of the tree is like no other, which also makes it a key for what is derived from it once.
@dataclass(frozen=True, eq=False)
class Project:
    """The tree as read: every resource, everything wrong with it, and what `millstream.yml` allows."""

    name: str
    root: Path
    namespace: str
    resources: tuple[Resource, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    allow: Allowed = EVERYTHING
    marts: tuple[Mart, ...] = ()

    def unread(self, folder: str) -> frozenset[str]:
        """Stems of the files below a folder with errors: what they declare is not known to be missing."""
        wrong = (d.where.path for d in self.diagnostics if d.where is not None and d.severity is Severity.ERROR)
        return frozenset(path.stem for path in wrong if path.as_posix().startswith(f"{folder}/"))

    @cached_property
    def flink_objects(self) -> Mapping[str, FlinkTable | FlinkView]:
        """Flink's tables and views by their names, of which no two are the same."""
        tables: dict[str, FlinkTable | FlinkView] = {table.id.name: table for table in self.of(FlinkTable)}
        return tables | {view.id.name: view for view in self.of(FlinkView)}

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """All resources of one class, in the order of their paths."""
        return tuple(r for r in self.resources if isinstance(r, kind))
