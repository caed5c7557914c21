"""How much memory is left: of the machine, of the control groups, of what a person allows."""

from __future__ import annotations

import pytest

from millstream.errors import EngineError, UsageError
from millstream.local import memory
from millstream.local.services.base import Service

MIB = 1024**2


def service(name, mib, *after, spare=False):
    return Service(name, prepare=None, probe=None, memory_mb=mib, after=after, spare=spare)


def group(folder, version, limit, used, cached=0):
    folder.mkdir(parents=True, exist_ok=True)
    names = {
        2: ("memory.max", "memory.current", "inactive_file"),
        1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    }[version]
    (folder / names[0]).write_text(f"{limit}\n", encoding="utf-8")
    (folder / names[1]).write_text(f"{used}\n", encoding="utf-8")
    (folder / "memory.stat").write_text(f"anon 1\n{names[2]} {cached}\n", encoding="utf-8")


def limits(tmp_path, line):
    own = tmp_path / "own"
    own.write_text(line + "\n", encoding="utf-8")
    return list(memory.limits(own, tmp_path / "mount"))


def test_every_group_above_counts_and_cached_pages_do_not(tmp_path):
    group(tmp_path / "mount" / "a" / "b", 2, 1000 * MIB, 300 * MIB, cached=100 * MIB)
    group(tmp_path / "mount" / "a", 2, "max", 300 * MIB)
    group(tmp_path / "mount", 2, 900 * MIB, 500 * MIB)
    assert limits(tmp_path, "0::/a/b") == [800, 400]


def test_a_container_sees_only_its_own_root(tmp_path):
    group(tmp_path / "mount", 2, 600 * MIB, 100 * MIB)
    assert limits(tmp_path, "0::/docker/of/the/host") == [500]


def test_the_older_hierarchy_is_read_too(tmp_path):
    group(tmp_path / "mount" / "memory" / "x", 1, 700 * MIB, 300 * MIB, cached=50 * MIB)
    assert limits(tmp_path, "4:cpu,memory:/x\n3:pids:/x") == [450]


def test_no_groups_no_limits(tmp_path):
    assert list(memory.limits(tmp_path / "absent", tmp_path)) == []


def test_what_a_person_allows_counts_what_runs_already(monkeypatch):
    monkeypatch.setenv("MILLSTREAM_MEMORY_MB", "1000")
    assert memory.left(own_mb=400) == memory.Memory(600, "left of MILLSTREAM_MEMORY_MB=1000")
    assert memory.left(own_mb=4000).free_mb == 0


def test_refusal_names_every_service_and_what_fits_with_what_it_needs(monkeypatch):
    monkeypatch.setenv("MILLSTREAM_MEMORY_MB", "500")
    starting = [service("big", 450), service("follower", 20, "big"), service("huge", 900), service("later", 1, "huge")]
    with pytest.raises(EngineError) as refused:
        memory.require(starting, [])
    assert "1371 MiB needed (big 450, follower 20, huge 900, later 1)" in refused.value.summary
    assert "`millstream up --only big --only follower` leaves out huge, later" in refused.value.mend
    memory.require(starting[:2], [])
    with pytest.raises(EngineError, match="50 MiB left"):
        memory.require(starting[1:3], [starting[0]])


def test_spare_services_are_left_out_whole_and_the_last_first(monkeypatch):
    starting = [
        service("database", 100),
        service("api", 100, "database", spare=True),
        service("worker", 100, "api", spare=True),
        service("dashboards", 100, "database", spare=True),
    ]

    def left_out(mib):
        monkeypatch.setenv("MILLSTREAM_MEMORY_MB", str(mib))
        return [service.name for service in memory.spared(starting, [])]

    assert left_out(400) == []
    assert left_out(399) == ["dashboards"]
    assert left_out(299) == ["api", "worker", "dashboards"]
    assert left_out(0) == ["api", "worker", "dashboards"]


def test_nonsense_is_bad_usage(monkeypatch):
    monkeypatch.setenv("MILLSTREAM_MEMORY_MB", "-1")
    with pytest.raises(UsageError, match="is no number"):
        memory.left()
