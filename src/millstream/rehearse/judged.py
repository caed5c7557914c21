"""What millstream says of a change: by both plans, and by what no plan holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.plan.state import Side, judge_change

if TYPE_CHECKING:
    from millstream.compiled import CompiledPlan
    from millstream.flinkplan import Bundle
    from millstream.plan.state import StateVerdict
    from millstream.rehearse.model import JobChange


def judged(change: JobChange, old: CompiledPlan, new: CompiledPlan) -> StateVerdict:
    """The verdict that apply goes by.

    Args:
        change: both sides as templates.
        old: the plan of the one that runs.
        new: the plan of the one that is wanted.
    """
    return judge_change(_side(change.old, old), _side(change.new, new))


def _side(bundle: Bundle, plan: CompiledPlan) -> Side:
    return Side(plan, bundle.job.text, bundle.creates, dict(bundle.settings))
