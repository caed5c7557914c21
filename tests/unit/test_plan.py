import pytest

from millstream.observation import ABSENT, Observation
from millstream.plan import Action, Change, Effect, JobState, build
from millstream.project.fingerprint import Fingerprint
from millstream.project.model import Kind, ResourceId

TOPIC = ResourceId(Kind.TOPIC, "orders")
JOB = ResourceId(Kind.JOB, "parse_orders")
SAME = Observation(exists=True)
PRINT = Fingerprint("a", {"statement": "1"})


def running(**changes):
    given = {"digest": "a", "parts": {"statement": "1"}, "state": "running", "is_alive": True, "has_state": True}
    return JobState(**(given | changes))


def plan(seen=SAME, job=None):
    return build([TOPIC, JOB], {TOPIC: seen}, {JOB: PRINT}, {JOB: job} if job else {})


def test_nothing_differs_gives_an_empty_plan():
    made = plan(job=running())
    assert made.changes == ()
    assert made.unchanged == 2


def test_missing_things_are_created_upstream_first():
    made = plan(seen=ABSENT)
    assert [(c.resource, c.action) for c in made.changes] == [(TOPIC, Action.CREATE), (JOB, Action.CREATE)]
    assert made.refused == ()


def test_topic_that_differs_is_refused_with_its_differences():
    made = plan(seen=Observation(exists=True, differences=("has 1 partitions, declared are 4",)), job=running())
    assert made.refused == (Change(TOPIC, Action.REPLACE, Effect.DESTROY, ("has 1 partitions, declared are 4",)),)


def test_changed_job_with_state_is_refused_and_told_by_part():
    (change,) = plan(job=running(digest="b", parts={"statement": "2"})).refused
    assert change.effect is Effect.REBUILD
    assert "statement" in change.reasons[0]


def test_changed_job_that_never_completed_a_checkpoint_is_replaced():
    made = plan(job=running(digest="b", has_state=False))
    assert made.refused == ()
    assert made.changes[0].action is Action.REPLACE


@pytest.mark.parametrize("state", ["canceled", "failed", "unknown to the JobManager"])
def test_job_that_does_not_run_is_resumed_with_its_state(state):
    (change,) = plan(job=running(state=state, is_alive=False)).changes
    assert (change.action, change.effect) == (Action.RESUME, Effect.RESTART)
    assert state in change.reasons[0]


def test_effects_are_ordered_by_severity():
    assert Effect.NONE < Effect.IN_PLACE < Effect.RESTART < Effect.REBUILD < Effect.DESTROY
