"""A changed job judged as a whole: by both plans, and by what no plan holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.plan.state.settings import changed_settings
from millstream.plan.state.tables import changed_tables
from millstream.plan.state.verdict import StateVerdict, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.compiled import CompiledPlan


@dataclass(frozen=True)
class Side:
    """One side of a change. Texts are templates: variables stay variables, so no secret comes into a reason.

    Args:
        plan: the compiled plan.
        statement: the job's own statement, whose hints override options of tables.
        tables: the `CREATE TABLE`s it reaches, by name.
        settings: its `SET` pairs.
    """

    plan: CompiledPlan
    statement: str
    tables: Mapping[str, str]
    settings: Mapping[str, str]


def judge_change(old: Side, new: Side) -> StateVerdict:
    """Tell what a change does to the state of a running job.

    Args:
        old: what runs.
        new: what is wanted.
    """
    found = judge(old.plan, new.plan)
    outside = (
        *changed_tables(old.tables, new.tables, old.statement, new.statement),
        *changed_settings(old.settings, new.settings),
    )
    return found.worsened(Verdict.REBUILD, outside) if outside else found
