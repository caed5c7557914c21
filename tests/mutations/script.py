"""A job with its tables and views as one SQL file, and the places in it that an edit needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from change_cases import shared

from millstream.sql import FlinkCreate, SqlText, Statement, created, flink_create, is_setting, references, unique
from millstream.sql.tokens import word

_VARIABLE = re.compile(r"\$\{(\w+)[^}]*\}")
_CLAUSES = frozenset({"SELECT", "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT"})
_SET_OPERATORS = frozenset({"UNION", "INTERSECT", "EXCEPT", "MINUS"})


@dataclass(frozen=True)
class Span:
    """A run of lexemes of a statement, `end` exclusive; it may be empty."""

    statement: Statement
    start: int
    end: int

    @property
    def tokens(self):
        return self.statement.tokens[self.start : self.end]

    @property
    def words(self):
        return tuple(map(word, self.tokens))

    @property
    def names(self):
        """The lexemes as written, without quotes: to look for a column."""
        return frozenset(token.text for token in self.tokens)

    @property
    def text(self):
        return self.statement.file.substituted.text[self.offset : self.behind] if self.tokens else ""

    @property
    def offset(self):
        return self.tokens[0].start

    @property
    def behind(self):
        return self.tokens[-1].end + 1

    def part(self, start, end):
        """A part of it; `start` and `end` count from its own beginning."""
        return Span(self.statement, self.start + start, self.start + end)

    def outermost(self):
        """Pairs of index and word of the lexemes that stand in no bracket of this span."""
        depth = 0
        for index, token in enumerate(self.tokens):
            depth -= token.text == ")" and not _quoted(token)
            if depth == 0:
                yield index, word(token)
            depth += token.text == "(" and not _quoted(token)

    def split(self, separator=","):
        """The parts between outermost separators."""
        cuts = [index for index, found in self.outermost() if found == separator]
        starts, ends = [0, *(cut + 1 for cut in cuts)], [*cuts, len(self.tokens)]
        return tuple(self.part(start, end) for start, end in zip(starts, ends, strict=True) if start < end)

    def closing(self, opening):
        """Index of the bracket that closes the one at index `opening`."""
        inner = self.part(opening + 1, len(self.tokens))
        depth = 0
        for index, token in enumerate(inner.tokens):
            depth += (token.text == "(") - (token.text == ")") if not _quoted(token) else 0
            if depth < 0:
                return opening + 1 + index
        raise ValueError(f"no closing bracket: {self.text}")


@dataclass(frozen=True)
class Block:
    """One `SELECT` with its clauses; a clause that is not there is missing from `clauses`."""

    span: Span
    clauses: dict
    top: bool

    @property
    def items(self):
        return self.clauses["SELECT"].split()

    @property
    def source(self):
        return self.clauses.get("FROM")

    @property
    def keys(self):
        """The expressions of GROUP BY."""
        grouped = self.clauses.get("GROUP")
        return grouped.part(1, len(grouped.tokens)).split() if grouped else ()

    @property
    def joined(self):
        return any(found in {"JOIN", ","} for _, found in self.source.outermost())


@dataclass(frozen=True)
class Insert:
    """One `INSERT INTO`: `head` up to the query, `query` without the semicolon."""

    head: Span
    query: Span

    @property
    def sink(self):
        return self.head.tokens[2].text

    @property
    def plain(self):
        """Neither hint nor column list stands behind the sink's name."""
        return len(self.head.tokens) == 3


@dataclass(frozen=True)
class Script:
    """Settings, `CREATE`s and one job, as in a case's `old.sql`; variables stay as written."""

    text: str

    @cached_property
    def statements(self):
        return _parsed(self.text)

    @cached_property
    def settings(self):
        return tuple(found for found in self.statements if is_setting(found))

    @cached_property
    def creates(self):
        return {made.name.text: found for found in self.statements if (made := created(found))}

    @cached_property
    def job(self):
        (job,) = (found for found in self.statements if not is_setting(found) and not created(found))
        return job

    @cached_property
    def views(self):
        return {name: found for name, found in self.creates.items() if created(found).kind == "VIEW"}

    @cached_property
    def tables(self) -> dict[str, FlinkCreate]:
        """Tables by name, shared ones included, as far as the job or a view names them."""
        every = shared() | self.creates
        used = {name for query in self.queries for name in query.names}
        return {
            name: flink_create(found, created(found).behind)
            for name, found in every.items()
            if name in used and created(found).kind == "TABLE"
        }

    @cached_property
    def queries(self):
        """The job and the bodies of all views."""
        bodies = (Span(view, created(view).behind + 1, len(view.tokens)) for view in self.views.values())
        return (Span(self.job, 0, len(self.job.tokens)), *bodies)

    @cached_property
    def words(self):
        return frozenset(found for query in self.queries for found in query.words)

    @cached_property
    def inserts(self):
        return tuple(_inserts(self.job))

    @cached_property
    def blocks(self):
        """Every `SELECT`; the top ones are those whose columns an `INSERT` writes."""
        tops = [insert.query for insert in self.inserts]
        bodies = [*tops, *self.queries[1:]]
        return tuple(block for body in bodies for block in _blocks(body, any(body is top for top in tops)))

    def reach(self, insert):
        """The insert's query and the bodies of the views it reads, however far away."""
        found, names = [insert.query], insert.query.names
        for name in reversed(self.views):
            if name in names:
                body = next(q for q in self.queries[1:] if q.statement is self.views[name])
                found.append(body)
                names |= body.names
        return found

    @cached_property
    def reads(self):
        """Names of the tables that the job reads, through views too."""
        named = {name for query in self.queries for name in unique(references(query.statement).reads)}
        return [name for name in self.tables if name in named]

    def edited(self, *edits):
        """The script with stretches of text replaced: (start, end, text), in any order."""
        text = self.text
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        return Script(text)

    def preceded(self, statement):
        """The script with one more statement in front of the job."""
        at = self.job.tokens[0].start
        return self.edited((at, at, f"{statement}\n\n"))


def _quoted(token):
    return token.token_type.name in {"STRING", "IDENTIFIER"}


def _parsed(text):
    """Each variable stands for itself, so offsets are those of the text as written."""
    themselves = {found[1]: found[0] for found in _VARIABLE.finditer(text)}
    return SqlText.read(Path("<script>"), text, themselves).statements


def _inserts(job):
    starts = [index for index, token in enumerate(job.tokens) if word(token) == "INSERT"]
    for start in starts:
        rest = Span(job, start, len(job.tokens))
        end = next((i for i, token in enumerate(rest.tokens) if token.text == ";"), len(rest.tokens))
        query = next(i for i, found in rest.outermost() if found in {"SELECT", "WITH"})
        yield Insert(rest.part(0, query), rest.part(query, end))


def _blocks(query, written):
    for index, found in enumerate(query.words):
        if found == "SELECT":
            rest = query.part(index, len(query.tokens))
            end = _block_end(rest)
            outside = not any(i == index for i, _ in query.outermost())
            yield Block(rest.part(0, end), _clauses(rest.part(0, end)), top=written and not outside)


def _block_end(rest):
    depth = 0
    for index, token in enumerate(rest.tokens):
        if not _quoted(token):
            depth += (token.text == "(") - (token.text == ")")
        if depth < 0 or (depth == 0 and word(token) in _SET_OPERATORS):
            return index
    return len(rest.tokens)


def _clauses(block):
    starts = [(index, found) for index, found in block.outermost() if found in _CLAUSES]
    ends = [*(index for index, _ in starts[1:]), len(block.tokens)]
    return {found: block.part(index + 1, end) for (index, found), end in zip(starts, ends, strict=True)}
