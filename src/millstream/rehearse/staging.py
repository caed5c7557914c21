"""A job turned to throw-away topics: what it reads, what it writes, and nothing that is live.

Tables of topics keep their options under other topics; what is written to a database is written to a topic of the same
columns and key. A lookup table stays what it is, for it is only asked. Watermarks move with every record instead of
every 200 ms, so that a run does not depend on how fast records come.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import TokenType

from millstream.flinkplan import JobSource, secret_values
from millstream.flinkplan import Statement as Sent
from millstream.rehearse.model import NotRehearsable
from millstream.rehearse.standins import Names, Sink, read_options, topics, written_options
from millstream.sql import FlinkCreate, SqlText, created, flink_create, references, table_name
from millstream.sql.hints import table_hints
from millstream.sql.tokens import word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.flinkplan import Bundle, Template
    from millstream.sql import Statement

# Decided by the rehearsal: it looks often, and a job that fails is to say so at once.
_DECIDED = ("execution.checkpointing.", "restart-strategy.")
_NO_RESTART = ("restart-strategy.type", "none")
# Otherwise a job takes as many slots as whoever submits it has cores.
_ALONE = ("parallelism.default", "1")


@dataclass(frozen=True)
class Staged:
    """A job in throw-away topics.

    Args:
        source: what the planner is asked.
        group: the consumer group it commits its offsets under.
        reads: topics it reads: live name → throw-away name.
        sinks: what it writes.
    """

    source: JobSource = field(repr=False)
    group: str
    reads: Mapping[str, str]
    sinks: tuple[Sink, ...]


def stage(bundle: Bundle, variables: Mapping[str, str], names: Names) -> Staged:
    """Turn a job to throw-away topics.

    Args:
        bundle: the job as templates.
        variables: what stands for their `${VAR}`s; `KAFKA_BOOTSTRAP` among them.
        names: of this run.

    Raises:
        NotRehearsable: it reads or writes something that no topic can stand in for.
    """
    known = {**variables, "NS": bundle.namespace}
    tables: dict[str, tuple[str, Statement]] = {}
    views: dict[str, tuple[str, Statement]] = {}
    for template in bundle.tables:
        statement = _statement(template, known)
        header = created(statement)
        if header is None:
            raise NotRehearsable(f"{template.resource} is no table and no view")
        (tables if header.kind == "TABLE" else views)[table_name(header.name)] = (template.resource, statement)
    job = _statement(bundle.job, known)
    return _Staging(bundle, known, names, tables, views, job).staged()


@dataclass(frozen=True)
class _Staging:
    bundle: Bundle
    variables: Mapping[str, str]
    names: Names
    tables: Mapping[str, tuple[str, Statement]]
    views: Mapping[str, tuple[str, Statement]]
    job: Statement

    def staged(self) -> Staged:
        self._see_apart()
        sinks = {name: self._written(name) for name in self.tables if name in self._writes}
        read = {name: read_options(name, self._create(name), self.names) for name in self.tables if name in self._reads}
        options = read | {name: found for name, (found, _) in sinks.items()}
        made = [Sent(self.tables[name][0], _with_options(self.tables[name][1], options[name])) for name in options]
        source = JobSource(
            (*made, *(Sent(resource, view.text) for resource, view in self.views.values())),
            Sent(self.bundle.job.resource, _without_options(self.job)),
            (_ALONE, *self._settings(), _NO_RESTART),
            secret_values(self.variables),
        )
        live = {topic: self.names.read(topic) for name in read for topic in topics(self._create(name))}
        return Staged(source, self.names.group, live, tuple(sink for _, sink in sinks.values()))

    @cached_property
    def _reads(self) -> frozenset[str]:
        statements = (self.job, *(view for _, view in self.views.values()))
        return frozenset(table_name(name) for one in statements for name in references(one).reads)

    @cached_property
    def _writes(self) -> frozenset[str]:
        return frozenset(table_name(name) for name in references(self.job).writes)

    def _create(self, name: str) -> FlinkCreate:
        statement = self.tables[name][1]
        header = created(statement)
        found = flink_create(statement, header.behind) if header else None
        if found is None or found.like or not found.options:
            raise NotRehearsable(f"table {name} takes its options from another one")
        return found

    def _see_apart(self) -> None:
        """A topic that a job both reads and writes would need one name on both sides."""
        read, written = (
            {topic for name in sorted(names & self.tables.keys()) for topic in topics(self._create(name))}
            for names in (self._reads, self._writes)
        )
        for topic in sorted(read & written):
            raise NotRehearsable(f"it reads and writes topic {topic}")

    def _written(self, name: str) -> tuple[Mapping[str, str], Sink]:
        return written_options(
            name, self._create(name), self._hinted.get(name, {}), self.names, self.variables["KAFKA_BOOTSTRAP"]
        )

    @cached_property
    def _hinted(self) -> Mapping[str, Mapping[str, str]]:
        """The options that the job's hints give the tables it writes, by table."""
        hints = table_hints(self.job)
        found: dict[str, dict[str, str]] = {}
        for name in references(self.job).writes:
            given = {option.key: option.value for option in hints.get(name.where, ())}
            found.setdefault(table_name(name), {}).update(given)
        return found

    def _settings(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            (key, SqlText.read(Path(self.bundle.job.resource), value, self.variables).substituted.text)
            for key, value in self.bundle.settings
            if not key.startswith(_DECIDED)
        )


def _statement(template: Template, variables: Mapping[str, str]) -> Statement:
    text = SqlText.read(Path(template.resource), template.text, variables)
    if text.substituted.diagnostics:
        raise NotRehearsable(f"{template.resource}: {text.substituted.diagnostics[0].summary}")
    (statement,) = text.statements
    return statement


def _with_options(statement: Statement, options: Mapping[str, str]) -> str:
    """The `CREATE TABLE` with other options."""
    text = statement.file.substituted.text
    start = max(token.start for token in statement.tokens if word(token) == "WITH")
    listed = ", ".join(f"{_quoted(key)} = {_quoted(value)}" for key, value in options.items())
    return f"{text[statement.tokens[0].start : start]}WITH ({listed})"


def _without_options(job: Statement) -> str:
    """The statement without `OPTIONS` hints: what they say is said of the tables, and names live topics here."""
    text, start, end = job.file.substituted.text, job.tokens[0].start, job.end
    for token in reversed(job.tokens):
        if token.token_type is TokenType.HINT and "OPTIONS" in text[token.start : token.end].upper():
            text = text[: token.start] + text[token.end + 1 :]
            end -= token.end + 1 - token.start
    return text[start:end]


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
