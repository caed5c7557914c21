"""State that only grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.compiled import NOTHING
from millstream.diagnostics import Diagnostic, warning
from millstream.project.model import Job, Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.compiled import CompiledPlan, Node
    from millstream.project.model import ResourceId

TTL = "table.exec.state.ttl"
_NEVER = "0 ms"


def check(project: Project, plans: Mapping[ResourceId, CompiledPlan]) -> Iterator[Diagnostic]:
    """FLK011: a join, sum, ranking or deduplication keeps a row for every key it ever saw."""
    for job in project.of(Job):
        # Whoever writes the setting has thought of it, also of the `0 s` that means for ever.
        if TTL in dict(job.settings):
            continue
        plan = plans.get(job.id, NOTHING)
        kept = dict.fromkeys(word for operator in plan if _keeps(operator) for word in _words(operator, plan))
        if kept:
            mend = f"write SET '{TTL}' = '7 d' (or '0 s' when it is meant) at the head, or a /*+ STATE_TTL(…) */ hint"
            yield warning("FLK011", f"state is kept for ever: {'; '.join(kept)}", job.where, mend)


def _keeps(operator: Node) -> bool:
    return any(state.get("ttl") == _NEVER for state in operator.content.get("state", ()))


def _words(operator: Node, plan: CompiledPlan) -> Iterator[str]:
    """What the operator is in SQL; nothing for one whose state does not grow, or that SQL does not show."""
    content, fields = operator.content, operator.fields
    if operator.kind in {"group-aggregate", "global-group-aggregate"} and content.get("grouping"):
        # The keys stand in front of what is aggregated.
        yield f"GROUP BY{_listed(fields[: len(content['grouping'])])}"
    elif operator.kind == "join":
        left = plan.inputs_of(operator)[0].fields
        keys = [left[index] for index in content["joinSpec"].get("leftKeys", ()) if index < len(left)]
        yield f"join on{_listed(keys)}" if keys else "join without a key"
    elif operator.kind == "rank" and content["partition"].get("fields"):
        yield f"ROW_NUMBER by{_listed([fields[index] for index in content['partition']['fields']])}"
    elif operator.kind == "deduplicate" and content.get("uniqueKeys"):
        yield f"ROW_NUMBER by{_listed([fields[index] for index in content['uniqueKeys']])}"


def _listed(names: Sequence[str]) -> str:
    """Names Flink made up itself begin with a dollar sign and say nothing."""
    known = [name for name in names if not name.startswith("$")]
    return f" {', '.join(known)}" + (" …" if len(known) < len(names) else "") if known else " what the query computes"
