"""The verdict: can the running job's state go on under the changed SQL?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from millstream.plan.state.flow import feeders, sources
from millstream.plan.state.matching import Matching, match
from millstream.plan.state.node_types import Holds, holds
from millstream.plan.state.reasons import differences, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from millstream.compiled import CompiledPlan, Node

_KEPT_BY_CONTENT = frozenset({Holds.STATE, Holds.UNKNOWN})
_REMEMBERED = _KEPT_BY_CONTENT | {Holds.OFFSETS}


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
    findings = _Comparison(old, new, matching)
    left = [node for node in matching.lost if holds(node) is not Holds.NOTHING]
    contradictions = tuple(findings.contradictions())
    rebuilt = bool(contradictions or findings.lost() or not findings.keeps_a_sink())
    late = findings.starts_now()
    verdict = Verdict.REBUILD if rebuilt else Verdict.SPLIT if late else Verdict.KEEP
    told = tuple(differences(matching)) if left or verdict is not Verdict.KEEP else ()
    begun = tuple(f"table {node.table} would begin at the savepoint" for node in late if node.kind == "sink")
    reasons = (*contradictions, *(begun if verdict is Verdict.SPLIT else ()), *told)
    return StateVerdict(verdict, matching, reasons, leaves_out=not rebuilt and bool(left))


@dataclass(frozen=True)
class _Comparison:
    """What becomes of that which is remembered, beyond each node by itself."""

    old: CompiledPlan
    new: CompiledPlan
    matching: Matching

    def lost(self) -> bool:
        """Whether something remembered is lost whose traces stay: in a result that is written on."""
        written = _tables(self.new.sinks.values())
        return any(holds(node) in _REMEMBERED and self.old.sinks[node.id] & written for node in self.matching.lost)

    def keeps_a_sink(self) -> bool:
        """Whether any result of the old plan is still written; otherwise it is another job."""
        return bool(_tables(self.old.sinks.values()) & _tables(self.new.sinks.values()))

    def starts_now(self) -> Sequence[Node]:
        """What is new and would miss the rows that a source has read before the savepoint."""
        reach = sources(self.new)
        return [
            node
            for node in self.matching.fresh
            if (node.kind == "sink" or holds(node) in _KEPT_BY_CONTENT) and reach[node.id] & self.matching.pairs.keys()
        ]

    def contradictions(self) -> Iterator[str]:
        """Tell where kept parts no longer belong together."""
        yield from self._read_again()
        yield from self._fed_by_others()
        yield from self._forgotten_sooner()

    def _read_again(self) -> Iterator[str]:
        """A second reader of a table begins at its beginning: what it feeds has seen those rows."""
        known = {node.table for node in self.old if holds(node) is Holds.OFFSETS}
        written = _tables(self.old.sinks.values())
        for node in self.matching.fresh:
            if holds(node) is Holds.OFFSETS and node.table in known and self.new.sinks[node.id] & written:
                yield f"table {node.table} is read once more, from its beginning"

    def _fed_by_others(self) -> Iterator[str]:
        """A table goes on with what an operator remembers only while the same operator feeds it."""
        before, after = feeders(self.old), feeders(self.new)
        kept = set(self.matching.pairs.values())
        for number, other in self.matching.pairs.items():
            node = self.new.nodes[number]
            fed = {self.matching.pairs[n] for n in after[number] if n in self.matching.pairs}
            if node.kind == "sink" and fed != before[other] & kept:
                yield f"table {node.table} would go on from the state of another result"

    def _forgotten_sooner(self) -> Iterator[str]:
        """State that was quiet for longer than the new time to live is gone the moment it is restored."""
        for number, other in self.matching.pairs.items():
            before, after = self.old.nodes[other].ttl, self.new.nodes[number].ttl
            if any(0 < new < old for old, new in zip(before, after, strict=False)):
                yield f"time to live of {named(self.new.nodes[number])}: shorter than before"


def _tables(sinks: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sinks)


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])
