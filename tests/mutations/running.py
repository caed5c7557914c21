"""Edits of how a job runs and what it is declared with: nothing of what it computes."""

from __future__ import annotations

import re

from mutations.operators import Label, Mutation, Operator
from mutations.places import all_hold_rows, is_plain, with_setting, with_table


def _without_effect(script):
    yield Mutation(script, with_setting(script, "'pipeline.operator-chaining.enabled' = 'false'"), both_ways=True)
    yield Mutation(script, with_setting(script, "'restart-strategy.type' = 'fixed-delay'"), both_ways=True)


def _speed_of_source(script):
    for name in script.reads:
        if is_plain(script, name):
            new = with_table(script, name, lambda text: _option(text, "'properties.fetch.min.bytes' = '1024'"))
            yield Mutation(with_table(script, name, str), new, both_ways=True)


def _speed_of_sink(script):
    for insert in script.inserts:
        table = script.tables.get(insert.sink)
        if table and "topic" in table.values:
            new = with_table(script, insert.sink, lambda text: _option(text, "'properties.batch.size' = '20000'"))
            yield Mutation(with_table(script, insert.sink, str), new, both_ways=True)


def _speed_in_hint(script):
    for insert in script.inserts:
        if insert.plain and "topic" in script.tables[insert.sink].values:
            at, hint = insert.head.behind, " /*+ OPTIONS('properties.batch.size' = '20000') */"
            yield Mutation(script, script.edited((at, at, hint)), both_ways=True)


def _option(text, pair):
    return re.sub(r"\n\)\s*;?$", lambda end: f",\n  {pair}{end[0]}", text)


def _unused_column(script):
    """Not where whole rows are asked for or kept."""
    starred = any(item.text.endswith("*") for block in script.blocks for item in block.items)
    if starred or "MATCH_RECOGNIZE" in script.words or not all_hold_rows(script):
        return
    for name in script.reads:
        if is_plain(script, name):
            new = with_table(script, name, lambda text: re.sub(r"\(\n", "(\n  referrer STRING,\n", text, count=1))
            yield Mutation(with_table(script, name, str), new, both_ways=True)


_TRAVEL = "How records travel changes none."
_SAME = (
    ("setting_without_effect", "It says how a job runs, not what it computes.", _without_effect),
    ("source_read_faster", _TRAVEL, _speed_of_source),
    ("sink_written_faster", _TRAVEL, _speed_of_sink),
    ("sink_written_faster_by_hint", _TRAVEL, _speed_in_hint),
    ("unused_column_declared", "Nobody reads it.", _unused_column),
)
OPERATORS = tuple(Operator(name, Label.SAME, why, edits) for name, why, edits in _SAME)
