"""Asks the engines what a new source is made of; what to write is decided elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from millstream.engines import kafka_records
from millstream.engines.clickhouse import ClickHouse
from millstream.engines.postgres import Postgres
from millstream.errors import UsageError
from millstream.project.model import Topic
from millstream.scaffold import catalogs, table_source, topic_source
from millstream.scaffold.draft import TOPICS, Draft, NewTopic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.project.model import Project


def source_of_topic(project: Project, addresses: Mapping[str, str], topic: str, name: str | None, count: int) -> Draft:
    """Draft a table over a live topic.

    Args:
        project: the tree.
        addresses: of the target's engines.
        topic: its name, with or without the namespace.
        name: of the table to be; by default the topic's.
        count: how many records to look at.
    """
    authored = topic.removeprefix(project.namespace)
    live = f"{project.namespace}{authored}"
    sample = kafka_records.sample(addresses["kafka.bootstrap"], live, count)
    declared = {found.id.name for found in project.of(Topic)}
    entry = None if authored in declared else _entry(project, addresses, authored, sample.partitions)
    return topic_source.build(sample, authored, name or topic_source.table_name(authored), entry)


def _entry(project: Project, addresses: Mapping[str, str], topic: str, partitions: int) -> NewTopic:
    """The declaration of a topic as it is: what differs from the file's defaults is written, so that it is no drift."""
    path = project.root / TOPICS
    content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else None
    defaults = (content or {}).get("defaults") or {}
    wanted = {key: _kafka(value) for key, value in (defaults.get("config") or {}).items()}
    live = kafka_records.settings(addresses["kafka.bootstrap"], f"{project.namespace}{topic}", tuple(wanted))
    differing = {key: value for key, value in live.items() if value != wanted[key]}
    fewer = None if partitions == defaults.get("partitions", 1) else partitions
    return NewTopic(topic, f"Records of `{topic}`, written by others.", fewer, differing)


def _kafka(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def source_of_table(
    project: Project, addresses: Mapping[str, str], variables: Mapping[str, str], table: str, name: str | None
) -> Draft:
    """Draft a table over `DATABASE.TABLE` or `DATABASE.SCHEMA.TABLE`.

    Raises:
        UsageError: it is not written so.
        ProjectError: there is no such table, or Flink cannot read it.
    """
    database, _, rest = table.partition(".")
    if not rest:
        raise UsageError(f"`{table}` names no database", mend="write DATABASE.TABLE, for example shop.cities")
    clickhouse = addresses["clickhouse.url"]
    if database == catalogs.database_of(clickhouse):
        fed = catalogs.clickhouse_table(ClickHouse(clickhouse), rest, project.namespace)
        return table_source.of_clickhouse(project, fed, name)
    url = variables.get(f"{database.upper()}_URL") or catalogs.with_database(addresses["postgres.url"], database)
    found = catalogs.postgres_table(Postgres(url), database, rest, project.namespace)
    return table_source.of_postgres(project, found, name, frozenset(variables))
