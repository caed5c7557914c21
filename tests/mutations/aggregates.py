"""Edits of groups and aggregates, and of what reaches them: the state holds sums of other rows, or under other keys."""

from __future__ import annotations

from mutations.operators import Label, Mutation, Operator
from mutations.places import (
    DEPENDENT,
    all_hold_rows,
    calls,
    comparisons,
    filtered_names,
    free_columns,
    is_plain,
    is_word,
    keys,
    other_columns,
    plain_table,
    test,
    written,
)
from mutations.wording import reference, replaceable, viewed

_OTHERS = {
    "SUM": ("MAX", "MIN"),
    "MAX": ("MIN",),
    "MIN": ("MAX",),
    "FIRST_VALUE": ("LAST_VALUE",),
    "LAST_VALUE": ("FIRST_VALUE",),
}
_FILTERABLE = frozenset({"COUNT", "SUM", "MAX", "MIN", "AVG"})


def _replaced(script, span, text):
    return Mutation(script, script.edited((span.offset, span.behind, text)), both_ways=True)


def _grouped(script):
    """Blocks with GROUP BY and an aggregate, but for sessions, whose windows depend on the key themselves.

    Without an aggregate a group is only seen or not seen, and to see one again may write the same row again.
    """
    if not {"SESSION", "ROLLUP", "CUBE", "GROUPING"} & script.words:
        yield from (block for block in script.blocks if block.keys and _aggregates(block))


def _aggregates(block):
    return any(any(calls(item)) for item in block.items)


def _counts_rows(script):
    """Whether an insert's state is more than which groups were seen."""
    distinct = any(block.items[0].words[0] == "DISTINCT" for block in script.blocks)
    return all_hold_rows(script) and not distinct and all(map(_aggregates, (b for b in script.blocks if b.keys)))


def _written_calls(script):
    """Aggregates of a GROUP BY whose values reach a sink, and which depend on more than the group."""
    for block in script.blocks:
        if block.keys and "HAVING" not in block.clauses:
            for item in written(script, block):
                for call in calls(item):
                    once = block.span.text.count(call.span.text) == 1
                    if once and (call.argument.text == "*" or _varies(script, call)):
                        yield block, call


def _other_call(script, block, call, text):
    """The call replaced, unless the block computes the other one anyway."""
    if text not in block.span.text:
        yield _replaced(script, call.span, text)


def _varies(script, call):
    names = {
        token.text for token in call.argument.tokens if token.token_type.name != "STRING" and token.text.isidentifier()
    }
    return bool(names - keys(script) - filtered_names(script) - DEPENDENT - {"CAST", "AS", "BIGINT", "DECIMAL"})


def _function(script):
    for block, call in _written_calls(script):
        for other in _OTHERS.get(call.function, ()):
            if not call.distinct:
                yield from _other_call(script, block, call, f"{other}({call.argument.text})")


def _distinct(script):
    for block, call in _written_calls(script):
        if call.function in {"COUNT", "SUM"} and call.argument.text != "*":
            inner = call.argument.text if call.distinct else f"DISTINCT {call.argument.text}"
            yield from _other_call(script, block, call, f"{call.function}({inner})")


def _argument(script):
    for block, call in _written_calls(script):
        if call.function == "SUM" and not call.distinct:
            inner = call.argument.text
            yield from _other_call(script, block, call, f"SUM({inner} + {inner})")


def _counted_column(script):
    for block, call in _written_calls(script):
        name = plain_table(script, block)
        if name and call.function == "COUNT" and call.argument.text == "*":
            for column in other_columns(script, name):
                yield from _other_call(script, block, call, f"COUNT({column.name})")


def _aggregate_filter(script):
    for block, call in _written_calls(script):
        name = plain_table(script, block)
        if name and call.function in _FILTERABLE and not call.filtered:
            for column in other_columns(script, name):
                yield from _other_call(script, block, call, f"{call.span.text} FILTER (WHERE {test(column)})")


def _having_of_new_aggregate(script):
    for block in _grouped(script):
        name = plain_table(script, block)
        if name and "HAVING" not in block.clauses and "DISTINCT" not in block.span.words:
            for column in other_columns(script, name):
                at = block.clauses["GROUP"].behind
                new = script.edited((at, at, f"\nHAVING COUNT(DISTINCT {column.name}) > 1"))
                yield Mutation(script, new)


def _key_widened(script):
    for block in _grouped(script):
        name = plain_table(script, block)
        for column in other_columns(script, name) if name else ():
            last = block.keys[-1]
            yield _replaced(script, last, f"{last.text}, {column.name}")


def _key_computed(script):
    for block in _grouped(script):
        name = plain_table(script, block)
        words = {c.name for c in script.tables[name].columns if is_word(c.type)} if name else frozenset()
        for key in block.keys:
            if key.text in words - filtered_names(script) and "HAVING" not in block.clauses:
                items = [item for item in block.items if key.text in item.names and not any(calls(item))]
                if all(item.tokens[0].text == key.text and len(item.tokens) in {1, 3} for item in items):
                    edits = [_capitals(key, ""), *(_capitals(item, f" AS {key.text}") for item in items)]
                    yield Mutation(script, script.edited(*edits), both_ways=True)


def _capitals(item, name):
    column = item.part(0, 1)
    return (column.offset, column.behind, f"UPPER({column.text})" + (name if len(item.tokens) == 1 else ""))


def _filter_added(script):
    """A condition on a column that nobody names, in the query that reads the table."""
    if not _counts_rows(script) or {"UNION", "SYSTEM_TIME"} & script.words:
        return
    for block in script.blocks:
        name = plain_table(script, block)
        for column in free_columns(script, name) if name else ():
            where = block.clauses.get("WHERE")
            at = (where or block.source).behind
            new = script.edited((at, at, f"\n{'AND' if where else 'WHERE'} {test(column)}"))
            yield Mutation(script, new, both_ways=True)


def _filter_in_view(script):
    """The same in a view between the table and all that read it."""
    if not _counts_rows(script) or {"UNION", "SYSTEM_TIME"} & script.words:
        return
    for name in script.reads:
        places = [(q, i) for q in script.queries for i, token in enumerate(q.tokens) if token.text == name]
        if is_plain(script, name) and all(replaceable(query, i) for query, i in places):
            for column in free_columns(script, name):
                edits = [reference(query, i, name, f"{name}_seen") for query, i in places]
                yield Mutation(script, viewed(script, name, edits, f"\nWHERE {test(column)}"), both_ways=True)


def _filter_changed(script):
    """Another constant in a comparison with a column that is compared once, and is no key."""
    if not _counts_rows(script) or {"UNION", "SYSTEM_TIME", "JOIN"} & script.words:
        return
    for block in script.blocks:
        name, where = plain_table(script, block), block.clauses.get("WHERE")
        if name and where and not {"OR", "CASE", "NOT", "BETWEEN"} & set(where.words):
            columns = {column.name for column in script.tables[name].columns} - keys(script) - DEPENDENT
            for part in where.split("AND"):
                yield from _other_constant(script, part, where, columns)


def _other_constant(script, part, where, columns):
    for at, sign, constant in comparisons(part):
        name = part.tokens[at].text
        once = [token.text for token in where.tokens].count(name) == 1
        alone = len(part.tokens) == len(sign) + 2
        if alone and once and name in columns and constant.text.isdigit():
            yield _replaced(script, constant, str(int(constant.text) * 2 + 1))
        elif alone and once and name in columns and constant.tokens[0].token_type.name == "STRING":
            yield _replaced(script, constant, f"'{constant.tokens[0].text} again'")


def _union_distinct(script):
    for query in script.queries:
        for at in range(len(query.tokens)):
            counted = {"COUNT", "SUM"} & script.words and _counts_rows(script)
            if counted and query.words[at : at + 2] == ("UNION", "ALL"):
                yield Mutation(script, script.edited((query.tokens[at].end + 1, query.tokens[at + 1].end + 1, "")))


_ROWS = "What is remembered was made of rows that the other query does not let through, or lacks some that it does."
_STATE = "What is remembered is a value of another function."
_KEYS = "State is found by the whole key; under the other one there is none."
_BREAKING = (
    ("aggregate_function", _STATE, _function),
    (
        "aggregate_distinct",
        "Which values were counted is not in the state of one, and all that the other has.",
        _distinct,
    ),
    ("aggregate_argument", _STATE, _argument),
    ("aggregate_counted_column", _ROWS, _counted_column),
    ("aggregate_filter", _ROWS, _aggregate_filter),
    (
        "having_of_new_aggregate",
        "The state has no place for the other aggregate of earlier rows.",
        _having_of_new_aggregate,
    ),
    ("group_key_widened", _KEYS, _key_widened),
    ("group_key_computed", _KEYS, _key_computed),
    ("filter_below_state", _ROWS, _filter_added),
    ("filter_below_state_in_view", _ROWS, _filter_in_view),
    ("filter_constant_below_state", _ROWS, _filter_changed),
    (
        "union_distinct",
        "Which rows were seen is not in the state, so those from before would count again.",
        _union_distinct,
    ),
)
OPERATORS = tuple(Operator(name, Label.BREAKING, why, edits) for name, why, edits in _BREAKING)
