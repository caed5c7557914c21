"""Edits of joins, tables, time to live and the set of inserts."""

from __future__ import annotations

import re

from mutations.behind import STATELESS, added, time_to_live
from mutations.operators import Label, Mutation, Operator
from mutations.places import DEPENDENT, is_plain, is_word, keys, with_table
from mutations.wording import intervals, replaceable

_TOPIC = re.compile(r"('topic'\s*=\s*')([^']*)'")
_STATEFUL = {
    "clicks": ("counts", "SELECT country, COUNT(*) AS n\nFROM clicks\nGROUP BY country"),
    "orders_in": ("counts", "SELECT customer_id, COUNT(*) AS n\nFROM orders_in\nGROUP BY customer_id"),
    "payments": ("counts", "SELECT paid_by, COUNT(*) AS n\nFROM payments\nGROUP BY paid_by"),
}


def _joins(script):
    """Blocks that join two plain tables as `FROM a AS x JOIN b AS y ON …`: (block, tables by alias, condition)."""
    for block in script.blocks:
        found, words = block.source, block.source.words if block.source else ()
        if words.count("JOIN") != 1 or {"SYSTEM_TIME", "LEFT", "RIGHT", "FULL", "CROSS", "SELECT"} & set(words):
            continue
        at = words.index("JOIN")
        if words[1:2] == ("AS",) and words[at + 2 : at + 3] == ("AS",) and words[at + 4 : at + 5] == ("ON",):
            texts = [token.text for token in found.tokens]
            named = {texts[2]: texts[0], texts[at + 3]: texts[at + 1]}
            if all(name in script.tables and is_plain(script, name) for name in named.values()):
                yield block, named, found.part(at + 5, len(found.tokens))


def _outer(kind):
    """A regular join; a condition behind it on the side that may be missing would make it an inner one again."""

    def edits(script):
        for block, _, condition in _joins(script):
            if "WHERE" not in script.words and not {"INTERVAL", "BETWEEN"} & set(condition.words):
                token = block.source.tokens[block.source.words.index("JOIN")]
                inner = block.source.tokens[block.source.words.index("JOIN") - 1]
                if inner.text.upper() != "INNER":
                    yield Mutation(script, script.edited((token.start, token.start, f"{kind} ")))

    return edits


def _join_key(script):
    for _, named, condition in _joins(script):
        (one, left), (two, right) = named.items()
        taken = keys(script) | DEPENDENT
        pairs = [
            (a.name, b.name)
            for a in script.tables[left].columns
            for b in script.tables[right].columns
            if is_word(a.type) and is_word(b.type) and not {a.name, b.name} & taken
        ]
        for a, b in pairs[:4]:
            at = condition.behind
            yield Mutation(script, script.edited((at, at, f"\n  AND {one}.{a} = {two}.{b}")), both_ways=True)


def _join_bound(script):
    """The upper bound of an interval: `BETWEEN x AND y + INTERVAL`, or `<= y + INTERVAL`."""
    for query in script.queries:
        for number, unit, start, end in intervals(query):
            at = next(i for i, token in enumerate(query.tokens) if token.start == start)
            front = query.words[at - 10 : at]
            upper = "BETWEEN" in front or "<=" in "".join(token.text for token in query.tokens[at - 6 : at])
            if (
                "JOIN" in query.words
                and query.tokens[at - 1].text == "+"
                and upper
                and not {"TUMBLE", "HOP"} & set(front)
            ):
                for factor in (2, 3):
                    yield Mutation(script, script.edited((start, end, f"INTERVAL '{number * factor}' {unit}")))


def _other_topic(text):
    return _TOPIC.sub(r"\1\2_again'", text, count=1)


def _source_topic(script):
    for name in script.reads:
        if "topic" in script.tables[name].values:
            yield Mutation(with_table(script, name, str), with_table(script, name, _other_topic), both_ways=True)


def _source_replaced(script):
    """Another table of the same columns over another topic, under the old name within the query."""
    for name in script.reads:
        places = [(q, i) for q in script.queries for i, token in enumerate(q.tokens) if token.text == name]
        if is_plain(script, name) and all(replaceable(query, i) for query, i in places):
            declared = with_table(script, name, str)
            made = declared.creates[name]
            copy = _other_topic(made.text).replace(f"CREATE TABLE {name}", f"CREATE TABLE {name}_again", 1)
            edits = []
            for query, i in places:
                named = query.words[i - 1] == "TABLE" or query.words[i + 1 : i + 2] == ("AS",)
                token = query.tokens[i]
                edits.append((token.start, token.end + 1, f"{name}_again" + ("" if named else f" AS {name}")))
            new = script.edited((_first(script), _first(script), f"{copy};\n\n"), *edits)
            yield Mutation(script, new, both_ways=True)


def _first(script):
    return script.statements[0].tokens[0].start


def _sink_topic(script):
    for insert in script.inserts:
        table = script.tables[insert.sink]
        if "topic" in table.values and insert.plain:
            name = insert.sink
            yield Mutation(with_table(script, name, str), with_table(script, name, _other_topic), both_ways=True)


def _sink_topic_hint(script):
    for insert in script.inserts:
        if "topic" in script.tables[insert.sink].values and insert.plain:
            at = insert.head.behind
            hint = f" /*+ OPTIONS('topic' = '${{NS:-}}{insert.sink}_again') */"
            yield Mutation(script, script.edited((at, at, hint)), both_ways=True)


def _sink_key(script):
    for insert in script.inserts:
        table = script.tables[insert.sink]
        if table.values.get("connector") == "upsert-kafka":
            names = [column.name for column in table.columns]
            own = ", ".join(table.primary_key)
            others = [f"{own}, {name}" for name in names if name not in table.primary_key]
            for key in (*others, *(table.primary_key if len(table.primary_key) > 1 else ())):
                new = with_table(
                    script,
                    insert.sink,
                    lambda text, own=own, key=key: text.replace(f"PRIMARY KEY ({own})", f"PRIMARY KEY ({key})"),
                )
                yield Mutation(with_table(script, insert.sink, str), new)


def _insert_added(queries):
    """Of a source that the job reads already: the new table would lack what was read before the savepoint."""

    def edits(script):
        if "reuse-source-enabled" in script.text:
            # A job may be told to read a source once for each insert: then the new one begins at its beginning.
            return
        sinks = {insert.sink for insert in script.inserts}
        for name in script.reads:
            sink, query = queries.get(name, (None, None))
            if sink and not {name, sink} & (sinks | set(script.creates)):
                yield Mutation(script, added(script, sink, query))

    return edits


_OFFSETS = "The offsets in the savepoint are those of the other topic."
_TABLE = "The other table begins at the savepoint and lacks every row whose key does not change again."
_BREAKING = (
    ("join_left", "A left join counts the partners of each row, which an inner one does not.", _outer("LEFT")),
    ("join_full", "An outer join counts the partners of each row, which an inner one does not.", _outer("FULL")),
    ("join_key_widened", "State is found by the whole key; under the other one there is none.", _join_key),
    ("join_interval_widened", "Rows are forgotten that the wider interval needs.", _join_bound),
    ("source_topic", _OFFSETS, _source_topic),
    (
        "source_replaced",
        "The savepoint has no offsets of the other topic, and results of the first one.",
        _source_replaced,
    ),
    ("sink_topic", _TABLE, _sink_topic),
    ("sink_topic_hint", _TABLE, _sink_topic_hint),
    ("sink_key", "Rows under the other key stay in the topic, and no later row takes them back.", _sink_key),
    (
        "ttl_shortened",
        "Keys that were quiet for longer are forgotten at the restore; their rows are in the topic.",
        time_to_live("1 d", "5 s"),
    ),
    ("stateless_insert_added", _TABLE, _insert_added(STATELESS)),
    ("stateful_insert_added", _TABLE, _insert_added(_STATEFUL)),
)
OPERATORS = tuple(Operator(name, Label.BREAKING, why, edits) for name, why, edits in _BREAKING)
