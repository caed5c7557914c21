"""What to do about one applied job, given what the JobManager says of it. Pure, so that every case can be tested.

The rules rest on three facts. A row in the control database is older than its submission. An attempt without a
complete checkpoint has committed nothing. The JobManager refuses a second job under an id it knows. So an attempt that
was never seen and has no checkpoint is submitted *again under its own id*: should the first submission still be on its
way, from a process that was killed, one of the two is refused. Only an attempt that has run gets a successor.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from millstream.engines.control import AppliedJob, Desired

if TYPE_CHECKING:
    from millstream.engines.flink import JobStatus


class Decision(StrEnum):
    """What the resume process does about a job."""

    LEAVE = "leave"
    CONFIRM = "confirm"
    WAKE = "wake"
    MARK = "mark"
    REPEAT = "repeat"
    SUCCEED = "succeed"


def decide(job: AppliedJob, status: JobStatus | None, *, has_restore_point: bool) -> Decision:
    """Choose what to do about the newest attempt of a job.

    Args:
        job: the attempt as recorded.
        status: what the JobManager says; `None` when it does not know the job.
        has_restore_point: whether this attempt completed a checkpoint or savepoint.

    Returns:
        `LEAVE` it alone; `CONFIRM` that it runs and was restored; `WAKE`: it was to be suspended and still runs;
        `MARK` that it ended without us; `REPEAT` the submission of this attempt; `SUCCEED` it by the next attempt.
    """
    if job.note is not None:
        return Decision.LEAVE
    if status is None:
        return Decision.SUCCEED if job.confirmed_at or has_restore_point else Decision.REPEAT
    if status.ended:
        suspended = job.desired is Desired.SUSPENDED and status.state == "FINISHED"
        return Decision.SUCCEED if suspended else Decision.MARK
    if job.desired is Desired.SUSPENDED:
        return Decision.WAKE
    return Decision.CONFIRM if job.confirmed_at is None and status.state == "RUNNING" else Decision.LEAVE
