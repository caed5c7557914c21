"""Edits of windows, rankings, frames and patterns: what is open across the savepoint was cut in another way."""

from __future__ import annotations

from mutations.operators import Label, Mutation, Operator
from mutations.places import WINDOWS, alias, comparisons, is_plain, other_columns, plain_table, with_table
from mutations.wording import intervals, seconds

_IN_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86_400}
# A ranking of so many is one of all: no row falls out of it.
_UNBOUNDED = 1000
_DELAY = "- INTERVAL '5' SECOND"


def _windows(script):
    """Window functions of a GROUP BY: (function, its arguments)."""
    for query in script.queries:
        for at, found in enumerate(query.words):
            if found in WINDOWS and query.words[at - 1] == "(" and "GROUP" in query.words:
                yield found, query.part(at + 2, query.closing(at + 1))


def _times(number, unit, factor):
    digits = str(number * factor)
    return f"INTERVAL '{digits}' {unit}" + (f"({len(digits)})" if len(digits) > 2 else "")


def _replaced(script, span, text, *, both_ways=False):
    return Mutation(script, script.edited((span.offset, span.behind, text)), both_ways=both_ways)


def _size(script):
    for function, arguments in _windows(script):
        lengths = list(intervals(arguments))
        place = {"TUMBLE": 0, "SESSION": 0, "HOP": 1, "CUMULATE": 1}[function]
        number, unit, start, end = lengths[place]
        for factor in (2, 3):
            new = script.edited((start, end, _times(number, unit, factor)))
            # The slices of a wider HOP are those of the narrower one, and more.
            yield Mutation(script, new, both_ways=function != "HOP")


def _step(script):
    for function, arguments in _windows(script):
        if function in {"HOP", "CUMULATE"}:
            number, unit, start, end = next(intervals(arguments))
            half = number * _IN_SECONDS[unit] // 2
            if half * 2 == number * _IN_SECONDS[unit]:
                yield Mutation(script, script.edited((start, end, seconds(half))))


def _offset(script):
    for function, arguments in _windows(script):
        lengths = list(intervals(arguments))
        if function == "TUMBLE" and len(lengths) == 1 and lengths[0][1] != "SECOND":
            at = arguments.behind
            yield Mutation(script, script.edited((at, at, ", INTERVAL '7' SECOND")), both_ways=True)


def _tumble_to_hop(script):
    for function, arguments in _windows(script):
        lengths = list(intervals(arguments))
        if function == "TUMBLE" and len(lengths) == 1:
            number, unit, start, _ = lengths[0]
            half = number * _IN_SECONDS[unit] // 2
            if half:
                name = arguments.statement.tokens[arguments.start - 2]
                edits = ((name.start, name.end + 1, "HOP"), (start, start, f"{seconds(half)}, "))
                yield Mutation(script, script.edited(*edits))


def _watermark(script):
    """Where the only source is read by windows or patterns, which drop what comes late."""
    waits = {*WINDOWS, "MATCH_RECOGNIZE"} & script.words
    if not waits or len(script.reads) > 1 or len(script.inserts) > 1:
        return
    for name in script.reads:
        old = with_table(script, name, str)
        if is_plain(script, name) and _DELAY in old.text:
            for other in ("1", "30"):
                new = with_table(
                    script, name, lambda text, other=other: text.replace(_DELAY, f"- INTERVAL '{other}' SECOND")
                )
                yield Mutation(old, new, both_ways=True)


def _rankings(script):
    """Each ROW_NUMBER: its query, index of its OVER bracket, and its name."""
    for query in script.queries:
        for at, found in enumerate(query.words):
            if found == "ROW_NUMBER" and query.words[at + 3] == "OVER":
                end = query.closing(at + 4)
                named = query.part(at, end + 3)
                if alias(named):
                    yield query.part(at + 5, end), alias(named)


def _bounds(script, name):
    """Where the number of a ranking is compared with a constant: (operator, comparison behind the name)."""
    for query in script.queries:
        for at, sign, constant in comparisons(query):
            if query.tokens[at].text == name and sign in {"<", "<=", "="} and constant.text.isdigit():
                yield sign, int(constant.text), query.part(at + 1, at + 1 + len(sign) + 1)


def _top_n(script):
    for _, name in _rankings(script):
        for sign, number, bound in _bounds(script, name):
            if number < _UNBOUNDED and (sign != "=" or number == 1):
                for more in (1, 2, 5):
                    yield _replaced(script, bound, f"{'<=' if sign == '=' else sign} {number + more}")


def _limit(script):
    for block in script.blocks:
        found = block.clauses.get("LIMIT")
        if found and found.text.isdigit():
            for more in (1, 2, 5):
                yield _replaced(script, found, str(int(found.text) + more))


def _order(script):
    for window, _ in _rankings(script):
        at = window.words.index("ORDER") + 2
        first = window.part(at, len(window.tokens)).split()[0]
        last = first.words[-1]
        expression = first.part(0, len(first.tokens) - 1) if last in {"ASC", "DESC"} else first
        other = "ASC" if last == "DESC" else "DESC"
        yield _replaced(script, first, f"{expression.text} {other}", both_ways=True)


def _tie(script):
    for window, _ in _rankings(script):
        at = window.words.index("ORDER") + 2
        items = window.part(at, len(window.tokens)).split()
        if len(items) > 1 and items[-1].words[-1] in {"ASC", "DESC"}:
            direction = items[-1].part(len(items[-1].tokens) - 1, len(items[-1].tokens))
            yield _replaced(script, direction, {"ASC": "DESC", "DESC": "ASC"}[direction.text], both_ways=True)


def _partition(script):
    """Rows numbered, or summed up, straight from a source."""
    for block in script.blocks:
        name = plain_table(script, block)
        words = block.span.words
        if name and not set(WINDOWS) & script.words and not block.keys:
            for at, found in enumerate(words):
                if found == "PARTITION":
                    key = block.span.part(at + 2, at + 3)
                    for column in other_columns(script, name):
                        yield _replaced(script, key, f"{key.text}, {column.name}", both_ways=True)


def _frame(script):
    for query in script.queries:
        for at, found in enumerate(query.words):
            if found == "PRECEDING" and query.tokens[at - 1].text.isdigit() and "ROWS" in query.words[at - 3 : at]:
                number = query.part(at - 1, at)
                for more in (1, 2):
                    yield _replaced(script, number, str(int(number.text) + more))


def _lag(script):
    for query in script.queries:
        for at, found in enumerate(query.words):
            if found == "LAG":
                offset = query.part(at + 2, query.closing(at + 1)).split()
                if len(offset) == 2 and offset[1].text.isdigit():
                    # Flink remembers the row itself too, so one more is there.
                    yield _replaced(script, offset[1], str(int(offset[1].text) + 2))


def _patterns(script):
    """Each MATCH_RECOGNIZE, without its brackets."""
    for query in script.queries:
        for at, found in enumerate(query.words):
            if found == "MATCH_RECOGNIZE":
                yield query.part(at + 2, query.closing(at + 1))


def _variables(pattern):
    """Names of a pattern's variables, in order."""
    at = pattern.words.index("PATTERN")
    inner = pattern.part(at + 2, pattern.closing(at + 1))
    return list(dict.fromkeys(token.text for token in inner.tokens if token.text.isidentifier()))


def _quantifier(script):
    for pattern in _patterns(script):
        for at, token in enumerate(pattern.tokens):
            if token.text == "{" and pattern.tokens[at + 2].text == "}":
                count = pattern.part(at + 1, at + 2)
                for more in (1, 2):
                    yield _replaced(script, count, str(int(count.text) + more), both_ways=True)


def _first_condition(script):
    """Of the variable that a half-made match has rows of."""
    for pattern in _patterns(script):
        first = _variables(pattern)[0]
        for at, sign, constant in comparisons(pattern):
            whose = [token.text for token in pattern.tokens[at - 2 : at]]
            if whose == [first, "."] and sign in {">", ">="} and constant.text.isdigit():
                for factor in (2, 3):
                    yield _replaced(script, constant, str(int(constant.text) * factor), both_ways=True)


def _within(script):
    for pattern in _patterns(script):
        if "WITHIN" not in pattern.words:
            at = pattern.tokens[pattern.words.index("DEFINE")].start
            for length in ("'1' MINUTE", "'2' HOUR"):
                yield Mutation(script, script.edited((at, at, f"WITHIN INTERVAL {length}\n  ")))


def _variable_renamed(script):
    for pattern in _patterns(script):
        for name in _variables(pattern):
            edits = [(token.start, token.end + 1, f"{name}_one") for token in pattern.tokens if token.text == name]
            yield Mutation(script, script.edited(*edits), both_ways=True)


_CUT = "What is open holds rows of another span of time, or was closed by another one."
_PLACES = "What lay behind the last place is not in the state of every kind of ranking, and was never sent."
_BREAKING = (
    ("window_size", _CUT, _size),
    ("window_step", "Rows were added up in slices that cannot be cut in halves.", _step),
    ("window_offset", _CUT, _offset),
    ("window_tumble_to_hop", "Rows were added up in slices that cannot be cut in halves.", _tumble_to_hop),
    ("watermark_delay", "Rows that one counts are late for the other.", _watermark),
    ("top_n_larger", _PLACES, _top_n),
    ("limit_larger", _PLACES, _limit),
    ("top_n_order", "The state is sorted by the other order, and keeps the other end of it.", _order),
    ("top_n_tie", "The state is sorted by the other order.", _tie),
    ("partition_widened", "State is found by the whole key; under the other one there is none.", _partition),
    ("over_frame_widened", "The rows that the wider frame needs are forgotten.", _frame),
    ("lag_widened", "The row that it needs is forgotten.", _lag),
    ("match_quantifier", "A half-made match stands at a place that the other pattern does not have.", _quantifier),
    (
        "match_first_condition",
        "Half-made matches hold rows that begin none under the other one, or lack some that do.",
        _first_condition,
    ),
    ("match_variable_renamed", "Flink keeps half-made matches under the names of the variables.", _variable_renamed),
)
OPERATORS = (
    *(Operator(name, Label.BREAKING, why, edits) for name, why, edits in _BREAKING),
    Operator("match_within_added", Label.KEEPABLE, "Flink knows when each half-made match began.", _within),
)
