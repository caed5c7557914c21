import json
import os
import socket
import stat
import subprocess
import sys

import psutil
import pytest

from millstream.errors import EngineError, UsageError
from millstream.local import jars, ports, secrets
from millstream.local.jars import Jar
from millstream.local.launch import LaunchFile, ProcessRecord, family, write_private
from millstream.local.layout import Layout
from millstream.local.logs import read
from millstream.local.platform import select
from millstream.local.resume.configuration import load
from millstream.local.services.base import Site
from millstream.local.services.catalog import BY_NAME
from millstream.local.supervision import end_orphans, record_path


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


LEAVES_A_CHILD = """
import os, time
if os.fork():
    time.sleep(0.2)
    os.kill(os.getpid(), 9)
time.sleep(60)
"""


def test_process_that_ends_while_it_is_looked_at_has_no_family():
    with subprocess.Popen((sys.executable, "-c", "input()"), stdin=subprocess.PIPE) as short:
        seen = psutil.Process(short.pid)
        assert family(seen) == (seen,)
    assert family(seen) == ()


def test_children_that_outlive_a_killed_service_end_with_the_platform(tmp_path):
    layout = Layout(tmp_path)
    layout.run.mkdir()
    launch, record = tmp_path / "launch.json", record_path(layout, "scheduler")
    for program in (LEAVES_A_CHILD, ""):
        LaunchFile((sys.executable, "-c", program), cwd="/", record=str(record)).save(launch)
        with subprocess.Popen((sys.executable, "-m", "millstream.local.launch", launch), process_group=0) as leader:
            leader.wait()
        if program:
            (child,) = ProcessRecord.load(record).remains()
    assert child.is_running()
    end_orphans(layout, {})
    child.wait(timeout=5)
    assert list(layout.run.iterdir()) == []


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


def test_resume_process_knows_the_variables_of_ones_own_that_sql_names(tmp_path, monkeypatch):
    table = tmp_path / "project/flink_sql/tables/orders.sql"
    table.parent.mkdir(parents=True)
    table.write_text("CREATE TABLE orders (a INT) WITH ('p' = '${BROKER_LOGIN}', 'b' = '${KAFKA_BOOTSTRAP}')")
    for name in ("BROKER_LOGIN", "KAFKA_BOOTSTRAP", "UNNAMED"):
        monkeypatch.setenv(name, f"own {name}")
    layout = Layout(tmp_path / "state")
    layout.conf.mkdir(parents=True)
    known = secrets.load(layout.state / "secrets.json")
    site = Site(layout, ports.PREFERRED, known, java_home=tmp_path, project=tmp_path / "project")
    command = BY_NAME["resume"].prepare(site)
    file = layout.conf / "resume.json"
    variables = load(file).variables
    assert variables["BROKER_LOGIN"] == "own BROKER_LOGIN"
    assert variables["KAFKA_BOOTSTRAP"] == site.address("kafka")
    assert "UNNAMED" not in variables
    assert "own BROKER_LOGIN" not in " ".join(command.argv)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


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
