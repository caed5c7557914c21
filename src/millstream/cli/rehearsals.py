"""Rehearse the changed jobs of a plan, for people and for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from millstream.errors import UsageError
from millstream.rehearse import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from millstream.apply import ApplyTarget
    from millstream.plan import Plan
    from millstream.project.model import Project
    from millstream.rehearse import Event, JobChange, Outcome, Rehearsal

# How many rows of a difference are shown.
_SHOWN = 3
_ROW = 160


def given(file: Path | None, rehearse: bool) -> Sequence[Event] | None:
    """The records of the file that was named, if any.

    Raises:
        UsageError: nothing is to be rehearsed with it, or it cannot be read.
        ProjectError: a line of it is wrong.
    """
    from millstream.rehearse import read_events

    if file is None:
        return None
    if not rehearse:
        raise UsageError("--events are records to rehearse with", mend="add --rehearse")
    return read_events(file)


def carry_out(
    project: Project,
    plan: Plan,
    target: ApplyTarget,
    events: Sequence[Event] | None,
    on_step: Callable[[str, str], None],
) -> tuple[Rehearsal, ...]:
    """Rehearse each job of the plan that runs and is changed, one after the other.

    Raises:
        EngineError: an engine is unreachable or refused.
    """
    from contextlib import closing

    from millstream import rehearse
    from millstream.engines.control import Control
    from millstream.engines.flink import Flink

    addresses = target.addresses
    with closing(Control(addresses["control.url"])) as control:
        changes = rehearse.changes(project, plan, control.jobs.current(project.name, target.name))
    if not changes:
        return ()
    with (
        target.planner as planner,
        Flink(addresses["flink.rest"], timeout=60) as flink,
    ):
        on = rehearse.Stage(
            planner,
            flink,
            addresses["flink.rest"],
            addresses["kafka.bootstrap"],
            target.variables,
            target.checkpoints.with_name("rehearsals"),
        )
        return tuple(_rehearsed(change, on, events, on_step) for change in changes)


def _rehearsed(
    change: JobChange, on: Any, events: Sequence[Event] | None, on_step: Callable[[str, str], None]
) -> Rehearsal:
    from millstream import rehearse
    from millstream.engines.kafka import Kafka

    on_step(change.resource, "rehearse")
    try:
        topics = rehearse.topics(change, on.variables)
    except rehearse.NotRehearsable as exc:
        return rehearse.Rehearsal(change.resource, obstacle=exc.summary)
    if events is None:
        # A topic that apply has yet to create has no records.
        events = rehearse.sampled(on.bootstrap, Kafka(on.bootstrap).retained(topics))
    if not events:
        empty = f"{', '.join(topics)} hold no record: give some by --events FILE"
        return rehearse.Rehearsal(change.resource, obstacle=empty)
    return rehearse.rehearse(change, events, on)


def into_json(plan: str, found: Sequence[Rehearsal]) -> str:
    """The plan as JSON with the list `rehearsals` in it, see docs/apply.md."""
    return json.dumps(json.loads(plan) | {"rehearsals": [_as_values(one) for one in found]}, indent=2)


def _as_values(found: Rehearsal) -> dict[str, Any]:
    return {
        "resource": found.resource,
        "verdict": found.verdict and str(found.verdict),
        "millstream": _outcome(found.carried),
        "flink": _outcome(found.plain),
        "obstacle": found.obstacle or None,
    }


def _outcome(found: Outcome | None) -> dict[str, Any] | None:
    if found is None:
        return None
    rows = [{"table": row.table, "restored": row.restored, "wanted": row.wanted} for row in found.rows]
    return {"result": str(found.result), "reason": found.reason or None, "compared": found.compared, "rows": rows}


def as_text(found: Sequence[Rehearsal]) -> str:
    """What was tried and what came of it, as a person reads it."""
    if not found:
        return "nothing to rehearse: no job that runs is changed"
    lines = ["rehearsed: the changed job restored in throw-away topics, beside one that always ran", ""]
    for one in found:
        lines += _lines(one)
    return "\n".join(lines)


def _lines(found: Rehearsal) -> Iterator[str]:
    if found.obstacle:
        yield f"    {found.resource}   could not be rehearsed"
        yield f"        {found.obstacle}"
        return
    yield f"    {found.resource}   {found.verdict}"
    if found.carried:
        yield from _told("as apply restores it", found.carried)
    if found.plain:
        yield from _told("as Flink alone restores it", found.plain)


def _told(how: str, found: Outcome) -> Iterator[str]:
    words = {
        Result.PROVED: f"proved: {found.compared} rows as they should be",
        Result.REFUSED: f"refused by Flink, because {found.reason}",
        Result.DIFFERS: f"differs here: {len(found.rows)} of {found.compared} rows",
        Result.UNSEEN: "shows nothing: no row was written after the savepoint",
    }
    yield f"        {how}: {words[found.result]}"
    for row in found.rows[:_SHOWN]:
        yield f"            {row.table}: {_short(row.restored)}, and not {_short(row.wanted)}"
    if len(found.rows) > _SHOWN:
        yield f"            and {len(found.rows) - _SHOWN} more"


def _short(row: str) -> str:
    return (row if len(row) <= _ROW else f"{row[:_ROW]}…") or "no row"
