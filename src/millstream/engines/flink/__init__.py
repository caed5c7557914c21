"""Flink, seen from outside: its REST API, the ids of jobs, and their restore points on disk."""

from millstream.engines.flink.identity import free_attempt, job_id
from millstream.engines.flink.location import folder, location
from millstream.engines.flink.rest import (
    Checkpoints,
    CheckpointSettings,
    Flink,
    JobStatus,
    Overview,
    TaskManager,
)
from millstream.engines.flink.restore import (
    checkpoint_number,
    drop_checkpoints,
    has_restore_point,
    newest_restore_point,
)

__all__ = [
    "CheckpointSettings",
    "Checkpoints",
    "Flink",
    "JobStatus",
    "Overview",
    "TaskManager",
    "checkpoint_number",
    "drop_checkpoints",
    "folder",
    "free_attempt",
    "has_restore_point",
    "job_id",
    "location",
    "newest_restore_point",
]
