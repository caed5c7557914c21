"""The verdict: can the running job's state go on under the changed SQL?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from millstream.plan.state.matching import Matching, match
from millstream.plan.state.node_types import Holds, holds
from millstream.plan.state.reasons import differences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from millstream.compiled import CompiledPlan, Node

_KEPT_BY_CONTENT = frozenset({Holds.STATE, Holds.UNKNOWN})


class Verdict(StrEnum):
    """What becomes of a job's state.

    `KEEP`: all of it goes on. `SPLIT`: all of it goes on, but something new would start from now instead of from the
    beginning, so it belongs into a job of its own. `REBUILD`: some of it fits nothing in the new plan.
    """

    KEEP = "keep"
    SPLIT = "split"
    REBUILD = "rebuild"


@dataclass(frozen=True)
class StateVerdict:
    """What a change does to state, and why.

    Args:
        verdict: the outcome.
        matching: the nodes' partners, to renumber the plan by.
        reasons: what differs, in words of SQL; empty when all is kept and nothing was left out.
        leaves_out: whether the savepoint holds something that nobody takes up any more, by intention: a removed
            insert's writer, or a source that nobody reads. Only then may a restore ignore unclaimed state.
    """

    verdict: Verdict
    matching: Matching
    reasons: tuple[str, ...]
    leaves_out: bool = False

    def worsened(self, verdict: Verdict, reasons: tuple[str, ...]) -> StateVerdict:
        """The same with a severer outcome, for reasons outside of the plans."""
        return replace(self, verdict=verdict, reasons=(*reasons, *self.reasons), leaves_out=False)


def unjudged(new: CompiledPlan, reason: str) -> StateVerdict:
    """The verdict where there is nothing to compare with."""
    return StateVerdict(Verdict.REBUILD, Matching({}, (), tuple(new.nodes.values())), (reason,))


def judge(old: CompiledPlan, new: CompiledPlan) -> StateVerdict:
    """Compare the plan that runs with the one that is wanted.

    A plan of another Flink minor version is never kept: nothing promises that operators of one read what those of
    the other wrote under the same id.
    """
    if _minor(old.flink_version) != _minor(new.flink_version):
        everything = Matching({}, tuple(old.nodes.values()), tuple(new.nodes.values()))
        return StateVerdict(Verdict.REBUILD, everything, (f"Flink {old.flink_version} → {new.flink_version}",))
    matching = match(old, new)
    removed = {node.id for node in matching.lost if _fed_only_removed_sinks(node, old, new)}
    lost = [node for node in matching.lost if holds(node) in _KEPT_BY_CONTENT and node.id not in removed]
    fresh = [node for node in matching.fresh if holds(node) in _KEPT_BY_CONTENT]
    left = [node for node in matching.lost if holds(node) is not Holds.NOTHING]
    verdict = Verdict.REBUILD if lost else Verdict.SPLIT if fresh else Verdict.KEEP
    reasons = differences(matching) if lost or fresh or left else ()
    return StateVerdict(verdict, matching, tuple(reasons), leaves_out=verdict is not Verdict.REBUILD and bool(left))


def _fed_only_removed_sinks(node: Node, old: CompiledPlan, new: CompiledPlan) -> bool:
    return not old.sinks[node.id] & _tables(new.sinks.values())


def _tables(sinks: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sinks)


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])
