"""Job ids that follow from what a job is, so that a lost reply cannot start a second copy."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from millstream.engines.flink.restore import has_restore_point

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from pathlib import Path


def job_id(project: str, target: str, resource: str, attempt: int) -> str:
    """The id under which an attempt of a job is submitted.

    The JobManager refuses a second submission under an id it knows, running or ended.

    Args:
        project: the project's name.
        target: the target's name.
        resource: for example `job.parse_orders`, namespace included.
        attempt: counts from 1; an id whose job ended is used up, so each submission after that is another attempt.

    Returns:
        32 lower-case hexadecimal digits.
    """
    identity = json.dumps([project, target, resource, attempt]).encode()
    return hashlib.sha256(identity).hexdigest()[:32]


def free_attempt(ids: Callable[[int], str], after: int, checkpoint_dir: Path, known: Container[str]) -> tuple[int, str]:
    """The next attempt whose id is unused: unknown to the JobManager and without checkpoints on disk.

    Both happen after the control database was lost. A job under a used id would be refused, or, worse, later continue
    from a checkpoint that is not its own.

    Args:
        ids: gives the id of an attempt, `functools.partial(job_id, project, target, resource)`.
        after: the last attempt there was, 0 for none.
        checkpoint_dir: holds one folder a job id.
        known: ids the JobManager knows, running or ended.

    Returns:
        The attempt and its job id.
    """
    attempt = after + 1
    while (found := ids(attempt)) in known or has_restore_point(checkpoint_dir, found):
        attempt += 1
    return attempt, found
