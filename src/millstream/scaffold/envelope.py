"""What the records of a topic are: plain JSON objects or Debezium's envelopes of them, and what their key is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from millstream.errors import ProjectError
from millstream.scaffold.inference import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from millstream.engines.kafka_records import Record, TopicSample

Object = Mapping[str, Any]
# Debezium docs, "Change event values": what every envelope has, and what `schemas.enable` wraps around it.
_ENVELOPE = {"before", "after", "op"}
_SCHEMA = {"schema", "payload"}
RECORD_KEY = "record_key"
NEARLY_ALL = 0.95


@dataclass(frozen=True)
class Key:
    """How a reader gets at the record key.

    Args:
        format: Flink's `key.format`: `raw`, `json`, or empty when the key is of no use.
        fields: names of its columns.
        in_value: whether the value holds the same; otherwise the key is a column of its own.
        note: what a person should know.
    """

    format: str = ""
    fields: tuple[str, ...] = ()
    in_value: bool = True
    note: str = ""


@dataclass(frozen=True)
class Content:
    """The rows of a topic's samples, each with the record it came in.

    Args:
        rows: plain objects, or the row after a change (before it, when it was deleted).
        debezium: whether they stood in Debezium's envelopes.
        with_schema: whether each envelope carries its schema.
        unreadable: how many records are not JSON objects.
    """

    rows: tuple[tuple[Record, Object], ...]
    key: Key
    debezium: bool = False
    with_schema: bool = False
    unreadable: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """Every field of the rows, in the order of its first appearance."""
        return tuple(dict.fromkeys(name for _, row in self.rows for name in row))

    def values(self, column: str) -> list[object]:
        """The values of one field."""
        return [row.get(column) for _, row in self.rows]


def read(sample: TopicSample) -> Content:
    """Recognise what a topic holds.

    Raises:
        ProjectError: it is empty, or most of its records are not JSON objects.
    """
    pairs = [(record, _object(record.value)) for record in sample.records if record.value is not None]
    objects = [(record, value) for record, value in pairs if value is not None]
    if not pairs:
        mend = "send some records first: columns and types are inferred from them"
        raise ProjectError(f"topic {sample.topic} has no records", mend=mend)
    if len(objects) * 2 < len(pairs):
        mend = "declare its table by hand with 'format' = 'raw', and take the bytes apart in a view"
        raise ProjectError(f"the records of topic {sample.topic} are not JSON objects{_looks(pairs[0][0])}", mend=mend)
    unreadable = len(pairs) - len(objects)
    with_schema = all(set(value) == _SCHEMA for _, value in objects)
    if with_schema:
        objects = [(record, value["payload"]) for record, value in objects if isinstance(value["payload"], Mapping)]
    if all(set(value) >= _ENVELOPE for _, value in objects):
        images = [(record, value["after"] or value["before"]) for record, value in objects]
        rows = tuple((record, image) for record, image in images if isinstance(image, Mapping))
        return Content(rows, _key(rows), debezium=True, with_schema=with_schema, unreadable=unreadable)
    rows = tuple(objects)
    return Content(rows, _key(rows), unreadable=unreadable)


def _object(value: bytes | None) -> Object | None:
    try:
        found = parse(value or b"")
    except ValueError:
        return None
    return found if isinstance(found, Mapping) else None


def _looks(record: Record) -> str:
    """Confluent's wire format begins with a zero byte and the schema's id (Confluent docs, "Wire format")."""
    framed = record.value is not None and record.value[:1] == b"\0"
    return ": they look like a schema registry's, with a schema id in front" if framed else ""


def _key(rows: Sequence[tuple[Record, Object]]) -> Key:
    keyed = [(record.key, row) for record, row in rows if record.key is not None]
    if not keyed:
        return Key(note="the records have no key")
    objects = [_object(key) for key, _ in keyed]
    if all(objects):
        return _json_key([(_payload(found), row) for found, (_, row) in zip(objects, keyed, strict=True) if found])
    try:
        texts = [(key.decode(), row) for key, row in keyed]
    except UnicodeDecodeError:
        return Key("raw", (RECORD_KEY,), in_value=False, note="the record key is no text")
    return _text_key(texts)


def _payload(key: Object) -> Object:
    return key["payload"] if set(key) == _SCHEMA and isinstance(key["payload"], Mapping) else key


def _json_key(keyed: Sequence[tuple[Object, Object]]) -> Key:
    fields = tuple(dict.fromkeys(name for key, _ in keyed for name in key))
    if _nearly_all(all(key.get(name) == row.get(name) for name in fields) for key, row in keyed):
        return Key("json", fields)
    return Key(note=f"the record key is a JSON object ({', '.join(fields)}) that says other than the value; left out")


def _text_key(keyed: Sequence[tuple[str, Object]]) -> Key:
    names = dict.fromkeys(name for _, row in keyed for name in row)
    same = [name for name in names if _nearly_all(str(row.get(name)) == text for text, row in keyed)]
    texts = [name for name in same if _nearly_all(isinstance(row.get(name), str) for _, row in keyed)]
    if texts:
        return Key("raw", (texts[0],))
    if same:
        # The raw format reads a number as bytes, not as digits (Flink docs, "Raw Format").
        return Key(note=f"the record key is `{same[0]}` as text")
    return Key("raw", (RECORD_KEY,), in_value=False)


def _nearly_all(found: Iterable[bool]) -> bool:
    """Whether it holds for 95 of 100: a broken record among the samples must not hide what the rest says."""
    answers = list(found)
    return sum(answers) >= NEARLY_ALL * len(answers)
