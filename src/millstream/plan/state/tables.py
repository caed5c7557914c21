"""What a compiled plan does not hold of the tables it names: their options.

Offsets belong to a topic and rows to the format they were read with. Options that only say how fast or how careful a
connector works change neither; whatever is not known to be one of those counts as a change of meaning.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from millstream.sql import SqlText, created, flink_create

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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


def changed_options(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """Tell which options with a meaning for state differ.

    Args:
        old: `CREATE TABLE` templates of the running job's tables, by name.
        new: the same of the wanted job; tables in only one of them are the plan's concern.
    """
    for name in sorted(old.keys() & new.keys()):
        before, after = _options(old[name]), _options(new[name])
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key) and not key.startswith(_WITHOUT_MEANING):
                yield f"`{key}` of table {name}: {before.get(key, 'not set')} → {after.get(key, 'not set')}"


def _options(template: str) -> Mapping[str, str]:
    """The options as written: variables stay variables, so no secret comes into a reason."""
    (statement,) = SqlText.read(Path("<applied>"), template, {}).statements
    header = created(statement)
    return flink_create(statement, header.behind).values if header and header.kind == "TABLE" else {}
