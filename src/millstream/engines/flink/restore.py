"""From which checkpoint or savepoint a job continues, found on disk.

Flink writes `_metadata` last, under another name, and renames it; so a folder that has one is complete. Only then does
the JobManager tell the sinks to commit. Hence:

- The newest complete one is always right. If its Kafka transactions were not committed yet, the restored sink commits
  them, since they are part of its state; transactions begun after it are aborted.
- An older one is never right, however tempting when the newest is damaged: what the newest committed to Kafka would
  be written a second time. So nothing here falls back; a damaged newest checkpoint makes the restore fail loudly.

Checkpoints and savepoints of a job count with one counter, which its next attempt continues after a restore, and the
number is kept in `_metadata` (Flink source, `Checkpoints.storeCheckpointMetadata`, `MetadataV2V3SerializerBase`).
"""

from __future__ import annotations

import shutil
import struct
from typing import TYPE_CHECKING

from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Big-endian: magic number, version of the format, id of the checkpoint.
_HEAD = struct.Struct(">iiq")
_MAGIC = 0x4960672D


def newest_restore_point(checkpoint_dir: Path, job_ids: Sequence[str], elsewhere: Path | None = None) -> Path | None:
    """The newest complete checkpoint or savepoint among some attempts of one job.

    Args:
        checkpoint_dir: holds one folder a job id, with that job's checkpoints and the savepoints it was stopped with.
        job_ids: attempts that continued one another, newest first. An attempt that completed nothing committed
            nothing, so the one before it decides. Leave out attempts before one that started without state.
        elsewhere: what else the newest attempt may go on from: a savepoint in a folder of somebody's choice, or what it
            started from itself.

    Raises:
        EngineError: the newest one cannot be read.
    """
    chosen = [elsewhere] if elsewhere and (elsewhere / "_metadata").is_file() else []
    for job_id in job_ids:
        found = [metadata.parent for metadata in (checkpoint_dir / job_id).glob("*/_metadata")]
        if found or chosen:
            return max((*found, *chosen), key=checkpoint_number)
    return None


def checkpoint_number(folder: Path) -> int:
    """The number of a checkpoint or savepoint, as its metadata says.

    Raises:
        EngineError: the metadata cannot be read; taking another checkpoint instead could write rows twice.
    """
    mend = "restore this folder from a backup, or rebuild the job from its topics"
    try:
        with (folder / "_metadata").open("rb") as file:
            magic, _, number = _HEAD.unpack(file.read(_HEAD.size))
    except (OSError, struct.error) as exc:
        raise EngineError(f"the checkpoint {folder} cannot be read: {exc}", mend) from exc
    if magic != _MAGIC:
        raise EngineError(f"the checkpoint {folder} is damaged", mend)
    return int(number)


def has_restore_point(checkpoint_dir: Path, job_id: str) -> bool:
    """Whether an attempt has completed a checkpoint or savepoint."""
    return any((checkpoint_dir / job_id).glob("*/_metadata"))


def drop_checkpoints(checkpoint_dir: Path, job_ids: Sequence[str]) -> None:
    """Delete the checkpoints of attempts that a later one has left behind.

    Call it only for attempts older than one that has a restore point of its own.

    Raises:
        EngineError: a folder cannot be deleted.
    """
    for job_id in job_ids:
        try:
            shutil.rmtree(checkpoint_dir / job_id)
        except FileNotFoundError:
            continue
        except OSError as exc:
            raise EngineError(f"old checkpoints cannot be deleted: {exc}", "check the folder's owner") from exc
