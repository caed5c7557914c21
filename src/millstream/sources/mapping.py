"""A record of an API → a record of the topic, as the source's `fields` say."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from millstream.project.expressions import compiled
from millstream.sources.document import evaluated, raw
from millstream.sources.model import Record, Unmapped
from millstream.sources.values import WrongType, scalar, typed

if TYPE_CHECKING:
    from millstream.project.http_source import FieldRule, HttpDeclaration

_SHOWN = 200


class Mapping:
    """Maps the records of one source."""

    def __init__(self, declared: HttpDeclaration) -> None:
        self._declared = declared
        self._is_xml = declared.format == "xml"
        self._paths = {
            name: compiled(rule.path, declared.format, declared.namespaces)
            for name, rule in declared.fields.items()
            if rule.path
        }

    def record(self, found: Any, position: int) -> Record:
        """Map one record.

        Args:
            found: the record, as `records` found it.
            position: its place in the answer's list, counted from 1.

        Raises:
            Unmapped: a field is missing, or has a value that is not what was declared.
        """
        try:
            fields = {name: self._field(name, found, position) for name in self._declared.fields}
            key = _key(fields[self._declared.key]).encode()
            time_ms = self._time(fields)
            value = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        except Unmapped as why:
            raise Unmapped(why.error_type, why.message, raw(found)) from None
        # A lone surrogate, as `"\ud800"` in JSON, is no Unicode; deep nesting is more than the encoder follows.
        except (ValueError, RecursionError) as problem:
            raise Unmapped("wrong_type", f"the record cannot be written as JSON: {problem}", raw(found)) from None
        return Record(key, value, time_ms, raw(found))

    def _time(self, fields: dict[str, Any]) -> int | None:
        name = self._declared.record_time
        if name is None:
            return None
        milliseconds = round(datetime.fromisoformat(fields[name]).timestamp() * 1000)
        # Kafka's client takes 0 for now, and the broker no negative time.
        if milliseconds <= 0:
            raise Unmapped("wrong_type", f"{name} must be after 1970, found {fields[name]}")
        return milliseconds

    def _field(self, name: str, found: Any, position: int) -> Any:
        rule = self._declared.fields[name]
        value = position if rule.position else evaluated(self._paths[name], found)
        value = scalar(value) if self._is_xml else value
        if value is None:
            if rule.optional:
                return None
            raise Unmapped("missing_field", f"{name} is absent or null: `{rule.path}` finds nothing")
        try:
            return typed(_translated(name, value, rule), rule)
        except WrongType as problem:
            raise Unmapped("wrong_type", f"{name} {problem}, found {_shown(value)}") from None


def _translated(name: str, value: Any, rule: FieldRule) -> Any:
    if rule.values is None:
        return value
    written = str(value).lower() if isinstance(value, bool) else str(value)
    if written not in rule.values:
        raise Unmapped("unknown_enum", f"{name} must be one of {', '.join(rule.values)}, found {_shown(value)}")
    return rule.values[written]


def _key(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
