"""The plan that is executed: matched nodes under their old ids, all others under ids that no state has."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING

from millstream.compiled import CompiledPlan

if TYPE_CHECKING:
    from millstream.plan.state.matching import Matching


def renumber(new: CompiledPlan, matching: Matching, highest_ever: int) -> CompiledPlan:
    """Give each matched node its partner's id.

    Args:
        new: the plan as just compiled; its own ids come from a counter of the JVM and mean nothing.
        matching: its nodes' partners in the plan that runs.
        highest_ever: the highest id that any plan of this job has had, so that no fresh node meets old state.

    Returns:
        The same plan under other ids.
    """
    unused = count(highest_ever + 1)
    ids = {number: matching.pairs.get(number) or next(unused) for number in new.nodes}
    plan = json.loads(new.text)
    for node in plan["nodes"]:
        node["id"] = ids[node["id"]]
    for edge in plan["edges"]:
        edge["source"], edge["target"] = ids[edge["source"]], ids[edge["target"]]
    return CompiledPlan.parse(json.dumps(plan))
