"""Edits that change words and no meaning: the query that is planned is the same one."""

from __future__ import annotations

from itertools import pairwise

from millstream.sql.tokens import word
from mutations.operators import Label, Mutation, Operator
from mutations.places import alias, comparisons, is_plain, within
from mutations.script import Span

_KEYWORDS = frozenset(
    [
        "AND",
        "AS",
        "BETWEEN",
        "BY",
        "FROM",
        "GROUP",
        "HAVING",
        "INSERT",
        "INTO",
        "IS",
        "JOIN",
        "LEFT",
        "NOT",
        "NULL",
        "ON",
        "OR",
        "ORDER",
        "OVER",
        "PARTITION",
        "SELECT",
        "UNION",
        "WHERE",
    ]
)
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "=", "<>": "<>"}
_SECONDS = {"MINUTE": 60, "HOUR": 3600}


def _comment_added(script):
    for block in script.blocks:
        at = block.source.offset if block.source else block.span.offset
        yield Mutation(script, script.edited((at, at, "/* the same as ever */ ")), both_ways=True)


def _white_space(script):
    tokens = script.job.tokens
    gaps = [(one.end + 1, two.start) for one, two in pairwise(tokens)]
    folded = [
        (start, end, " ")
        for start, end in gaps
        if "\n" in script.text[start:end] and "--" not in script.text[start:end]
    ]
    if folded:
        yield Mutation(script, script.edited(*folded), both_ways=True)


def _keyword_case(script):
    found = [token for query in script.queries for token in query.tokens if word(token) in _KEYWORDS]
    edits = [(token.start, token.end + 1, token.text.lower()) for token in found]
    yield Mutation(script, script.edited(*edits), both_ways=True)


def _output_renamed(script):
    for block in script.blocks:
        if not block.top or "ORDER" in block.clauses:
            continue
        for item in block.items:
            if alias(item):
                token = item.tokens[-1]
                yield Mutation(script, script.edited((token.start, token.end + 1, "renamed")), both_ways=True)


def _source_renamed(script):
    """`FROM t AS a` and every `a.` of the statement; hints name tables by alias, so none may be there."""
    for query in script.queries:
        words, tokens = query.words, query.tokens
        if "/*+" in {token.text for token in tokens}:
            continue
        names = {tokens[i + 1].text for i, found in enumerate(words[:-1]) if found == "AS" and _behind_table(query, i)}
        for name in sorted(names):
            places = [i for i, token in enumerate(tokens) if token.text == name]
            if all(words[i - 1] == "AS" or tokens[i + 1].text == "." for i in places):
                edits = [(tokens[i].start, tokens[i].end + 1, f"{name}_row") for i in places]
                yield Mutation(script, script.edited(*edits), both_ways=True)


def _behind_table(query, at):
    """Whether the AS at this index names a table: in front of the table stands FROM or JOIN."""
    return query.words[at - 2] in {"FROM", "JOIN"}


def _wrapped(script, opening, closing):
    for insert in script.inserts:
        if "/*+" not in insert.query.text:
            query = insert.query
            yield Mutation(
                script, script.edited((query.offset, query.behind, f"{opening}{query.text}{closing}")), both_ways=True
            )


def _as_subquery(script):
    return _wrapped(script, "SELECT * FROM (\n", "\n) AS whole")


def _as_cte(script):
    without = all(insert.query.words[0] != "WITH" for insert in script.inserts)
    return _wrapped(script, "WITH whole AS (\n", "\n)\nSELECT * FROM whole") if without else ()


def _as_view(script):
    for insert in script.inserts:
        query = insert.query
        if "/*+" not in query.text:
            reading = script.edited((query.offset, query.behind, "SELECT * FROM whole_result"))
            new = reading.preceded(f"CREATE VIEW whole_result AS\n{query.text};")
            yield Mutation(script, new, both_ways=True)


def _cte_of_subquery(script):
    for insert in script.inserts:
        tops = [block for block in script.blocks if block.top and block.span.start == insert.query.start]
        for block in tops:
            source = block.source
            inside = source.tokens[0].text == "(" and source.closing(0)
            if inside and len(source.tokens) == inside + 1:
                inner = source.part(1, inside)
                body = (source.offset, source.behind, "inner_rows")
                head = (block.span.offset, block.span.offset, f"WITH inner_rows AS (\n{inner.text}\n)\n")
                yield Mutation(script, script.edited(body, head), both_ways=True)


def _view_inlined(script):
    for name, view in script.views.items():
        places = [(q, i) for q in script.queries for i, token in enumerate(q.tokens) if token.text == name]
        free = all(q.words[i - 1] in {"FROM", "JOIN"} and q.words[i + 1 : i + 2] != (".",) for q, i in places)
        # Read by several inserts, it would be several queries, which the planner need not find alike.
        if len(places) != 1 or not free:
            continue
        body = next(q for q in script.queries[1:] if q.statement is view)
        edits = []
        for query, i in places:
            token, named = query.tokens[i], query.words[i + 1 : i + 2] == ("AS",)
            edits.append((token.start, token.end + 1, f"(\n{body.text}\n)" + ("" if named else f" AS {name}")))
        start, end = view.tokens[0].start, script.text.index(";", view.end) + 1
        # Where the view itself reads an inlined one, its text is edited and removed at once.
        if all(query.statement is not view for query, _ in places):
            yield Mutation(script, script.edited((start, end, ""), *edits), both_ways=True)


def _source_as_view(script):
    for name in script.reads:
        places = [(q, i) for q in script.queries for i, token in enumerate(q.tokens) if token.text == name]
        if is_plain(script, name) and all(replaceable(query, i) for query, i in places):
            edits = [reference(query, i, name, f"{name}_seen") for query, i in places]
            yield Mutation(script, viewed(script, name, edits, ""), both_ways=True)


def viewed(script, name, edits, condition):
    at = next(iter([*script.views.values(), script.job])).tokens[0].start
    view = f"CREATE VIEW {name}_seen AS\nSELECT *\nFROM {name}{condition};\n\n"
    return script.edited((at, at, view), *edits)


def replaceable(query, at):
    """A table named in FROM, JOIN or a window, without a hint, and not by its versions; nor as a column's qualifier."""
    behind = query.words[at + 1 : at + 3]
    return query.words[at - 1] in {"FROM", "JOIN", "TABLE"} and behind[:1] not in {(".",), ("/*+",), ("FOR",)}


def reference(query, at, name, new):
    token = query.tokens[at]
    named = query.words[at - 1] == "TABLE" or query.words[at + 1 : at + 2] == ("AS",)
    return (token.start, token.end + 1, new if named else f"{new} AS {name}")


def _always_true(script):
    for block in script.blocks:
        where = block.clauses.get("WHERE")
        if where:
            yield Mutation(
                script, script.edited((where.offset, where.behind, f"1 = 1 AND ({where.text})")), both_ways=True
            )


def _brackets(script):
    for block in script.blocks:
        for clause in ("WHERE", "HAVING"):
            found = block.clauses.get(clause)
            if found:
                yield Mutation(script, script.edited((found.offset, found.behind, f"({found.text})")), both_ways=True)


def _and_reordered(script):
    for block in script.blocks:
        where = block.clauses.get("WHERE")
        if where and not {"BETWEEN", "OR", "CASE"} & set(where.words):
            parts = where.split("AND")
            if len(parts) > 1:
                text = " AND ".join(part.text for part in reversed(parts))
                yield Mutation(script, script.edited((where.offset, where.behind, text)), both_ways=True)


def _comparison_turned(script):
    for block in script.blocks:
        where = block.clauses.get("WHERE")
        if where and not {"BETWEEN", "OR", "CASE"} & set(where.words):
            for part in where.split("AND"):
                for at, sign, constant in comparisons(part):
                    if len(part.tokens) == len(sign) + 2 and constant.text[0] in "'0123456789":
                        text = f"{constant.text} {_TURNED[sign]} {part.tokens[at].text}"
                        yield Mutation(script, script.edited((part.offset, part.behind, text)), both_ways=True)


def _columns_reordered(script):
    """By a list of the sink's columns, which puts them back into their places before anything is planned."""
    for insert in script.inserts:
        tops = [block for block in script.blocks if block.top and within(block, insert)]
        table = script.tables[insert.sink]
        if insert.plain and len(tops) == 1 and len(tops[0].items) == len(table.columns) > 1:
            selected, at = tops[0].clauses["SELECT"], insert.head.behind
            names = ", ".join(f"`{column.name}`" for column in reversed(table.columns))
            items = ", ".join(item.text for item in reversed(tops[0].items))
            edits = ((at, at, f" ({names})"), (selected.offset, selected.behind, items))
            if "DISTINCT" not in selected.words[:1] and "--" not in selected.text:
                yield Mutation(script, script.edited(*edits), both_ways=True)


def _direction_left_out(script):
    for query in script.queries:
        for at, found in enumerate(query.words):
            if found == "ASC":
                token = query.tokens[at]
                yield Mutation(script, script.edited((token.start, token.end + 1, "")), both_ways=True)


def intervals(span):
    """Each `INTERVAL 'n' UNIT` of a span, n a whole number: (number, unit, offset, behind)."""
    for at, found in enumerate(span.words):
        if found == "INTERVAL" and span.tokens[at + 1].text.isdigit():
            part = span.part(at, at + 3)
            yield int(part.tokens[1].text), part.words[2], part.offset, part.behind


def seconds(number):
    return f"INTERVAL '{number}' SECOND({max(2, len(str(number)))})"


def _in_seconds(script):
    for query in script.queries:
        for number, unit, start, end in intervals(query):
            if unit in _SECONDS:
                yield Mutation(script, script.edited((start, end, seconds(number * _SECONDS[unit]))), both_ways=True)


def _set_of_one(script):
    if script.job.words[0] == "INSERT":
        start, end = script.job.tokens[0].start, script.job.end
        text = f"EXECUTE STATEMENT SET\nBEGIN\n\n{script.text[start:end]};\n\nEND"
        yield Mutation(script, script.edited((start, end, text)), both_ways=True)


def _inserts_swapped(script):
    for one, two in pairwise(script.inserts):
        spans = [Span(i.head.statement, i.head.start, i.query.end) for i in (one, two)]
        edits = [(here.offset, here.behind, there.text) for here, there in zip(spans, reversed(spans), strict=True)]
        yield Mutation(script, script.edited(*edits), both_ways=True)


def _branches_swapped(script):
    for one, two in pairwise(script.blocks):
        between = Span(one.span.statement, one.span.end, two.span.start)
        if (
            one.span.statement is two.span.statement
            and between.start < between.end
            and between.words == ("UNION", "ALL")
        ):
            edits = (
                (one.span.offset, one.span.behind, two.span.text),
                (two.span.offset, two.span.behind, one.span.text),
            )
            yield Mutation(script, script.edited(*edits), both_ways=True)


_NAMES = "Columns and tables are known by place; a name computes nothing."
_QUERY = "A view, a CTE and a subquery are names for a query, which the planner puts in their place."
_TEXT = "No lexeme changes."
_LOGIC = "The same rows pass."
_SAME = (
    ("comment_added", _TEXT, _comment_added),
    ("white_space_folded", _TEXT, _white_space),
    ("keyword_in_lower_case", _TEXT, _keyword_case),
    ("output_renamed", _NAMES, _output_renamed),
    ("source_alias_renamed", _NAMES, _source_renamed),
    ("query_in_subquery", _QUERY, _as_subquery),
    ("query_in_cte", _QUERY, _as_cte),
    ("query_in_view", _QUERY, _as_view),
    ("subquery_as_cte", _QUERY, _cte_of_subquery),
    ("view_inlined", _QUERY, _view_inlined),
    ("source_in_view", _QUERY, _source_as_view),
    ("always_true_added", _LOGIC, _always_true),
    ("condition_in_brackets", _LOGIC, _brackets),
    ("and_reordered", _LOGIC, _and_reordered),
    ("comparison_turned", _LOGIC, _comparison_turned),
    ("columns_reordered", "Each value goes to the column it went to.", _columns_reordered),
    ("direction_left_out", "Ascending is the default.", _direction_left_out),
    ("interval_in_seconds", "Both are the same number of milliseconds.", _in_seconds),
    ("set_of_one", "A set of one is that one.", _set_of_one),
    ("inserts_swapped", "The inserts of a set have no order.", _inserts_swapped),
    ("union_branches_swapped", "A union has no order.", _branches_swapped),
)
OPERATORS = tuple(Operator(name, Label.SAME, why, edits) for name, why, edits in _SAME)
