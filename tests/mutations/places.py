"""Questions that decide whether a label is certain at a place: which state is there, and which columns are free."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from change_cases import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mutations.script import Span

WINDOWS = ("TUMBLE", "HOP", "CUMULATE", "SESSION")
AGGREGATES = ("COUNT", "SUM", "MAX", "MIN", "AVG", "FIRST_VALUE", "LAST_VALUE", "LISTAGG")
# By contract of the data these follow from the key they are grouped by: a user's country, a salesperson's name.
DEPENDENT = frozenset({"country", "salesperson"})
_NUMBER = re.compile(r"(?:TINYINT|SMALLINT|INT|BIGINT|DECIMAL)\b")
_WORD = re.compile(r"STRING\b")


@dataclass(frozen=True)
class Call:
    """An aggregate's call: `span` from its name to its closing bracket."""

    span: Span

    @property
    def function(self):
        return self.span.words[0]

    @property
    def distinct(self):
        return self.span.words[2] == "DISTINCT"

    @property
    def argument(self):
        return self.span.part(3 if self.distinct else 2, len(self.span.tokens) - 1)

    @property
    def filtered(self):
        behind = self.span.statement.tokens[self.span.end : self.span.end + 1]
        return bool(behind) and behind[0].text.upper() == "FILTER"


def comparisons(span):
    """Each `name operator constant`: (index of the name, operator, constant). The lexer splits `<=` in two."""
    texts = [token.text for token in span.tokens]
    for at in range(len(texts)):
        size = 2 if "".join(texts[at + 1 : at + 3]) in {">=", "<=", "<>"} else 1
        sign = "".join(texts[at + 1 : at + 1 + size])
        constant = span.part(at + 1 + size, at + 2 + size)
        if sign in {">", ">=", "<", "<=", "=", "<>"} and constant.tokens and at + 2 + size <= len(texts):
            yield at, sign, constant


def holds_rows(script, insert):
    """Kinds of state between the insert's sources and its sink; empty when it is projections and filters alone."""
    return frozenset(kind for span in script.reach(insert) for kind in _kinds(span.words))


def all_hold_rows(script):
    return all(holds_rows(script, insert) for insert in script.inserts)


def grouped_without_window(script):
    """Whether all inserts pass a GROUP BY, join or ranking whose rows are forgotten by time to live alone."""
    bounded = {*WINDOWS, "INTERVAL", "SYSTEM_TIME", "MATCH_RECOGNIZE"} & script.words
    return not bounded and all(holds_rows(script, i) & {"group", "join", "ranking"} for i in script.inserts)


def _kinds(words) -> Iterator[str]:
    for at, found in enumerate(words):
        behind = words[at + 1 : at + 2]
        if (found, *behind) in {("GROUP", "BY"), ("SELECT", "DISTINCT")}:
            yield "group"
        elif found == "OVER":
            yield "ranking" if words[at - 3 : at] == ("ROW_NUMBER", "(", ")") else "over"
        elif found in {"MATCH_RECOGNIZE", "LIMIT"}:
            yield found.lower()
        elif found == "UNION" and behind != ("ALL",):
            yield "group"
        elif found == "JOIN" and words[at - 1] != "CROSS":
            yield from _join(words[at + 1 : at + 5])


def _join(behind):
    # A versioned or looked-up table: what of it is kept is a matter of its own.
    yield "temporal" if "SYSTEM_TIME" in behind else "join"


def calls(span):
    """Aggregates in a span, but for those of a subquery or an OVER clause."""
    found = span.words
    for at, name in enumerate(found):
        if name in AGGREGATES and found[at + 1 : at + 2] == ("(",):
            call = span.part(at, span.closing(at + 1) + 1)
            behind = span.statement.tokens[call.end : call.end + 1]
            if "SELECT" not in call.words and not (behind and behind[0].text.upper() == "OVER"):
                yield Call(call)


def written(script, block):
    """Items of a block that reach a sink for sure: of a top block all, else those whose name a top block writes."""
    if block.top:
        return block.items
    tops = [item.names for top in script.blocks if top.top for item in top.items]
    used = frozenset[str]().union(*tops)
    named = [name for other in script.blocks for item in other.items if (name := alias(item))]
    return tuple(item for item in block.items if (name := alias(item)) in used and named.count(name) == 1)


def alias(item):
    """The name that an item gives itself with AS."""
    return item.tokens[-1].text if len(item.tokens) > 2 and item.words[-2] == "AS" else None


def expression(item):
    """The item without its alias."""
    return item.part(0, len(item.tokens) - 2) if alias(item) else item


def plain_table(script, block):
    """The only source of a block, when that is a keyless JSON topic: each record is a row, and none is taken back."""
    if block.source is None or block.joined or "MATCH_RECOGNIZE" in block.source.words:
        return None
    named = [name for name in script.reads if name in block.source.names]
    nested = "SELECT" in block.source.words
    return named[0] if len(named) == 1 and not nested and is_plain(script, named[0]) else None


def is_plain(script, name):
    table = script.tables[name]
    return not table.primary_key and table.values.get("value.format") == "json" and "topic" in table.values


def keys(script):
    """Names that stand in any key: of groups, partitions and joins."""
    found: set[str] = set()
    for query in script.queries:
        words = query.words
        for at, name in enumerate(words):
            if name == "ON" or (name in {"GROUP", "PARTITION"} and words[at + 1 : at + 2] == ("BY",)):
                found |= _up_to_clause(query, at + 1)
    return found


def _up_to_clause(query, start):
    rest = query.part(start, len(query.tokens))
    depth = 0
    for index, token in enumerate(rest.tokens):
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0 or (
            depth == 0 and rest.words[index] in {"HAVING", "ORDER", "WHERE", "JOIN", "SELECT", "MEASURES"}
        ):
            return rest.part(0, index).names
    return rest.names


def filtered_names(script):
    """Names that stand in any WHERE, HAVING or FILTER."""
    clauses = (block.clauses.get(name) for block in script.blocks for name in ("WHERE", "HAVING"))
    found = frozenset[str]().union(*(clause.names for clause in clauses if clause))
    aggregates = (query.names for query in script.queries if "FILTER" in query.words)
    return found.union(*aggregates)


def free_columns(script, table):
    """Columns of a source that no query names: nothing is known of them, and no state holds them."""
    mentioned = frozenset[str]().union(*(query.names for query in script.queries)) | DEPENDENT
    return [column for column in script.tables[table].columns if column.name not in mentioned and _kind(column)]


def other_columns(script, table):
    """Columns of a source that are neither key nor filtered, so that they differ within a group."""
    taken = keys(script) | filtered_names(script) | DEPENDENT
    return [column for column in script.tables[table].columns if column.name not in taken and _kind(column)]


def is_number(type_):
    return bool(_NUMBER.match(type_))


def is_word(type_):
    return bool(_WORD.match(type_))


def _kind(column):
    return is_number(column.type) or is_word(column.type)


def test(column):
    """A condition on a column that some values pass and others do not."""
    return f"{column.name} > 47" if is_number(column.type) else f"CHAR_LENGTH({column.name}) > 3"


def row_wise(script, insert):
    """Whether the sink remembers no rows: it has no key, or its key is the key of the top block's groups.

    Otherwise Flink may put a materializer in front of it, which keeps rows as the query computed them.
    """
    table = script.tables.get(insert.sink)
    if table is None or not insert.plain:
        return False
    if not table.primary_key:
        return True
    (block, *others) = (found for found in script.blocks if found.top and within(found, insert))
    if others or not block.keys or len(block.items) != len(table.columns):
        return False
    of_key = {item.text for item, column in positions(block, table) if column.name in table.primary_key}
    grouped = {key.text for key in block.keys}
    return of_key <= grouped and grouped - of_key <= {"window_start", "window_end"}


def positions(block, table):
    """The items of a top block with the columns they are written to."""
    return list(zip(block.items, table.columns, strict=False))


def within(block, insert):
    """Whether a block stands in an insert's own query."""
    own = insert.query
    return block.span.statement is own.statement and own.start <= block.span.start < own.end


def fixed_columns(table):
    """Columns by which a reader tells rows apart: of the key, of the topic's key."""
    return {*table.primary_key, *table.values.get("key.fields", "").split(";")}


def with_table(script, name, change):
    """The script with the declaration of a table changed; a shared table is declared in the script itself then."""
    if name in script.creates:
        statement = script.creates[name]
        at, end = statement.tokens[0].start, statement.end
        return script.edited((at, end, change(script.text[at:end])))
    text = (TABLES / f"{name}.sql").read_text(encoding="utf-8")
    at = script.statements[0].tokens[0].start
    return script.edited((at, at, change(text[text.index("CREATE TABLE") :].rstrip()) + "\n\n"))


def with_setting(script, pair):
    """The script with one more `SET` at its head."""
    at = script.statements[0].tokens[0].start
    return script.edited((at, at, f"SET {pair};\n\n"))
