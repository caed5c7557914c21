import json
import os
import socket
import stat

import psutil
import pytest

from millstream.errors import EngineError, UsageError
from millstream.local import jars, ports, secrets
from millstream.local.jars import Jar
from millstream.local.launch import ProcessRecord, write_private
from millstream.local.layout import Layout
from millstream.local.logs import read
from millstream.local.platform import select


def test_chosen_ports_are_kept(tmp_path):
    first = ports.choose(tmp_path / "ports.json", {})
    assert ports.choose(tmp_path / "ports.json", {}) == first
    assert len(set(first.values())) == len(ports.PREFERRED)


def test_taken_port_is_replaced_unless_it_was_asked_for(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        (tmp_path / "ports.json").write_text(json.dumps({"kafka": taken}))
        assert ports.choose(tmp_path / "ports.json", {})["kafka"] != taken
        with pytest.raises(EngineError, match=rf"{taken}.*pid {os.getpid()}"):
            ports.choose(tmp_path / "ports.json", {"kafka": taken})


def test_port_of_a_running_service_stays(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        (tmp_path / "ports.json").write_text(json.dumps({"kafka": taken}))
        assert ports.choose(tmp_path / "ports.json", {}, frozenset({"kafka"}))["kafka"] == taken


def test_secrets_are_made_once_and_private(tmp_path):
    path = tmp_path / "secrets.json"
    made = secrets.load(path)
    assert secrets.load(path) == made
    assert len(set(made.values())) == len(secrets.NAMES)
    assert all(len(value) == 32 for value in made.values())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_record_of_another_start_time_names_nobody():
    now = psutil.Process()
    assert ProcessRecord(now.pid, now.create_time()).process() == now
    assert ProcessRecord(now.pid, now.create_time() - 60).process() is None


@pytest.mark.parametrize("text", ["", "{", '{"pid": 1}', "[]"])
def test_record_that_was_cut_short_is_no_record(tmp_path, text):
    path = tmp_path / "kafka.json"
    path.write_text(text)
    assert ProcessRecord.load(path) is None


def test_damaged_jar_is_named_before_anything_starts(tmp_path):
    (jar,) = [jar for jar in jars.locked("flink") if jar.artifact == "postgresql"]
    for other in jars.locked("flink"):
        target = tmp_path / other.relative_path
        target.parent.mkdir(parents=True)
        target.write_bytes(b"not a JAR")
    with pytest.raises(EngineError, match="do not match the lock") as refused:
        jars.verified_paths("flink", tmp_path)
    assert "millstream setup" in refused.value.mend
    assert jar in jars.missing(jars.locked("flink"), tmp_path)


def test_intact_jar_is_taken(tmp_path):
    jar = Jar("g", "a", "1", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    path = tmp_path / jar.relative_path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"abc")
    assert jars.missing([jar], tmp_path) == ()


def test_lock_names_every_jar_with_its_hash():
    for name in jars.SETS:
        assert all(len(jar.sha256) == 64 for jar in jars.locked(name))


def test_state_folder_is_private(tmp_path):
    layout = Layout(tmp_path / "state")
    layout.create()
    assert stat.S_IMODE(layout.state.stat().st_mode) == 0o700
    assert len(str(layout.supervisor_socket)) < 100


def test_selection_adds_what_a_service_needs():
    assert [s.name for s in select(["resume"])] == ["postgres", "flink-jobmanager", "resume"]
    assert "generator" not in [s.name for s in select([])]
    with pytest.raises(UsageError, match="no service kafak"):
        select(["kafak"])


def test_what_is_left_out_takes_along_what_needs_it():
    names = [s.name for s in select([], without=["kafka"])]
    assert "postgres" in names
    assert not {"kafka", "sources", "connect"} & set(names)
    assert not [name for name in (s.name for s in select([], without=["airflow-api"])) if name.startswith("airflow")]
    assert "airflow-api" in [s.name for s in select(["airflow-dags"], without=["airflow-api"])]
    with pytest.raises(UsageError, match="no service kafak"):
        select([], without=["kafak"])


def test_last_lines_of_a_log_are_read(tmp_path):
    path = tmp_path / "a.log"
    path.write_text("1\n2\n3\n")
    assert list(read(path, 2, follow=False)) == ["2\n", "3\n"]


def test_followed_log_goes_on_after_rotation(tmp_path):
    path = tmp_path / "a.log"
    path.write_text("old\n")
    lines = read(path, 10, follow=True)
    assert next(lines) == "old\n"
    path.rename(tmp_path / "a.log.1")
    path.write_text("new\n")
    assert next(lines) == "new\n"


def test_private_file_replaces_the_old_one_whole(tmp_path):
    path = tmp_path / "x"
    write_private(path, "long text")
    write_private(path, "short")
    assert path.read_text() == "short"
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
