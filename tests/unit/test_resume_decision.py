"""Every state a job can be found in, and what the resume process does about it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from millstream.engines.control import AppliedJob, Desired
from millstream.engines.flink import JobStatus
from millstream.local.resume.decision import Decision, decide

SEEN = datetime(2026, 1, 1, tzinfo=UTC)


def job(
    desired: Desired = Desired.RUNNING, *, note: str | None = None, confirmed: datetime | None = SEEN
) -> AppliedJob:
    return AppliedJob(
        "demo", "local", "job.a", 2, "a", "a2", "f", {}, {}, desired=desired, note=note, confirmed_at=confirmed
    )


def status(state: str) -> JobStatus:
    return JobStatus("a2", "a", state, 0)


def test_forgotten_job_that_ran_gets_a_successor():
    assert decide(job(), None, has_restore_point=True) is Decision.SUCCEED
    assert decide(job(), None, has_restore_point=False) is Decision.SUCCEED


def test_submission_that_may_still_be_on_its_way_is_repeated_under_its_own_id():
    assert decide(job(confirmed=None), None, has_restore_point=False) is Decision.REPEAT


def test_job_nobody_confirmed_but_with_a_checkpoint_did_run():
    assert decide(job(confirmed=None), None, has_restore_point=True) is Decision.SUCCEED


@pytest.mark.parametrize("state", ["CANCELED", "FAILED", "FINISHED"])
def test_job_that_ended_is_marked_and_then_left_alone_even_when_the_jobmanager_forgets_it(state: str):
    assert decide(job(), status(state), has_restore_point=True) is Decision.MARK
    assert decide(job(note=state.lower()), status(state), has_restore_point=True) is Decision.LEAVE
    assert decide(job(note=state.lower()), None, has_restore_point=True) is Decision.LEAVE


def test_suspended_job_comes_back_whether_or_not_the_jobmanager_remembers_it():
    assert decide(job(Desired.SUSPENDED), status("FINISHED"), has_restore_point=True) is Decision.SUCCEED
    assert decide(job(Desired.SUSPENDED), None, has_restore_point=True) is Decision.SUCCEED


def test_job_cancelled_by_hand_while_it_was_suspended_stays_cancelled():
    assert decide(job(Desired.SUSPENDED), status("CANCELED"), has_restore_point=True) is Decision.MARK


def test_job_that_could_not_be_suspended_goes_on():
    assert decide(job(Desired.SUSPENDED), status("RUNNING"), has_restore_point=True) is Decision.WAKE


@pytest.mark.parametrize("state", ["INITIALIZING", "CREATED", "RESTARTING", "FAILING", "CANCELLING", "RECONCILING"])
def test_job_the_jobmanager_is_busy_with_is_left_to_it(state: str):
    assert decide(job(confirmed=None), status(state), has_restore_point=False) is Decision.LEAVE


def test_running_job_is_confirmed_once():
    assert decide(job(confirmed=None), status("RUNNING"), has_restore_point=False) is Decision.CONFIRM
    assert decide(job(), status("RUNNING"), has_restore_point=True) is Decision.LEAVE
