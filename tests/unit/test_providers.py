"""Every engine speaks one protocol, and none is changed before all have judged."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest
from fake_engines import FakeEngines

from millstream.apply.providers import Jobs, Provider, Providers, Steps
from millstream.apply.run import walk
from millstream.errors import ProjectError
from millstream.plan import Action, Change, Effect
from millstream.project.model import Kind, Project, ResourceId

# Flink's tables and views live in the sessions of jobs.
NOWHERE = {Kind.FLINK_TABLE, Kind.FLINK_VIEW}
TOPIC, TABLE = ResourceId(Kind.TOPIC, "orders"), ResourceId(Kind.POSTGRES_TABLE, "bronze.orders")


class Recorded(Provider):
    """Writes down what is asked of it, and may refuse."""

    def __init__(self, kind, calls, *, refuses=False):
        self.kinds, self.calls, self.refuses = frozenset({kind}), calls, refuses

    def _note(self, what, changes):
        self.calls.append((what, *(str(change.resource) for change in changes)))

    def check(self, changes):
        self._note("check", changes)
        if self.refuses:
            raise ProjectError("refused")

    def carry_out(self, changes, _steps):
        self._note("change", changes)

    def settle(self, changes, _tell):
        self._note("settle", changes)


def changes():
    return [Change(resource, Action.CREATE, Effect.NONE, ()) for resource in (TABLE, TOPIC)]


def test_every_kind_that_an_engine_holds_has_one_provider():
    target = SimpleNamespace(name="local", addresses={"superset.url": "http://superset", "ksqldb.url": "http://ksqldb"})
    held = Providers.of(Project("demo", None, "", ()), target, FakeEngines(), {})
    counted = Counter(kind for part in (*held.all, Jobs) for kind in part.kinds)
    assert counted == Counter(set(Kind) - NOWHERE)


def test_all_judge_before_one_is_changed_and_all_is_changed_before_it_is_seen_at_work():
    calls = []
    walk([Recorded(Kind.TOPIC, calls), Recorded(Kind.POSTGRES_TABLE, calls)], changes(), SimpleNamespace(tell=None))
    topic, table = str(TOPIC), str(TABLE)
    assert calls == [
        ("check", topic), ("check", table), ("change", topic), ("change", table), ("settle", topic), ("settle", table)
    ]  # fmt: skip


def test_refusal_of_one_leaves_all_as_they_are():
    calls = []
    parts = [Recorded(Kind.TOPIC, calls), Recorded(Kind.POSTGRES_TABLE, calls, refuses=True)]
    with pytest.raises(ProjectError):
        walk(parts, changes(), SimpleNamespace(tell=None))
    assert [what for what, *_ in calls] == ["check", "check"]


def test_step_is_told_under_the_lock_and_in_the_journal():
    engines, told = FakeEngines(), []
    lock = SimpleNamespace(recheck=lambda: told.append("lock"))
    steps = Steps("a1", lock, engines.control.journal, lambda what, action: told.append((what, action)))
    with steps.take("topic.orders", Action.CREATE):
        told.append("done")
    assert told == ["lock", ("topic.orders", "create"), "done"]
    assert engines.control.steps == [("topic.orders", "create")]
