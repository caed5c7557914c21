"""The runs of one change.

Before the savepoint three jobs read the same records: the old one as apply submits it, the old one as Flink submits it
by itself, and the new one. The first two are stopped with a savepoint; then the changed job is restored from each, by
the ids that millstream carries over and by Flink's own, and reads what is sent after. What the third writes is the
truth.
"""

from __future__ import annotations

import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from millstream.compiled import CompiledPlan
from millstream.engines.kafka_throwaway import ThrowawayTopics
from millstream.errors import EngineError
from millstream.plan.state import Matching, Verdict, renumber
from millstream.rehearse.contents import Comparison, Written
from millstream.rehearse.judged import judged
from millstream.rehearse.model import NotRehearsable, Outcome, Phase, Rehearsal, Result
from millstream.rehearse.runs import Cluster, Refused, Run
from millstream.rehearse.staging import stage
from millstream.rehearse.standins import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from millstream.engines.flink import Flink
    from millstream.engines.kafka_throwaway import Stored
    from millstream.flinkplan import Bundle, Planner
    from millstream.plan.state import StateVerdict
    from millstream.rehearse.model import Event, JobChange
    from millstream.rehearse.staging import Staged
    from millstream.rehearse.standins import Sink

T = TypeVar("T")
# Jobs of one rehearsal that run at the same time.
AT_ONCE = 3


@dataclass(frozen=True)
class Stage:
    """What rehearsals run on.

    Args:
        planner: Flink's.
        flink: client of the JobManager at `rest`.
        rest: its address.
        bootstrap: of the brokers.
        variables: values of `${VAR}`, secrets among them.
        folder: takes checkpoints and savepoints; the TaskManagers write there.
    """

    planner: Planner
    flink: Flink
    rest: str
    bootstrap: str
    variables: Mapping[str, str] = field(repr=False)
    folder: Path


def rehearse(change: JobChange, events: Sequence[Event], on: Stage) -> Rehearsal:
    """Restore a changed job in throw-away topics, and tell what came of it; leaves nothing behind.

    Raises:
        EngineError: an engine is unreachable, or something of the rehearsal could not be removed.
    """
    prefix = f"rehearse_{uuid.uuid4().hex[:8]}_"
    made = ThrowawayTopics(on.bootstrap, prefix)
    folder = on.folder / prefix.rstrip("_")
    folder.mkdir(parents=True)
    with ExitStack() as leftovers:
        leftovers.callback(_remove, folder)
        leftovers.callback(made.remove)
        cluster = Cluster(on.planner, on.flink, made, on.rest, folder)
        try:
            _see_room(change, on.flink)
            return _Running(change, events, on, prefix, cluster, leftovers).rehearsal()
        except NotRehearsable as exc:
            return Rehearsal(change.resource, obstacle=exc.summary)


def topics(change: JobChange, variables: Mapping[str, str]) -> tuple[str, ...]:
    """The live topics whose records a rehearsal takes.

    Args:
        change: what is to be rehearsed.
        variables: values of `${VAR}`.

    Raises:
        NotRehearsable: it reads or writes something that no topic can stand in for.
    """
    sides = (stage(bundle, variables, Names("", "")) for bundle in (change.old, change.new))
    return tuple(sorted({topic for side in sides for topic in side.reads}))


def _see_room(change: JobChange, flink: Flink) -> None:
    """Without free slots Flink would wait for five minutes, and then name a time-out."""
    settings = (dict(bundle.settings) for bundle in (change.old, change.new))
    needed = AT_ONCE * max(int(found.get("parallelism.default", "1")) for found in settings)
    free = flink.overview().free_slots
    if free < needed:
        raise NotRehearsable(f"it needs {needed} free slots of Flink, and {free} are free")


def _remove(folder: Path) -> None:
    """Checkpoints of a job that has just ended are being deleted by Flink too."""
    for _ in range(3):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
    raise EngineError(f"{folder} of a rehearsal cannot be removed", mend="delete it by hand")


@dataclass(frozen=True)
class _Running:
    change: JobChange
    events: Sequence[Event]
    on: Stage
    prefix: str
    cluster: Cluster
    leftovers: ExitStack
    since: datetime = field(default_factory=lambda: datetime.now(UTC))

    def rehearsal(self) -> Rehearsal:
        staged = {run: self._staged(self.change.old, run) for run in ("old", "plain_old")}
        staged |= {run: self._staged(self.change.new, run) for run in ("scratch", "carried", "plain")}
        old = _numbered(self._compiled(staged["old"]))
        new = self._compiled(staged["scratch"])
        verdict = judged(self.change, old, new)
        self._create(staged)
        self._send(Phase.BEFORE)
        runs = _all(
            partial(self._start, staged["old"], old.text),
            partial(self._start, staged["plain_old"], ""),
            partial(self._start, staged["scratch"], _numbered(new).text),
        )
        _all(*(partial(_as_obstacle, run.await_read) for run in runs))
        mark = self.cluster.topics.ends(sink.topic for sink in staged["scratch"].sinks)
        saved, plain_saved = _all(*(partial(_as_obstacle, run.stop) for run in runs[:2]))
        self._send(Phase.AFTER)
        carried, plain, _ = _all(
            partial(self._carried, staged["carried"], new, old, verdict, saved),
            partial(self._restored, staged["plain"], "", plain_saved),
            partial(_as_obstacle, partial(_drained, runs[2])),
        )
        stored = self.cluster.topics.read(sink.topic for one in staged.values() for sink in one.sinks)
        wanted = {sink.place: _divided(sink, stored[sink.topic], mark[sink.topic]) for sink in staged["scratch"].sinks}

        def compared(found: Outcome | None, old: str, restored: str) -> Outcome | None:
            if found is None or found.result is Result.REFUSED:
                return found
            was = {sink.place: Written(sink, before=stored[sink.topic]) for sink in staged[old].sinks}
            now = {sink.place: Written(sink, after=stored[sink.topic]) for sink in staged[restored].sinks}
            return Comparison(was, now, wanted, self.since).outcome()

        return Rehearsal(
            self.change.resource,
            verdict.verdict,
            compared(carried, "old", "carried"),
            compared(plain, "plain_old", "plain"),
        )

    def _staged(self, bundle: Bundle, run: str) -> Staged:
        return stage(bundle, self.on.variables, Names(self.prefix, run))

    def _compiled(self, staged: Staged) -> CompiledPlan:
        found = self.on.planner.compile(staged.source)
        if found.refusals:
            raise NotRehearsable(f"Flink's planner refuses it: {found.refusals[0].message}")
        if not found.plan:
            raise NotRehearsable("Flink cannot write its plan down")
        return CompiledPlan.parse(found.plan)

    def _create(self, staged: Mapping[str, Staged]) -> None:
        read = {name for one in staged.values() for name in one.reads.values()}
        written = {sink.topic for one in staged.values() for sink in one.sinks}
        self.cluster.topics.create(read | written)

    def _send(self, phase: Phase) -> None:
        """Send the records of topics that either job reads."""
        read = {**self._staged(self.change.old, "old").reads, **self._staged(self.change.new, "scratch").reads}
        self.cluster.topics.send(
            (read[event.topic], event.key, event.value, event.at)
            for event in self.events
            if event.phase is phase and event.topic in read
        )

    def _start(self, staged: Staged, plan: str) -> Run:
        run = self._run(staged)
        _as_obstacle(partial(run.submit, plan))
        return run

    def _run(self, staged: Staged) -> Run:
        run = Run(self.cluster, staged)
        self.leftovers.callback(run.end)
        return run

    def _carried(
        self, staged: Staged, new: CompiledPlan, old: CompiledPlan, verdict: StateVerdict, savepoint: str
    ) -> Outcome | None:
        """The restore that apply would do; none where it would begin anew."""
        if verdict.verdict is Verdict.REBUILD:
            return None
        plan = renumber(new, verdict.matching, max(old.nodes)).text
        return self._restored(staged, plan, savepoint, ignores_unclaimed=verdict.leaves_out)

    def _restored(self, staged: Staged, plan: str, savepoint: str, *, ignores_unclaimed: bool = False) -> Outcome:
        run = self._run(staged)
        try:
            run.submit(plan, savepoint, ignores_unclaimed=ignores_unclaimed)
            _drained(run)
        except Refused as exc:
            return Outcome(Result.REFUSED, str(exc))
        return Outcome(Result.PROVED)


def _numbered(plan: CompiledPlan) -> CompiledPlan:
    """The plan as apply submits it without state."""
    return renumber(plan, Matching({}, (), tuple(plan.nodes.values())), 0)


def _divided(sink: Sink, rows: Sequence[Stored], mark: int) -> Written:
    return Written(
        sink, tuple(row for row in rows if row.offset < mark), tuple(row for row in rows if row.offset >= mark)
    )


def _drained(run: Run) -> None:
    run.await_read()
    run.stop(drain=True)


def _as_obstacle(step: Callable[[], T]) -> T:
    """What goes wrong before any restore says nothing about a restore."""
    try:
        return step()
    except Refused as exc:
        raise NotRehearsable(f"it does not run without a restore either: {exc}") from exc


def _all(*steps: Callable[[], T]) -> list[T]:
    """Take steps at once, for each mostly waits; all are seen through before the failure of one is told."""
    with ThreadPoolExecutor(len(steps)) as pool:
        pending = [pool.submit(step) for step in steps]
    return [done.result() for done in pending]
