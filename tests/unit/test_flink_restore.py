"""The newest restore point is chosen by the number in its metadata; nothing falls back to an older one."""

from __future__ import annotations

import os
import struct
from functools import partial
from typing import TYPE_CHECKING

import pytest

from millstream.engines.flink import drop_checkpoints, folder, free_attempt, job_id, location, newest_restore_point
from millstream.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path


def complete(folder: Path, number: int, head: bytes = struct.pack(">ii", 0x4960672D, 6)) -> Path:
    folder.mkdir(parents=True)
    (folder / "_metadata").write_bytes(head + struct.pack(">q", number) + b"state")
    return folder


def test_ninth_checkpoint_is_older_than_the_tenth(tmp_path: Path):
    complete(tmp_path / "a" / "chk-9", 9)
    newest = complete(tmp_path / "a" / "chk-10", 10)
    os.utime(newest / "_metadata", (0, 0))
    assert newest_restore_point(tmp_path, ["a"]) == newest


def test_checkpoint_without_metadata_is_not_complete(tmp_path: Path):
    newest = complete(tmp_path / "a" / "chk-1", 1)
    (tmp_path / "a" / "chk-2").mkdir()
    (tmp_path / "a" / "chk-2" / "._metadata.inprogress.1").write_bytes(b"")
    (tmp_path / "a" / "shared").mkdir()
    assert newest_restore_point(tmp_path, ["a"]) == newest


def test_savepoint_and_checkpoints_count_together(tmp_path: Path):
    complete(tmp_path / "a" / "chk-7", 7)
    savepoint = complete(tmp_path / "a" / "savepoint-a-1", 8)
    assert newest_restore_point(tmp_path, ["a"]) == savepoint
    later = complete(tmp_path / "a" / "chk-9", 9)
    assert newest_restore_point(tmp_path, ["a"]) == later


def test_attempt_that_completed_nothing_leaves_it_to_the_one_before(tmp_path: Path):
    before = complete(tmp_path / "a" / "chk-7", 7)
    (tmp_path / "b").mkdir()
    assert newest_restore_point(tmp_path, ["b", "a"]) == before
    own = complete(tmp_path / "b" / "chk-2", 2)
    assert newest_restore_point(tmp_path, ["b", "a"]) == own
    assert newest_restore_point(tmp_path, ["c"]) is None


def test_savepoint_in_a_folder_of_somebodys_choice_counts_too(tmp_path: Path):
    before = complete(tmp_path / "a" / "chk-7", 7)
    chosen = complete(tmp_path / "elsewhere" / "savepoint-a-1", 8)
    assert newest_restore_point(tmp_path, ["a"], chosen) == chosen
    assert newest_restore_point(tmp_path, ["b", "a"], chosen) == chosen
    assert newest_restore_point(tmp_path, ["a"], tmp_path / "gone") == before
    later = complete(tmp_path / "a" / "chk-9", 9)
    assert newest_restore_point(tmp_path, ["a"], chosen) == later


@pytest.mark.parametrize("head", [b"", struct.pack(">ii", 1, 6)])
def test_damaged_newest_checkpoint_is_an_error_and_no_older_one_is_taken(tmp_path: Path, head: bytes):
    complete(tmp_path / "a" / "chk-1", 1)
    complete(tmp_path / "a" / "chk-2", 2, head)
    with pytest.raises(EngineError, match="chk-2"):
        newest_restore_point(tmp_path, ["a"])


def test_old_attempts_are_dropped_and_missing_ones_ignored(tmp_path: Path):
    complete(tmp_path / "a" / "chk-1", 1)
    drop_checkpoints(tmp_path, ["a", "never"])
    assert not (tmp_path / "a").exists()


def test_job_id_is_a_function_of_identity_and_attempt():
    found = job_id("demo", "local", "job.a", 1)
    assert found == job_id("demo", "local", "job.a", 1)
    assert len(found) == 32
    int(found, 16)
    # Where one part ends and the next begins must count.
    others = {
        job_id("demo", "local", "job.a", 2),
        job_id("demol", "ocal", "job.a", 1),
        job_id("demo", "local", "job.b", 1),
    }
    assert len(others | {found}) == 4


def test_attempt_with_a_used_id_is_skipped(tmp_path: Path):
    ids = partial(job_id, "demo", "local", "job.a")
    complete(tmp_path / ids(1) / "chk-5", 5)
    assert free_attempt(ids, 0, tmp_path, {ids(2)}) == (3, ids(3))


def test_folder_with_blanks_and_commas_survives_the_way_to_flink_and_back(tmp_path):
    odd = tmp_path / "a project, copied"
    assert location(odd) == f"file://{odd}"
    assert folder(location(odd)) == odd
    assert folder(f"file:{odd}/chk-3") == odd / "chk-3"
