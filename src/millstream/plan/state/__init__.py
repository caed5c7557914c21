"""What a changed job does to the state of the running one, told before it happens.

Flink attaches old state by operator id and asks nothing about meaning. So two compiled plans are compared node by node:
what computes the same from the same gets the old id and with it the old state, everything else gets an id that no
state has. The pipeline is the list of files: node_types (which hold state), canonical (what a node says, in one
spelling), watermarks (whether anybody waits for one), signature (what a node computes), matching (old node and new
node), verdict (keep, split, rebuild) and renumbering (the plan to execute); settings and tables compare what no plan
holds, change puts both together, and reasons puts the difference into words.
"""

from millstream.plan.state.change import Side, judge_change
from millstream.plan.state.matching import Matching, match
from millstream.plan.state.renumbering import renumber
from millstream.plan.state.verdict import StateVerdict, Verdict, judge, unjudged

__all__ = [
    "Matching",
    "Side",
    "StateVerdict",
    "Verdict",
    "judge",
    "judge_change",
    "match",
    "renumber",
    "unjudged",
]
