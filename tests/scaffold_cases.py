"""The cases of `tests/cases/scaffold`: records of a topic, the table they give, and what is said beside it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from millstream.engines.kafka_records import Record, TopicSample
from millstream.scaffold import NewTopic, topic_source

CASES = sorted((Path(__file__).parent / "cases" / "scaffold").glob("*.case"))


def read_case(file):
    """The sample, the table's text, and the notes."""
    head, table, notes = re.split(r"^=== (?:table|notes)\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    first, *lines = head.splitlines()
    _, _, topic, partitions = first.split()
    records = tuple(record(*line.split(" ", 2)) for line in lines)
    return TopicSample(topic, int(partitions), records), table, notes.splitlines()


def record(moment, key, value):
    return Record(None if key == "-" else key.encode(), value.encode(), 0, datetime.fromisoformat(moment))


def draft_of(sample):
    entry = NewTopic(sample.topic, "Records.", sample.partitions)
    return topic_source.build(sample, sample.topic, topic_source.table_name(sample.topic), entry)
