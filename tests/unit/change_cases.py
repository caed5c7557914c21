"""The corpus of changes: what stands in a case's folder, and what the planner is asked of it."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from projects import VARIABLES

from millstream.compiled import CompiledPlan
from millstream.flinkplan import Bundle, JobSource, Statement, Template
from millstream.plan.state import Side, judge_change
from millstream.rehearse import JobChange
from millstream.sql import SqlText, created, flink_create, is_setting, setting

ROOT = Path(__file__).parents[1] / "cases" / "changes"
TABLES = ROOT / "_tables"
FAMILIES = frozenset(
    [
        "aggregate",
        "cte",
        "deduplication",
        "distinct",
        "filter",
        "group_key",
        "having",
        "hint",
        "join_interval",
        "join_lookup",
        "join_regular",
        "join_temporal",
        "match_recognize",
        "parallelism",
        "projection",
        "rename",
        "sink_option",
        "source_option",
        "state_backend",
        "statement_set",
        "top_n",
        "ttl",
        "udf",
        "union",
        "view",
        "watermark",
        "window_cumulate",
        "window_hop",
        "window_session",
        "window_tumble",
    ]
)


@dataclass(frozen=True)
class Sql:
    """One side of a change: its `CREATE`s by name, its settings, and its job."""

    creates: dict
    settings: tuple
    job: str
    template: str

    @property
    def tables(self):
        """What the side creates, shared tables first; views come last, in their own order."""
        return shared() | self.creates

    @property
    def source(self):
        statements = (Statement(f"flink_table.{name}", found.text) for name, found in self.tables.items())
        return JobSource(tuple(statements), Statement("job.change", self.job), self.settings)

    def with_plan(self, plan):
        tables = {name: table.template for name, table in self.tables.items()}
        return Side(CompiledPlan.parse(plan), self.template, tables, dict(self.settings))


@dataclass(frozen=True)
class Change:
    """One folder of the corpus."""

    folder: Path

    def __str__(self):
        return self.folder.name

    @property
    def told(self):
        return tomllib.loads((self.folder / "case.toml").read_text(encoding="utf-8"))

    @property
    def sides(self):
        return tuple(read(self.folder / name) for name in ("old.sql", "new.sql"))

    @property
    def bundles(self):
        """Both sides as `apply` keeps them: templates, and nothing filled in."""
        old, new = (
            Bundle(
                tuple(Template(f"flink_table.{name}", found.template) for name, found in side.tables.items()),
                Template("job.change", side.template),
                "change",
                side.settings,
            )
            for side in self.sides
        )
        return JobChange(self.folder.name, old, new)

    @property
    def events(self):
        return [json.loads(line) for line in (self.folder / "events.jsonl").read_text(encoding="utf-8").splitlines()]

    def judged(self, plans):
        """The verdict as `apply` gives it: by both plans, and by what no plan holds."""
        return judged(*self.sides, plans)


def judged(old, new, plans):
    """The verdict on two sides, given their compiled plans."""
    return judge_change(*(side.with_plan(plan) for side, plan in zip((old, new), plans, strict=True)))


CHANGES = [Change(file.parent) for file in sorted(ROOT.glob("*/case.toml"))]


def statements(path):
    return _statements(path, path.read_text(encoding="utf-8"))


def _statements(path, source):
    text = SqlText.read(path, source, VARIABLES)
    assert not text.substituted.diagnostics
    return text.statements


@cache
def shared():
    """The tables that all cases share, by name."""
    return {path.stem: statement for path in sorted(TABLES.glob("*.sql")) for statement in statements(path)}


@cache
def columns():
    """Column names of the shared sources, by topic."""
    tables = [flink_create(found, created(found).behind) for found in shared().values()]
    return {table.values["topic"]: [c.name for c in table.columns] for table in tables if "topic" in table.values}


def read(path):
    return _side(statements(path))


def parsed(text):
    """One side of a change that lies in no file."""
    return _side(_statements(Path("change.sql"), text))


def _side(found):
    creates = {made.name.text: one for one in found if (made := created(one))}
    settings = tuple((pair.key, pair.value) for one in found if is_setting(one) and (pair := setting(one)))
    (job,) = (one for one in found if not is_setting(one) and not created(one))
    return Sql(creates, settings, job.text, job.template)
