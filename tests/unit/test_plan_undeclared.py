"""Jobs that run and that no file declares."""

from __future__ import annotations

import json

import pytest
from applied_project import HAND, PARSE, applied_project, by_hand

from millstream.cli.plans import as_json, as_text
from millstream.errors import EngineError, UsageError
from millstream.plan import Approvals
from millstream.project.model import Kind, ResourceId
from millstream.selection import Selection

OLD = ResourceId(Kind.JOB, "old_totals")
GOLDEN = """nothing to do: 11 resources are as declared

undeclared: jobs that no file declares; apply leaves them alone

    ? old_totals   running, {old}
        its file is gone
        to stop it with a savepoint: millstream apply --allow delete:old_totals
    ? somebody's test   running, 0123456789abcdef0123456789abcdef
        nobody submitted it through millstream
"""


@pytest.fixture
def applied(tmp_path, monkeypatch):
    return applied_project(tmp_path, monkeypatch)


@pytest.fixture
def left(applied):
    """The same with a job on record whose file is gone."""
    applied.ids[OLD] = applied.engines.start(applied.project.name, "local", OLD, "f")
    return applied


def undeclared(left):
    return [(job.name, job.state, job.reason) for job in left.plan().undeclared]


def test_golden_text_of_undeclared_jobs(left):
    left.engines.flink.run(HAND, "somebody's test")
    assert left.text == GOLDEN.format(old=left.ids[OLD])


def test_job_whose_file_is_gone_is_left_alone(left):
    assert left.apply().changes == ()
    assert left.engines.flink.held[left.ids[OLD]].state == "RUNNING"


def test_approved_it_is_stopped_with_a_savepoint_and_told_no_more(left):
    done = left.apply("delete:old_totals")
    assert [(str(c.resource), str(c.action)) for c in done.changes] == [("job.old_totals", "delete")]
    assert done.undeclared == ()
    assert left.engines.flink.held[left.ids[OLD]].state == "FINISHED"
    assert left.engines.control.jobs.held[str(OLD)].note == "deleted"
    assert left.engines.control.steps == [("job.old_totals", "delete")]
    after = left.apply("delete:old_totals")
    assert (after.changes, after.drift, after.undeclared) == ((), (), ())


def test_job_that_cannot_take_a_savepoint_is_cancelled(left):
    left.engines.flink.end(left.ids[OLD], "RESTARTING")
    left.apply("delete:job.old_totals")
    assert left.engines.flink.held[left.ids[OLD]].state == "CANCELED"


def test_job_on_record_that_the_next_up_would_start_again_is_told(left):
    del left.engines.flink.held[left.ids[OLD]]
    assert undeclared(left) == [("old_totals", "unknown to the JobManager", "its file is gone")]
    left.apply("delete:old_totals")
    assert undeclared(left) == []


def test_job_of_ours_that_the_control_database_lost_is_known_by_its_parameters(left):
    del left.engines.control.jobs.held[str(OLD)]
    reason = "its file is gone, and the control database does not know it"
    assert undeclared(left) == [("old_totals", "running", reason)]
    left.apply("delete:old_totals")
    assert left.engines.flink.held[left.ids[OLD]].state == "FINISHED"


def test_strangers_are_never_stopped(left):
    left.engines.flink.run(HAND, "old_totals")
    left.apply("delete:old_totals")
    assert left.engines.flink.held[HAND].state == "RUNNING"


@pytest.mark.parametrize(
    "parameters",
    [
        {"millstream.project": "another", "millstream.resource": "job.old_totals"},
        {"millstream.project": "another", "millstream.resource": "job.parse_orders"},
    ],
)
def test_jobs_of_another_project_are_not_ours_to_tell_of(applied, parameters):
    applied.engines.flink.run(HAND, "theirs", parameters=parameters)
    assert (applied.plan().undeclared, applied.plan().drift) == ((), ())


def test_jobs_of_another_target_in_the_same_cluster_are_not_ours_to_tell_of(applied):
    by_hand(applied)
    applied.engines.control.jobs.others = frozenset({HAND})
    assert (applied.plan().undeclared, applied.plan().drift) == ((), ())


def test_ended_jobs_of_strangers_are_no_news(applied):
    applied.engines.flink.run(HAND, "somebody's test", state="FINISHED")
    assert applied.plan().undeclared == ()


def test_json_tells_what_approves_the_end_of_a_job(left):
    left.engines.flink.run(HAND, "somebody's test")
    old, stranger = json.loads(as_json(left.plan(), left.touched))["undeclared"]
    assert old == {
        "resource": "job.old_totals",
        "name": "old_totals",
        "job_id": left.ids[OLD],
        "state": "running",
        "reasons": ["its file is gone"],
        "approval": "delete:old_totals",
    }
    assert (stranger["resource"], stranger["approval"], stranger["job_id"]) == (None, None, HAND)


def test_who_asks_for_a_part_does_not_hear_of_what_is_none_of_it(left):
    assert left.plan(Selection.parse(["parse_orders"])).undeclared == ()


def test_a_job_that_is_being_cancelled_is_no_news(applied):
    by_hand(applied)
    applied.engines.flink.end(HAND, "CANCELLING")
    assert applied.plan().drift == ()


def test_a_stop_that_fails_leaves_the_job_to_the_resume_process(left, monkeypatch):
    def refuse(*_):
        raise EngineError("tasks are not running")

    monkeypatch.setattr(left.engines.flink, "stop_with_savepoint", refuse)
    with pytest.raises(EngineError):
        left.apply("delete:old_totals")
    assert left.engines.control.jobs.held[str(OLD)].note is None
    assert [job.name for job in left.plan().undeclared] == ["old_totals"]


def test_an_apply_of_something_else_stops_nothing(left):
    left.apply("delete:old_totals", selection=Selection.parse(["parse_orders"]))
    assert left.engines.flink.held[left.ids[OLD]].state == "RUNNING"
    left.apply("delete:old_totals", selection=Selection.parse(["old_totals"]))
    assert left.engines.flink.held[left.ids[OLD]].state == "FINISHED"


def test_a_declared_job_cannot_be_deleted_by_approval(applied):
    assert applied.apply("delete:parse_orders").changes == ()
    assert applied.engines.flink.held[applied.ids[PARSE]].state == "RUNNING"


@pytest.mark.parametrize("word", ["delete", "delete:", "drop:old_totals"])
def test_what_approves_nothing_is_told(word):
    with pytest.raises(UsageError, match="approves nothing"):
        Approvals.parse([word])


def test_the_plan_of_an_approved_deletion_says_that_state_is_kept(left):
    shown = as_text(left.apply("delete:old_totals"), left.touched, "local").split("\n")
    assert shown[2:4] == [
        "    - delete job.old_totals   in place",
        "        is stopped with a savepoint, from which it goes on should its file come back",
    ]
