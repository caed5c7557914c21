"""What people do to real engines by hand is told by the next plan, mended by the next apply; and no secret shows.

The project is in `till/`: its objects are named after what happens to them. Its tests build on each other.
"""

import json
import re
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from by_hand import Hand, kill_flink, until
from till_platform import POISON, WORD, Till

from millstream.local.launch import write_private

pytestmark = pytest.mark.e2e

SERVICES = ("connect", "clickhouse", "flink-taskmanager", "resume", "sources")

NOTHING = {"changes": [], "drift": [], "undeclared": []}


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    root = tmp_path_factory.mktemp("drift") / "till"
    shutil.copytree(Path(__file__).with_name("till"), root)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    made = Till(root, port)
    made.state.mkdir(mode=0o700)
    write_private(made.state / "secrets.json", json.dumps({"postgres.flink_writer": f"{WORD}FlinkWriter"}))
    only = [word for service in SERVICES for word in ("--only", service)]
    try:
        made.millstream("up", "--port", f"postgres={port}", *only)
        made.millstream("apply")
        yield made
    finally:
        made.millstream("reset", "--yes")


@pytest.fixture(scope="module")
def hand(platform):
    with Hand(platform) as made:
        yield made


def test_plan_of_what_was_just_applied_is_empty(platform):
    assert platform.read("plan") == NOTHING


@dataclass(frozen=True)
class Jobs:
    """Ids of jobs by name: as they were applied, and as they run since the JobManager has lost them."""

    applied: dict
    running: dict
    parameters: dict


@pytest.fixture(scope="module")
def jobs(platform, hand):
    """The jobs after the JobManager has forgotten them; one of them a person had cancelled before."""
    applied = hand.jobs()
    parameters = {name: hand.parameters(job) for name, job in applied.items()}
    hand.cancel(applied["rescaled"])
    until(lambda: control(platform, "SELECT 1 FROM millstream.jobs WHERE note = 'canceled'"))
    kill_flink(platform)
    others = applied.keys() - {"rescaled"}
    until(lambda: hand.running().keys() == others, 120)
    # From then on the resume process has seen them restored, and their end is no failed start.
    until(lambda: not control(platform, "SELECT 1 FROM millstream.jobs WHERE confirmed_at IS NULL"))
    return Jobs(applied, hand.running(), parameters)


def control(platform, query):
    """Ask the control database."""
    with psycopg.connect(platform.env["CONTROL_URL"]) as connection:
        return connection.execute(query).fetchall()


def test_jobs_with_variables_of_their_own_survive_the_jobmanager(platform, jobs):
    assert jobs.applied.keys() == {path.stem for path in (platform.root / "flink_sql/jobs").iterdir()}
    assert jobs.running.keys() == jobs.applied.keys() - {"rescaled"}
    assert not set(jobs.running.values()) & set(jobs.applied.values())


@dataclass(frozen=True)
class Copies:
    """Jobs that a person has submitted, and the savepoint that one of them started from."""

    resubmitted: str
    restored: str
    stranger: str
    savepoint: str


@pytest.fixture(scope="module")
def copies(hand, jobs):
    # Flink refuses a second job under an id that it knows; this one it has forgotten.
    same = {"job_id": jobs.applied["rescaled"], "parameters": jobs.parameters["rescaled"]}
    hand.submit("rescaled", hand.statement("rescaled"), parallelism=2, **same)
    hand.cancel(jobs.running["resubmitted"])
    other = hand.statement("resubmitted") + "\nWHERE amount > 10"
    resubmitted = hand.submit("resubmitted", other, parameters=jobs.parameters["resubmitted"])
    savepoint = hand.stop_with_savepoint(jobs.running["restored"])
    # Planned anew, the copy has no place for the state of the plan that ran.
    start = {"restore_path": savepoint, "ignores_unclaimed": True}
    restored = hand.submit("restored", hand.statement("restored"), parameters=jobs.parameters["restored"], **start)
    return Copies(resubmitted, restored, hand.submit("somebody's trial", hand.statement("cancelled")), savepoint)


def alter_jobs(hand, jobs):
    hand.cancel(jobs["cancelled"])


def let_a_job_fail(hand, jobs):
    """Flink's JDBC sink takes its TaskManager along when it cannot write, so every other job restarts, too."""
    hand.postgres.execute("REVOKE INSERT ON bronze.with_more_columns FROM flink_writer")
    hand.send("orders", b'{"order_id": 1, "city_id": 1, "amount": 10.50}')
    hand.await_state(jobs["failed"], "FAILED")


def alter_topics(hand):
    hand.set_topic("with_other_settings", retention__ms="3600000", segment__ms="60000")
    hand.add_partitions("with_more_partitions", 3)
    hand.delete_topic("deleted")
    hand.delete_topic("recreated")
    hand.create_topic("recreated", retention__ms="-1")


def alter_connectors(hand):
    hand.pause("paused")
    hand.configure("edited", batch__size="17")


def alter_databases(hand):
    hand.postgres.execute("ALTER TABLE bronze.with_more_columns ADD COLUMN note text")
    hand.postgres.execute("ALTER TABLE bronze.with_another_type ALTER COLUMN name TYPE text")
    hand.postgres.execute("ALTER TABLE bronze.without_index DROP CONSTRAINT without_index_name_key")
    hand.clickhouse.command("DETACH TABLE visits_feed")
    hand.clickhouse.command("ALTER TABLE visits ADD COLUMN note String")
    hand.clickhouse.command("ALTER TABLE with_another_ttl MODIFY TTL left_at + INTERVAL 1 DAY")


@dataclass(frozen=True)
class Told:
    """One plan, for machines and for people."""

    plan: dict
    text: str


@pytest.fixture(scope="module")
def told(platform, hand, jobs, copies, tmp_path_factory):  # noqa: ARG001 - copies are made first
    """A plan after all of it."""
    alter_jobs(hand, jobs.running)
    alter_topics(hand)
    alter_connectors(hand)
    alter_databases(hand)
    out = tmp_path_factory.mktemp("plan") / "plan.json"
    done = platform.millstream("plan", "--out", str(out))
    platform.said.append(out.read_text(encoding="utf-8"))
    return Told(json.loads(out.read_text(encoding="utf-8")), done.stdout)


DRIFT = {
    ("job.cancelled", "canceled"): "was cancelled, and by no apply",
    ("job.resubmitted", "canceled"): "was cancelled, and by no apply",
    ("job.resubmitted", "resubmitted"): "not the job of the last apply",
    ("job.restored", "finished"): "was stopped with a savepoint",
    ("job.restored", "restored"): "/savepoint-",
    ("job.rescaled", "parallelism"): "was rescaled: has 2 parallel tasks, applied were 1",
    ("topic.with_other_settings", "altered"): "retention.ms is 3600000, declared is -1",
    ("topic.with_more_partitions", "altered"): "has 3 partitions, declared are 1",
    ("topic.deleted", "gone"): "was dropped",
    ("topic.recreated", "recreated"): "was dropped and created again",
    ("connector.paused", "altered"): "is paused, declared is running",
    ("connector.edited", "altered"): "batch.size is 17, declared is nothing",
    ("postgres_table.bronze.with_more_columns", "altered"): "column note is text, declared is nothing",
    ("postgres_table.bronze.with_another_type", "altered"): "column name is text, declared is character varying(40)",
    ("postgres_table.bronze.without_index", "altered"): "index without_index_name_key is gone",
    ("clickhouse_table.visits", "altered"): "column note String stands on one side only",
    ("clickhouse_table.with_another_ttl", "altered"): "its definition was altered",
    ("clickhouse_materialized_view.visits_feed", "gone"): "is detached: `ATTACH TABLE visits_feed` brings it back",
}
CHANGES = {
    "job.cancelled": "resume",
    "job.resubmitted": "resume",
    "job.restored": "resume",
    "topic.with_other_settings": "replace",
    "topic.with_more_partitions": "replace",
    "topic.deleted": "create",
    "connector.paused": "update",
    "connector.edited": "update",
    "postgres_table.bronze.with_more_columns": "replace",
    "postgres_table.bronze.with_another_type": "replace",
    "clickhouse_table.visits": "replace",
    "clickhouse_materialized_view.visits_feed": "create",
}
LOSE_DATA = {resource for resource, action in CHANGES.items() if action == "replace"}


@pytest.mark.parametrize(("resource", "kind"), DRIFT)
def test_plan_tells_what_was_done_by_hand(told, resource, kind):
    (found,) = (drift for drift in told.plan["drift"] if (drift["resource"], drift["kind"]) == (resource, kind))
    assert DRIFT[resource, kind] in "; ".join(found["reasons"])
    part = told.text.partition("drift: changed since the last apply")[2].partition("undeclared: ")[0]
    block = " ".join(part.partition(f"    ! {resource}\n")[2].partition("    ! ")[0].split())
    assert all(reason in block for reason in found["reasons"])


def test_plan_tells_no_other_drift(told):
    assert {(drift["resource"], drift["kind"]) for drift in told.plan["drift"]} == DRIFT.keys()


def test_plan_changes_what_drifted_and_nothing_else(told):
    assert {change["resource"]: change["action"] for change in told.plan["changes"]} == CHANGES


def test_copies_of_a_job_are_told_by_their_ids(told, copies):
    reasons = {(drift["resource"], drift["kind"]): drift["reasons"][0] for drift in told.plan["drift"]}
    assert copies.resubmitted in reasons["job.resubmitted", "resubmitted"]
    assert copies.restored in reasons["job.restored", "restored"]


def test_somebody_elses_job_is_told_as_undeclared(told, copies):
    (found,) = told.plan["undeclared"]
    assert (found["job_id"], found["resource"], found["approval"]) == (copies.stranger, None, None)
    assert "? somebody's trial   running" in told.text


@pytest.mark.usefixtures("told")
def test_apply_refuses_what_loses_data_and_touches_nothing(platform, hand, copies):
    before = hand.jobs()
    refused = platform.millstream("apply", check=False)
    assert refused.returncode == 4, refused.stderr
    assert "nothing was changed" in refused.stderr
    named = {line.strip().partition(": ")[0] for line in refused.stderr.splitlines()}
    assert named & CHANGES.keys() == LOSE_DATA
    assert hand.jobs() == before
    assert copies.stranger in before.values()


@pytest.fixture(scope="module")
def failing(platform, hand, jobs, told):  # noqa: ARG001 - the jobs that restart were told before
    """A later plan: one more job has failed."""
    let_a_job_fail(hand, jobs.running)
    return json.loads(platform.millstream("plan", "--json").stdout)


def test_plan_tells_why_a_job_failed(failing):
    (found,) = (drift for drift in failing["drift"] if drift["resource"] == "job.failed")
    assert found["kind"] == "failed"
    # The TaskManager may be down before the JobManager hears why.
    assert re.search("permission denied for table with_more_columns|logs flink-taskmanager", found["reasons"][0])
    assert {change["resource"] for change in failing["changes"]} == {*CHANGES, "job.failed"}


@pytest.fixture(scope="module")
def mended(failing, platform, hand, copies):  # noqa: ARG001 - what is mended was done before
    """An apply, after a person has taken back what no apply may touch."""
    for job in (copies.resubmitted, copies.restored, copies.stranger):
        hand.cancel(job)
    hand.postgres.execute("GRANT INSERT ON bronze.with_more_columns TO flink_writer")
    hand.postgres.execute("ALTER TABLE bronze.with_more_columns DROP COLUMN note")
    hand.postgres.execute("ALTER TABLE bronze.with_another_type ALTER COLUMN name TYPE varchar(40)")
    hand.clickhouse.command("ATTACH TABLE visits_feed")
    hand.clickhouse.command("ALTER TABLE visits DROP COLUMN note")
    hand.set_topic("with_other_settings", retention__ms="-1")
    hand.delete_topic("with_more_partitions")
    return platform.read("apply")


def test_apply_mends_what_loses_nothing(mended, hand):
    lost = {"topic.deleted": "create", "topic.with_more_partitions": "create"}
    resumed = {resource: action for resource, action in CHANGES.items() if action in {"resume", "update"}}
    resumed["job.failed"] = "resume"
    assert {change["resource"]: change["action"] for change in mended["changes"]} == lost | resumed
    assert sorted(hand.jobs()) == ["cancelled", "failed", "rescaled", "restored", "resubmitted"]
    states = {name: hand.connect.get(f"/connectors/{name}/status").json() for name in ("paused", "edited")}
    assert {status["connector"]["state"] for status in states.values()} == {"RUNNING"}


def test_second_plan_is_empty_once_apply_has_told_the_rest(mended, platform):
    assert {("topic.recreated", "recreated"), ("job.rescaled", "parallelism")} < {
        (drift["resource"], drift["kind"]) for drift in mended["drift"]
    }
    assert platform.read("plan") == NOTHING


@pytest.mark.usefixtures("mended")
def test_a_job_goes_on_from_the_savepoint_that_a_person_stopped_it_with(platform, copies):
    """The last checkpoint is older: what came between the two would be written twice."""
    query = "SELECT restored_from FROM millstream.jobs WHERE resource = 'job.restored' ORDER BY attempt DESC"
    (restored_from,), *_ = control(platform, query)
    assert restored_from.rpartition("/")[2] == copies.savepoint.rpartition("/")[2]


@pytest.mark.usefixtures("mended")
def test_the_failed_job_lands_what_it_had_failed_on(hand):
    query = "SELECT order_id, amount::text FROM bronze.with_more_columns"
    assert until(lambda: hand.postgres.execute(query).fetchall()) == [(1, "10.50")]


@pytest.mark.usefixtures("mended")
def test_an_edited_query_and_queue_are_made_again_and_rows_go_on_landing(platform, hand):
    rows = "SELECT visit_id, city_id FROM visits WHERE visit_id > 900 ORDER BY visit_id"
    hand.send("visits", b'{"visit_id": 901, "city_id": 1}')
    until(lambda: hand.clickhouse.query(rows).result_rows == [(901, 1)])
    platform.edit("clickhouse/visits_feed.sql", "visit_id, city_id", "visit_id, city_id + 100 AS city_id")
    platform.edit("clickhouse/visits_queue.sql", "'JSONEachRow',", "'JSONEachRow',\n  kafka_flush_interval_ms = 500,")
    expected = {
        "clickhouse_materialized_view.visits_feed": ("replace", "in place"),
        "clickhouse_table.visits_queue": ("replace", "in place"),
    }
    changes = platform.read("apply")["changes"]
    assert {change["resource"]: (change["action"], change["effect"]) for change in changes} == expected
    hand.send("visits", b'{"visit_id": 902, "city_id": 1}')
    until(lambda: hand.clickhouse.query(rows).result_rows == [(901, 1), (902, 101)])
    assert platform.read("plan") == NOTHING


def shown(text, secrets):
    """Where in a text a secret stands, a few characters around each."""
    places = [(secret, text.find(secret)) for secret in secrets]
    return [f"{text[max(0, at - 80) : at]}[{secret[:6]}…]" for secret, at in places if at >= 0]


@pytest.fixture(scope="module")
def secrets(platform):
    return (WORD, *(value for name, value in platform.site.secrets.items() if value))


@pytest.mark.usefixtures("mended")
def test_values_with_quotes_backslashes_and_semicolons_arrive_whole(hand):
    (default,) = hand.postgres.execute(
        "INSERT INTO bronze.without_index (room_id) VALUES (1) RETURNING token"
    ).fetchone()
    assert default == POISON


@pytest.mark.usefixtures("mended")
def test_no_secret_in_anything_that_commands_say(platform, secrets, tmp_path):
    page = tmp_path / "lineage.html"
    platform.millstream("lineage", "--format", "html", "--out", str(page))
    platform.said.append(page.read_text(encoding="utf-8"))
    until(lambda: "cannot be reached" in str(platform.status()["sources"]))
    for command in (("status",), ("doctor", "--json"), ("env",), ("env", "--json"), ("check", "--json")):
        platform.millstream(*command, check=False)
    table = "flink_sql/tables/landed_orders.sql"
    platform.edit(table, "'sink.max-retries'", "'sink.most-retries'")
    refused = platform.millstream("check", check=False)
    platform.edit(table, "'sink.most-retries'", "'sink.max-retries'")
    assert "most-retries" in refused.stdout + refused.stderr
    assert [place for text in platform.said for place in shown(text, secrets)] == []


@pytest.mark.usefixtures("mended")
def test_no_secret_in_flinks_answers(hand, secrets):
    listed = [job["jid"] for job in hand.rest.get("/jobs/overview").json()["jobs"]]
    parts = ("", "/config", "/plan", "/exceptions", "/checkpoints", "/checkpoints/config")
    paths = [f"/jobs/{job}{part}" for job in listed for part in parts]
    answers = {path: hand.rest.get(path) for path in (*paths, "/jobmanager/config", "/jobmanager/environment")}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert {path: places for path, answer in answers.items() if (places := shown(answer.text, secrets))} == {}


@pytest.mark.usefixtures("mended")
def test_no_secret_in_connects_answers(hand, secrets):
    paths = ("/connectors?expand=info&expand=status", "/connectors/edited/config", "/connectors/edited/tasks")
    answers = [hand.connect.get(path) for path in paths]
    assert all("sasl.jaas.config" in answer.text for answer in answers)
    assert [place for answer in answers for place in shown(answer.text, secrets)] == []


@pytest.mark.usefixtures("mended")
def test_no_secret_in_the_control_database(platform, secrets):
    tables = control(platform, "SELECT tablename FROM pg_tables WHERE schemaname = 'millstream'")
    texts = {table: str(control(platform, f'SELECT t::text FROM millstream."{table}" t')) for (table,) in tables}
    assert {table for table, text in texts.items() if text != "[]"} >= {"jobs", "journal", "objects", "sources"}
    assert {table: places for table, text in texts.items() if (places := shown(text, secrets))} == {}


@pytest.mark.usefixtures("mended")
def test_no_secret_in_clickhouses_log_of_queries(hand, secrets):
    created = until(lambda: hand.clickhouse.query("SELECT query FROM millstream.query_log WHERE query LIKE 'CREATE%'"))
    texts = [row[0] for row in created.result_rows]
    assert any("kafka_sasl_password" in text for text in texts)
    assert [place for text in texts for place in shown(text, secrets)] == []


@pytest.mark.usefixtures("mended")
def test_no_secret_in_arguments_or_logs(platform, secrets):
    supervisor = platform.process("supervisord")
    arguments = [" ".join(process.cmdline()) for process in (supervisor, *supervisor.children(recursive=True))]
    assert [place for text in arguments for place in shown(text, secrets)] == []
    logs = {path: path.read_text(errors="replace") for path in (platform.state / "logs").rglob("*") if path.is_file()}
    assert {path.name for path in logs} >= {f"{name}.log" for name in ("connect", "clickhouse", "resume", "sources")}
    assert {path.name: places for path, text in logs.items() if (places := shown(text, secrets))} == {}
