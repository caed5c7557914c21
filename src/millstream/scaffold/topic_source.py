"""A Flink table over a live topic, its columns inferred from samples."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.scaffold import event_time
from millstream.scaffold.draft import Draft, NewFile, NewTopic
from millstream.scaffold.envelope import RECORD_KEY, read
from millstream.scaffold.inference import Inferred, infer
from millstream.scaffold.rendering import aligned, flink_name, listed, render, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.engines.kafka_records import TopicSample
    from millstream.scaffold.envelope import Content
    from millstream.scaffold.event_time import EventTime

DIGITS_AS_TEXT = "digits as text, read as a number"
_DIGITS = re.compile(r"-?\d+\.\d+")
_CHANGED = re.compile(r"(?:last_)?(?:updated|modified|changed)(?:_at|_on|_time)?")
# A watermark stands on a time of milliseconds (Flink docs, "CREATE TABLE: WATERMARK").
_ROWTIME_DIGITS = 3


def table_name(topic: str) -> str:
    """The name of a table over a topic; Debezium's `shop.public.cities` becomes `shop_cities`."""
    parts = [re.sub(r"[^a-z0-9]+", "_", part.lower()).strip("_") for part in topic.split(".")]
    return "_".join([parts[0], parts[-1]] if len(parts) == 3 else parts)  # noqa: PLR2004 - prefix, schema, table


def build(sample: TopicSample, topic: str, name: str, entry: NewTopic | None) -> Draft:
    """Draft the table.

    Args:
        sample: records of the live topic.
        topic: the topic's name without the namespace.
        name: of the table to be.
        entry: the topic's declaration, when `kafka/topics.yml` lacks it.

    Raises:
        ProjectError: the records are not JSON objects.
    """
    content = read(sample)
    inferred = {column: _inferred(content, column) for column in content.columns}
    make = _cdc if content.debezium else _plain
    text, notes = make(content, inferred, sample, topic, name)
    if content.unreadable:
        share = f"{content.unreadable} of {len(sample.records)} samples"
        notes = (*notes, f"no JSON object in {share}: such a record stops a job")
    marked = tuple(f"column `{column}`: {found.note}" for column, found in inferred.items() if found.note)
    file = NewFile(Path(f"flink_sql/tables/{name}.sql"), text)
    steps = (f"read {file.path.as_posix()} and mend what was guessed", f"millstream new job NAME --from {name}")
    return Draft((file,), (entry,) if entry else (), (*notes, *marked), steps)


def _inferred(content: Content, column: str) -> Inferred:
    values = content.values(column)
    texts = [value for value in values if value is not None]
    # decimal.handling.mode=string: exact numbers travel as text, and Flink reads them back as numbers.
    if content.debezium and texts and all(isinstance(text, str) and _DIGITS.fullmatch(text) for text in texts):
        return replace(infer(Decimal(str(text)) for text in texts), note=DIGITS_AS_TEXT)
    return infer(values)


def _plain(
    content: Content, inferred: Mapping[str, Inferred], sample: TopicSample, topic: str, name: str
) -> tuple[str, tuple[str, ...]]:
    found = event_time.guess(content, {column: i.type for column, i in inferred.items()})
    key = content.key
    rows = [
        (column, _rowtime(i.type) if found and column == found.column else i.type, "") for column, i in inferred.items()
    ]
    if not key.in_value:
        rows.insert(0, (RECORD_KEY, "BYTES" if key.note else "STRING", ""))
    remarks = {column: i.note for column, i in inferred.items()}
    base = event_time.RECORD_TIME
    if base not in inferred:
        rows.append((base, "TIMESTAMP_LTZ(3)", "METADATA FROM 'timestamp' VIRTUAL"))
    elif not inferred[base].type.startswith("TIMESTAMP_LTZ"):
        base = "kafka_time"
        rows.append((base, "TIMESTAMP_LTZ(3)", "METADATA FROM 'timestamp' VIRTUAL"))
    last = [f"WATERMARK FOR {flink_name(found.column)} AS {base} - {found.interval}"] if found else []
    text = render(
        "topic_source.sql",
        title=f"{words(name)}, as topic `{topic}` brings them",
        topic=topic,
        name=name,
        body=_body(rows, remarks, last),
        samples=_told(sample),
        watermark=_watermark_told(found),
        key=key,
        iso=any("TIMESTAMP" in i.type for i in inferred.values()),
        single=sample.partitions == 1,
    )
    return text, tuple(note for note in (key.note,) if note)


def _cdc(
    content: Content, inferred: Mapping[str, Inferred], sample: TopicSample, topic: str, name: str
) -> tuple[str, tuple[str, ...]]:
    primary_key = content.key.fields if content.key.format == "json" else ()
    types = {column: found.type for column, found in inferred.items()}
    remarks = {column: found.note for column, found in inferred.items() if found.note != DIGITS_AS_TEXT}
    text = cdc_text(
        types, primary_key, topic, name, told=_told(sample), remarks=remarks,
        single=sample.partitions == 1, with_schema=content.with_schema,
    )  # fmt: skip
    notes = () if primary_key else ("no primary key: the records' key is no JSON object of columns",)
    return text, (*notes, *cdc_notes(types))


def cdc_text(  # noqa: PLR0913 - what the template shows
    types: Mapping[str, str], primary_key: Sequence[str], topic: str, name: str, *, told: str,
    remarks: Mapping[str, str], single: bool, with_schema: bool = False,
) -> str:  # fmt: skip
    """The text of a table over Debezium's changes."""
    changed = change_time(types)
    rows = [(column, _rowtime(kind) if column == changed else kind, "") for column, kind in types.items()]
    last = [f"PRIMARY KEY ({', '.join(map(flink_name, primary_key))}) NOT ENFORCED"] if primary_key else []
    if changed:
        column = flink_name(changed)
        last.append(f"WATERMARK FOR {column} AS {column} - INTERVAL '0.001' SECOND")
    return render(
        "cdc_source.sql",
        title=f"{words(name)}, as the database has them",
        topic=topic,
        name=name,
        body=_body(rows, remarks, last),
        told=told,
        changed=changed,
        single=single,
        with_schema=with_schema,
    )


def change_time(types: Mapping[str, str]) -> str:
    """The column that says when a row was changed, empty when none does."""
    return next((c for c, kind in types.items() if kind.startswith("TIMESTAMP_LTZ") and _CHANGED.fullmatch(c)), "")


def cdc_notes(types: Mapping[str, str]) -> tuple[str, ...]:
    """What a person should know of a table over changes."""
    if change_time(types):
        return ("its watermark moves only when a row changes: a join as of a time waits for the next change",)
    return ("no column says when a row was changed, so no watermark: it cannot be joined as of a time",)


def _rowtime(kind: str) -> str:
    return re.sub(r"\(\d\)", f"({_ROWTIME_DIGITS})", kind)


def _body(rows: Sequence[tuple[str, str, str]], remarks: Mapping[str, str], last: Sequence[str]) -> str:
    lines = aligned((flink_name(column), kind, clause) for column, kind, clause in rows)
    return listed([*lines, *last], [remarks.get(column, "") for column, _, _ in rows])


def _told(sample: TopicSample) -> str:
    partitions = f"{sample.partitions} partitions" if sample.partitions > 1 else "one partition"
    count = len(sample.records)
    return f"{count} record{'s' if count > 1 else ''} of {partitions}"


def _watermark_told(found: EventTime | None) -> str:
    if found is None:
        return ""
    lag = f"came up to {found.largest_lag_s:.1f} s after it" if found.largest_lag_s > 0 else "came no later than it"
    most = f", most within {max(0, found.usual_lag_s):.1f} s" if found.largest_lag_s > found.delay_s else ""
    return (
        f"Guessed: `{found.column}` is the event time (samples {lag}{most}); what comes more than "
        f"{found.delay_s} s after its event time may be late for a window."
    )
