import pytest

from millstream.cli.plans import as_text
from millstream.errors import UsageError
from millstream.observation import ABSENT, Observation
from millstream.plan import Action, Approvals, Change, Effect, JobState, approval, build
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


def rebuilt(name):
    return Change(ResourceId(Kind.JOB, name, "dev_"), Action.REPLACE, Effect.REBUILD, ("its key changed",))


@pytest.mark.parametrize("word", ["rebuild:totals", "rebuild:job.totals"])
def test_a_rebuild_is_approved_by_the_name_its_author_writes(word):
    approved = Approvals.parse([word])
    assert approved.allow(rebuilt("totals"))
    assert not approved.allow(rebuilt("other_totals"))
    assert approval(rebuilt("totals")) == "rebuild:totals"


@pytest.mark.parametrize("word", ["totals", "rebuild:", "destroy:totals", ""])
def test_what_approves_nothing_is_told(word):
    with pytest.raises(UsageError, match="approves nothing"):
        Approvals.parse([word])


def test_no_approval_lets_data_go():
    change = Change(TOPIC, Action.REPLACE, Effect.DESTROY, ("has fewer partitions",))
    assert not Approvals.parse(["rebuild:orders"]).allow(change)


def test_the_text_of_a_plan_tells_what_it_does_and_whom_it_touches():
    def touched(_):
        return [str(JOB)]

    changed = plan(seen=Observation(exists=True, differences=("has 1 partitions",)), job=running())
    shown = as_text(changed, touched, "local")
    assert shown.split("\n")[2:5] == [
        "  -/+ replace topic.orders   destroy data",
        "        has 1 partitions",
        f"        touches {JOB}",
    ]
    assert "loses data, so apply refuses it: topic.orders" in shown
    nothing = as_text(plan(job=running()), touched, "local")
    assert nothing == "nothing to do: 2 resources are as declared"


def test_what_touches_many_is_counted_by_kind():
    below = [*(f"job.j{n}" for n in range(3)), "dag.nightly", *(f"dbt_model.m{n}" for n in range(4))]
    changed = plan(seen=Observation(exists=True, differences=("has 1 partitions",)), job=running())
    assert "        touches 3 jobs, 1 dag, 4 dbt models" in as_text(changed, lambda _: below, "local").split("\n")
