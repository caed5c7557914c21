"""What a compiled plan does not hold of the tables it names: their keys and their options.

Offsets belong to a topic and rows to the format they were read with. Options that only say how fast or how careful a
connector works change neither; whatever is not known to be one of those counts as a change of meaning.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from millstream.sql import SqlText, created, flink_create, references, table_name
from millstream.sql.hints import table_hints

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.sql import FlinkCreate, Statement

_WITHOUT_MEANING = (
    "lookup.",
    "properties.batch.",
    "properties.buffer.",
    "properties.client.",
    "properties.compression.",
    "properties.delivery.",
    "properties.fetch.",
    # Flink starts from the offsets in its state; those of the group are for people to look at.
    "properties.group.id",
    "properties.linger.",
    "properties.max.",
    "properties.receive.",
    "properties.request.",
    "properties.retries",
    "properties.send.",
    "properties.transaction.timeout.",
    "scan.parallelism",
    # Where to begin is asked only where there is no state.
    "scan.startup.",
    "scan.topic-partition-discovery.",
    "sink.buffer-flush.",
    "sink.max-retries",
    "sink.parallelism",
    "sink.transaction-naming-strategy",
    "sink.transactional-id-prefix",
)


def changed_tables(
    old: Mapping[str, str], new: Mapping[str, str], old_job: str = "", new_job: str = ""
) -> Iterator[str]:
    """Tell which keys and which options with a meaning for state differ.

    Args:
        old: `CREATE TABLE` templates of the running job's tables, by name.
        new: the same of the wanted job; tables in only one of them are the plan's concern.
        old_job: template of the running job's statement, whose hints override options.
        new_job: the same of the wanted one.
    """
    old_hints, new_hints = _hinted(old_job), _hinted(new_job)
    written = _written(new_job)
    for name in sorted(old.keys() & new.keys()):
        before, after = _declared(old[name]), _declared(new[name])
        if before is None or after is None:
            continue
        if before.primary_key != after.primary_key:
            yield f"key of table {name}: {_listed(before.primary_key)} → {_listed(after.primary_key)}"
        elif name in written and _key_places(before) != _key_places(after):
            yield f"key of table {name}: {_listed(after.primary_key)} has another place, and INSERT goes by place"
        yield from _changed_options(
            name, {**before.values, **old_hints.get(name, {})}, {**after.values, **new_hints.get(name, {})}
        )


def _changed_options(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key) and not key.startswith(_WITHOUT_MEANING):
            yield f"`{key}` of table {name}: {before.get(key, 'not set')} → {after.get(key, 'not set')}"


def _key_places(table: FlinkCreate) -> tuple[int, ...]:
    """Which columns the key is made of; the columns of a query have places and no names there."""
    return tuple(place for place, column in enumerate(table.columns) if column.name in table.primary_key)


def _written(job: str) -> frozenset[str]:
    return frozenset(table_name(name) for name in references(_statement(job)).writes) if job else frozenset()


def _listed(key: tuple[str, ...]) -> str:
    return ", ".join(key) or "none"


def _declared(template: str) -> FlinkCreate | None:
    """The table as written: variables stay variables, so no secret comes into a reason."""
    statement = _statement(template)
    header = created(statement)
    return flink_create(statement, header.behind) if header and header.kind == "TABLE" else None


def _hinted(job: str) -> Mapping[str, Mapping[str, str]]:
    """The options that a job's hints give the tables it writes, by table."""
    if "/*+" not in job:
        return {}
    statement = _statement(job)
    hints = table_hints(statement)
    found: dict[str, dict[str, str]] = {}
    for name in references(statement).writes:
        given = {option.key: option.value for option in hints.get(name.where, ())}
        found.setdefault(table_name(name), {}).update(given)
    return found


def _statement(template: str) -> Statement:
    (statement,) = SqlText.read(Path("<applied>"), template, {}).statements
    return statement
