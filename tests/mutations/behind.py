"""Edits behind all state: another result is made of what is remembered. Rows of before stay as they were written."""

from __future__ import annotations

from mutations.operators import Label, Mutation, Operator
from mutations.places import (
    calls,
    expression,
    fixed_columns,
    grouped_without_window,
    holds_rows,
    is_number,
    is_word,
    plain_table,
    positions,
    row_wise,
    test,
    with_setting,
    with_table,
    within,
)

STATELESS = {
    "clicks": ("lines", "SELECT user_id, page, CAST(ms AS DECIMAL(12, 2)) AS amount, clicked_at\nFROM clicks"),
    "orders_in": ("lines", "SELECT order_id, customer_id, amount, ordered_at\nFROM orders_in"),
    "payments": ("lines", "SELECT payment_id, paid_by, paid, paid_at\nFROM payments"),
}


def _tops(script):
    """Top blocks whose sink remembers no rows, with their inserts."""
    for insert in script.inserts:
        found = [block for block in script.blocks if block.top and within(block, insert)]
        if len(found) == 1 and row_wise(script, insert):
            yield insert, found[0]


def _computed(script, insert, block):
    """Expressions that may be computed upon, with the type of the column they are written to."""
    table = script.tables[insert.sink]
    if len(block.items) != len(table.columns) or block.items[0].words[0] == "DISTINCT":
        return
    free = (pair for pair in positions(block, table) if pair[1].name not in fixed_columns(table))
    for item, column in free:
        if not block.keys or any(calls(item)):
            yield expression(item), column.type


def _projection_changed(script):
    for insert, block in _tops(script):
        for item, type_ in _computed(script, insert, block):
            new = f"UPPER({item.text})" if is_word(type_) else f"CAST({item.text} + 1 AS {type_})"
            if is_word(type_) or is_number(type_):
                yield Mutation(script, script.edited((item.offset, item.behind, new)), both_ways=True)


def _column_appended(script):
    for insert, block in _tops(script):
        table = script.tables[insert.sink]
        if "topic" in table.values and len(block.items) == len(table.columns):
            at = block.items[-1].behind
            for type_, value in (("BOOLEAN", "TRUE"), *_doubled(script, insert, block)):
                wider = script.edited((at, at, f", {value} AS extra"))
                yield Mutation(
                    with_table(script, insert.sink, str),
                    with_table(wider, insert.sink, lambda text, type_=type_: _declared(text, type_)),
                )


def _doubled(script, insert, block):
    counted = [item for item, type_ in _computed(script, insert, block) if is_number(type_)]
    return [("DECIMAL(38, 2)", f"CAST({counted[0].text} * 2 AS DECIMAL(38, 2))")] if counted else []


def _declared(text, type_):
    """The new column behind the last one: in front of the key, or of the closing bracket."""
    if "\n  PRIMARY KEY" in text:
        return text.replace("\n  PRIMARY KEY", f"\n  extra {type_},\n  PRIMARY KEY", 1)
    return text.replace("\n) WITH", f",\n  extra {type_}\n) WITH", 1)


def _having_added(script):
    """Where COUNT(*) is written anyway, so that no other aggregate is needed."""
    for _, block in _tops(script):
        if block.keys and "HAVING" not in block.clauses and any(_counts(item) for item in block.items):
            at = block.clauses["GROUP"].behind
            yield Mutation(script, script.edited((at, at, "\nHAVING COUNT(*) > 2")), both_ways=True)


def _counts(item):
    return any(call.span.text.upper() == "COUNT(*)" and not call.filtered for call in calls(item))


def _having_changed(script):
    for _, block in _tops(script):
        having = block.clauses.get("HAVING")
        if having and any(calls(having)) and not {"OR", "CASE", "NOT"} & set(having.words):
            for index, found in having.outermost():
                if found.isdigit():
                    token, new = having.tokens[index], str(int(found) * 2 + 1)
                    yield Mutation(script, script.edited((token.start, token.end + 1, new)), both_ways=True)


def _filter_around(script):
    for insert, block in _tops(script):
        for item in block.items:
            if any(calls(item)) and _counts(item) and item.words[-2] == "AS":
                text = f"SELECT *\nFROM (\n{insert.query.text}\n) AS counted\nWHERE {item.tokens[-1].text} > 1"
                new = script.edited((insert.query.offset, insert.query.behind, text))
                yield Mutation(script, new, both_ways=True)


def _filter_stateless(script):
    """Where nothing is remembered but offsets, and the sink takes rows back by no key."""
    for insert, block in _tops(script):
        name = plain_table(script, block)
        if name and not holds_rows(script, insert) and not script.tables[insert.sink].primary_key:
            where = block.clauses.get("WHERE")
            at = (where or block.source).behind
            for column in script.tables[name].columns:
                if is_word(column.type) or is_number(column.type):
                    condition = f"\n{'AND' if where else 'WHERE'} {test(column)}"
                    yield Mutation(script, script.edited((at, at, condition)), both_ways=True)


def _insert_removed(script):
    if len(script.inserts) < 2:
        return
    for insert in script.inserts:
        end = script.text.index(";", insert.query.behind) + 1
        yield Mutation(script, script.edited((insert.head.offset, end, "")))


def added(script, sink, query):
    """The job with one more insert, in a statement set."""
    more = f"INSERT INTO {sink}\n{query};"
    if script.job.words[0] == "INSERT":
        start, end = script.job.tokens[0].start, script.job.end
        text = f"EXECUTE STATEMENT SET\nBEGIN\n\n{script.text[start:end]};\n\n{more}\n\nEND"
        return script.edited((start, end, text))
    at = script.job.tokens[-1].start
    return script.edited((at, at, f"{more}\n\n"))


def _insert_of_unread_source(script):
    """A source that the job has not read begins at its beginning, so the new table is whole."""
    sinks = {insert.sink for insert in script.inserts}
    if not set(STATELESS) & set(script.reads):
        return
    for name, (sink, query) in STATELESS.items():
        if not {name, sink} & (set(script.reads) | sinks | set(script.creates)):
            yield Mutation(script, added(script, sink, query))


def time_to_live(old, new):
    def edits(script):
        if (
            "table.exec.state.ttl" not in script.text
            and "STATE_TTL" not in script.text
            and grouped_without_window(script)
        ):
            sides = (with_setting(script, f"'table.exec.state.ttl' = '{ttl}'") if ttl else script for ttl in (old, new))
            yield Mutation(*sides)

    return edits


def _lookup_inner(script):
    """Where nothing but offsets is remembered: a lookup keeps no row."""
    if "PROCTIME" in script.words and not {"GROUP", "OVER", "MATCH_RECOGNIZE"} & script.words:
        for query in script.queries:
            for at, found in enumerate(query.words):
                if found == "LEFT" and "SYSTEM_TIME" in query.words[at : at + 6]:
                    token = query.tokens[at]
                    yield Mutation(script, script.edited((token.start, token.end + 1, "INNER")), both_ways=True)


_BEHIND = "It is computed from what leaves the last operator that remembers."
_KEEPABLE = (
    ("projection_changed_behind", _BEHIND, _projection_changed),
    ("column_appended_to_sink", _BEHIND, _column_appended),
    ("having_added", "The filter stands behind the aggregate, which has counted every group.", _having_added),
    ("having_changed", "The filter stands behind the aggregate, which has counted every group.", _having_changed),
    ("filter_behind_aggregate", "The filter stands behind the aggregate.", _filter_around),
    ("filter_of_stateless", "Nothing is remembered but offsets.", _filter_stateless),
    ("insert_removed", "The others go on, and nobody asks for what belonged to the removed one.", _insert_removed),
    ("insert_of_unread_source_added", "The new source is read from its beginning.", _insert_of_unread_source),
    ("ttl_lengthened", "Nothing is forgotten that would have been kept.", time_to_live("1 d", "7 d")),
    (
        "ttl_introduced",
        "Flink 2.2 reads state without time stamps, and time begins at the restore.",
        time_to_live("", "30 d"),
    ),
    ("ttl_removed", "Flink 2.2 reads state with time stamps, and keeps it from then on.", time_to_live("30 d", "")),
    ("lookup_join_kind", "A lookup join keeps nothing.", _lookup_inner),
)
OPERATORS = tuple(Operator(name, Label.KEEPABLE, why, edits) for name, why, edits in _KEEPABLE)
