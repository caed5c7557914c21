"""Bad input and interruptions on real engines: one clear error with its mend, and nothing half-done.

What needs no engine is in tests/unit/test_cli_*.py.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from embedded import LEFT_OUT, REPOSITORY, Embedded

from millstream.local import jars
from millstream.local.layout import ROOT_BASE, cache_folder

pytestmark = pytest.mark.e2e

# Done already; interrupted; interrupted while Python was still loading.
FINE = {0, 130, -signal.SIGINT}
JOBS = sorted(path.stem for path in (REPOSITORY / "flink_sql" / "jobs").glob("*.sql"))


def is_one_error(done, code, *said):
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert sum(line.startswith("error: ") for line in done.stderr.splitlines()) == 1, done.stderr
    for text in ("mend: ", *said):
        assert text in done.stderr, f"{text!r} is not in\n{done.stderr}"


def processes(platform):
    """Every process that works for a platform: its state folder is in the arguments, or it is PostgreSQL's."""
    marks = (str(platform.state), str(platform.short))
    found = []
    for process in psutil.process_iter(["cmdline"]):
        arguments = " ".join(process.info["cmdline"] or ())
        if any(mark in arguments for mark in marks):
            found.append(arguments[:200])
    return found


@contextmanager
def started(platform, *arguments, env=None):
    """Run a command beside the test."""
    argv, env = (sys.executable, "-m", "millstream", *arguments), {**platform.environment, **(env or {})}
    process = subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def interrupted(platform, seconds, *arguments, after=None):
    """Send Ctrl-C to a command some seconds after it has made a file; returns its exit code."""
    with started(platform, *arguments) as process:
        while after and not after.exists() and process.poll() is None:
            time.sleep(0.02)
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=90)
    assert "Traceback" not in errors, errors
    return process.returncode


def states(platform):
    return {s["name"]: s["state"] for s in platform.status()["services"] if s["name"] not in LEFT_OUT}


def await_jobs(platform):
    """Wait until each job runs, and once."""
    deadline = time.monotonic() + 240
    while True:
        running = sorted(job["name"] for job in platform.status()["jobs"] if job["state"] == "running")
        if running == JOBS:
            return
        assert time.monotonic() < deadline, running
        time.sleep(1)


@pytest.fixture
def small(tmp_path):
    """A platform of which single services are started."""
    embedded = Embedded.of_copy(tmp_path / "project")
    yield embedded
    embedded.millstream("reset", "--yes")


@pytest.fixture(scope="module")
def far(tmp_path_factory):
    """A whole platform in a folder with a long name, spaces, a comma and umlauts; its tests build on each other."""
    folder = tmp_path_factory.mktemp("far") / "Größe, Maß und Übermut 100 % ;früh" / ("x" * 60)
    embedded = Embedded.of_copy(folder / ("Straße der Ströme " + "y" * 40))
    assert len(str(embedded.root)) > 150
    yield embedded
    embedded.millstream("reset", "--yes")


def test_interrupted_up_leaves_nothing(far):
    for seconds in (0, 2):
        assert interrupted(far, seconds, "up", after=far.state / "run" / "supervisord.json") == 130
        assert processes(far) == []
    assert set(states(far).values()) == {"stopped"}


def test_up_goes_on_from_a_half_finished_start_and_yields_to_another(far):
    with started(far, "up") as process:
        deadline = time.monotonic() + 60
        while not far.process("postgres"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        process.kill()
    with (far.state / "lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        for command in (("up",), ("down",), ("reset", "--yes")):
            is_one_error(far.millstream(*command, check=False), 3, "another `up` or `down` is at work here")
    far.millstream("up")
    assert set(states(far).values()) == {"ready"}


def test_sql_that_the_planner_refuses_is_placed_and_nothing_is_created(far):
    job = "flink_sql/jobs/revenue_by_city_minute.sql"
    text = (far.root / job).read_text(encoding="utf-8")
    far.edit(job, "revenue, orders", "revenu, orders")
    try:
        refused = far.millstream("apply", check=False)
    finally:
        (far.root / job).write_text(text, encoding="utf-8")
    line = next(n for n, words in enumerate(text.splitlines(), start=1) if "revenue, orders" in words)
    column = text.splitlines()[line - 1].index("revenue, orders") + 1
    assert refused.returncode == 1, refused.stderr
    assert f"error[FLK100] {job}:{line}:{column}" in refused.stderr
    assert f"  {line} │ SELECT city_id, `minute`, revenu, orders, items" in refused.stderr
    assert "^^^^^^" in refused.stderr
    assert "nothing was changed" in refused.stderr
    assert "Traceback" not in refused.stderr
    topics = AdminClient({"bootstrap.servers": far.env["KAFKA_BOOTSTRAP"]}).list_topics(timeout=20).topics
    declared = {name.split(":")[0].strip() for name in (far.root / "kafka/topics.yml").read_text().splitlines()}
    assert declared & set(topics) == set()
    assert far.status()["jobs"] == []


def test_apply_goes_on_from_where_it_was_interrupted(far):
    far.millstream("seed")
    for seconds in (2, 9):
        assert interrupted(far, seconds, "apply") in FINE
    far.millstream("apply")
    await_jobs(far)
    assert json.loads(far.millstream("apply", "--json").stdout)["changes"] == []


def test_up_goes_on_after_an_interrupted_down(far):
    for seconds in (1, 2.5):
        assert interrupted(far, seconds, "down") in FINE
        far.millstream("up")
    await_jobs(far)
    assert json.loads(far.millstream("apply", "--json").stdout)["changes"] == []


def test_reset_deletes_all_data_and_ends_every_process(far):
    short = far.short
    is_one_error(far.millstream("reset", check=False), 4, "nothing was deleted")
    assert far.state.exists()
    assert short.exists()
    assert (short.parent == ROOT_BASE) == (os.geteuid() == 0)
    far.millstream("reset", "--yes")
    assert processes(far) == []
    assert not far.state.exists()
    assert not short.exists()


def test_taken_port_is_left_alone_unless_asked_for(small):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        refused = small.millstream("up", "--only", "postgres", "--port", f"postgres={port}", check=False)
        is_one_error(refused, 3, f"port {port}", f"(pid {os.getpid()})", psutil.Process().name())
        assert processes(small) == []
        kept = small.state / "ports.json"
        kept.write_text(json.dumps({"postgres": port}), encoding="utf-8")
        small.millstream("up", "--only", "postgres")
        assert json.loads(kept.read_text(encoding="utf-8"))["postgres"] != port
    assert states(small)["postgres"] == "ready"


def test_stale_record_of_a_foreign_process_harms_nobody(small):
    small.millstream("up", "--only", "postgres")
    small.millstream("down")
    with subprocess.Popen(("sleep", "100")) as foreign:
        record = {"pid": foreign.pid, "started": psutil.Process(foreign.pid).create_time() - 3600}
        for name in ("postgres", "kafka", "supervisord"):
            (small.state / "run" / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
        assert states(small)["kafka"] == "stopped"
        small.millstream("up", "--only", "postgres")
        assert states(small)["postgres"] == "ready"
        small.millstream("down")
        assert foreign.poll() is None
        foreign.kill()


@contextmanager
def disk(folder, mib):
    """A disk of some size at `folder`."""
    folder.mkdir()
    mounted = subprocess.run(("mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", folder), check=False)
    if mounted.returncode:
        pytest.skip("no right to mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(("umount", "-l", folder), check=True)


def test_full_disk_is_refused_before_anything_starts(small):
    with disk(small.state, 10):
        refused = small.millstream("up", "--only", "kafka", check=False)
        is_one_error(refused, 3, f"the disk of {small.state} is full", "MILLSTREAM_STATE")
        assert processes(small) == []
        small.millstream("down")


def test_disk_that_fills_up_during_the_start_is_named_and_nothing_stays(small):
    with disk(small.state, 520):
        with started(small, "up", "--only", "kafka") as process:
            while not (small.state / "conf" / "supervisord.conf").exists():
                assert process.poll() is None
                time.sleep(0.005)
            fill(small.state / "filler")
            _, errors = process.communicate(timeout=120)
        is_one_error(subprocess.CompletedProcess((), process.returncode, "", errors), 3)
        assert "is full" in errors or "No space left on device" in errors
        assert processes(small) == []
        (small.state / "filler").unlink()
        small.millstream("up", "--only", "kafka")
        small.millstream("down")


def fill(path):
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1 << 20)):
                pass
        except OSError:
            return


@pytest.fixture
def cache(tmp_path):
    """A JAR cache of our own; hard links, so it takes no room."""
    copy = tmp_path / "cache"
    shutil.copytree(cache_folder(), copy, copy_function=os.link)
    return copy


def test_corrupt_jar_stops_up_and_setup_repairs_it(small, cache):
    jar = next(jar for jar in jars.locked("kafka") if jar.artifact == "slf4j-api")
    path = cache / jar.relative_path
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    env = {"MILLSTREAM_CACHE": str(cache)}
    refused = small.millstream("up", "--only", "kafka", check=False, env=env)
    is_one_error(refused, 3, str(path), "is damaged", "millstream setup")
    assert processes(small) == []
    assert "(1 fetched)" in small.millstream("setup", env=env).stderr
    assert path.read_bytes() == whole
    assert jars.is_intact(jar, cache_folder())
    assert "(0 fetched)" in small.millstream("setup", env=env).stderr


def test_interrupted_setup_is_taken_up_again(small, cache, monkeypatch):
    monkeypatch.setenv("MILLSTREAM_CACHE", str(cache))
    for jar in jars.locked("kafka"):
        if jar.artifact.startswith(("jackson", "slf4j", "jose4j")):
            (cache / jar.relative_path).unlink()
    assert interrupted(small, 1.5, "setup") in FINE
    small.millstream("setup")
    assert jars.missing(jars.locked("kafka"), cache) == ()


GENERATED = ("orders", "shipments", "vehicle_positions", "inventory_changes")


def test_generator_whose_broker_goes_away_ends_in_bounded_time(small):
    small.millstream("up", "--only", "kafka")
    # A target without a shop: only events are sent.
    elsewhere = dict.fromkeys(("FLINK_REST", "POSTGRES_URL", "CLICKHOUSE_URL", "CONTROL_URL"), "nowhere")
    elsewhere["KAFKA_BOOTSTRAP"] = small.site.address("kafka")
    generate = ("generate", "--rate", "500", "--target", "cluster")
    admin = AdminClient({"bootstrap.servers": small.site.address("kafka")})
    for made in admin.create_topics([NewTopic(topic, 4, 1) for topic in GENERATED]).values():
        made.result()
    with started(small, *generate, env=elsewhere) as process:
        time.sleep(4)
        small.millstream("down")
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, errors = process.communicate(timeout=60)
    assert time.monotonic() - began < 30
    is_one_error(subprocess.CompletedProcess((), process.returncode, "", errors), 3, "records", "millstream status")
    small.millstream("up", "--only", "kafka")
    with started(small, *generate, env=elsewhere) as process:
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "stopped before the end" in errors
