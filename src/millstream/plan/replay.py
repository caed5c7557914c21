"""How far a job that loses its state can make its results again, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from millstream.plan.state.reasons import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.compiled import CompiledPlan, Node
    from millstream.observation import Retained

# As Flink describes windows: `TUMBLE(…, size=[1 min])`, `CUMULATE(…, max_size=[1 d])`, `SESSION(…, gap=[1 s])`.
_SPAN = re.compile(r"\b(?:size|max_size|gap)=\[(\d+) (ms|s|min|h|d)\]")
_BOUND = re.compile(r"\bleft(?:Lower|Upper)Bound=(-?\d+)")
_UNITS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}


def reach(plan: CompiledPlan, topics: Mapping[str, Retained], starts: Mapping[str, str]) -> str:
    """Tell from when on results are made again.

    Args:
        plan: of the job, as it will run.
        topics: what the topics that it reads still have.
        starts: of those that it does not read from their beginning, where it starts instead.

    Returns:
        A sentence, empty for a job that reads no topic.
    """
    for topic, start in sorted(starts.items()):
        return f"topic {topic} is read from `{start}` on, so older results are not made again"
    cut = {topic: found.since for topic, found in topics.items() if not found.is_whole}
    for topic, since in sorted(cut.items()):
        if since is None:
            return f"topic {topic} has lost all of its records, so no result is made again"
    if not cut:
        return (
            f"replay reads all there ever was in {_listed(sorted(topics))}: every result is made again"
            if topics
            else ""
        )
    # All of them are needed, so the one that reaches least far decides.
    topic, since = max(((t, s) for t, s in cut.items() if s), key=lambda found: (found[1], found[0]))
    words = f"replay reaches back to {since:%Y-%m-%d %H:%M} (topic {topic}); older results are not made again"
    return "; ".join((words, *_partial(plan)))


def _listed(topics: list[str]) -> str:
    return f"topic{'s' if len(topics) > 1 else ''} {', '.join(topics)}"


def _partial(plan: CompiledPlan) -> Iterator[str]:
    """Results that go across the beginning of the replay, and so are made of a part of their records."""
    endless = sorted({named(node) for node in plan if 0 in node.ttl and not node.table})
    if endless:
        yield f"{', '.join(endless)} without a time to live begins anew there"
    elif longest := max((span for node in plan for span in _spans(node)), default=0):
        yield f"what is remembered for {_words(longest)} is complete only that much later"


def _spans(node: Node) -> Iterator[int]:
    """Milliseconds for which a node remembers rows: windows, time bounds of a join, times to live."""
    yield from node.ttl
    yield from (int(amount) * _UNITS[unit] for amount, unit in _SPAN.findall(node.description))
    yield from (abs(int(bound)) for bound in _BOUND.findall(node.description))


def _words(span: int) -> str:
    unit = next(unit for unit in reversed(_UNITS) if span % _UNITS[unit] == 0)
    return f"{span // _UNITS[unit]} {unit}"
