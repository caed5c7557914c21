"""The example on real engines: from nothing to exact rows in two databases, and what surrounds it."""

import json
import stat
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
from embedded import LEFT_OUT
from judge import assert_exact

pytestmark = pytest.mark.e2e

RUN = (
    *("generate", "--events", "12000", "--rate", "25", "--seed", "7", "--as-of", "2026-01-31T09:00:00Z"),
    *("--speed", "max", "--bad", "2", "--late", "2", "--close"),
)


@pytest.fixture(scope="module")
def applied(platform):
    platform.millstream("seed")
    platform.millstream("apply")
    return platform


def test_seeded_run_is_exact_in_both_databases(applied, tmp_path):
    applied.millstream(*RUN)
    assert_exact(applied, tmp_path, 400)


def test_second_apply_restarts_nothing(applied):
    before = running(applied)
    again = applied.millstream("apply", "--json")
    assert json.loads(again.stdout)["changes"] == []
    assert running(applied) == before


def running(applied):
    """Ids of the jobs that run, by name."""
    return {job["name"]: job["id"] for job in applied.status()["jobs"] if job["state"] == "running"}


def edited_view(applied, find, replacement):
    """Apply with a view of a job edited, and take the edit back."""
    view = "flink_sql/views/revenue_per_city_minute.sql"
    text = (applied.root / view).read_text(encoding="utf-8")
    applied.edit(view, find, replacement)
    try:
        return applied.millstream("apply", check=False)
    finally:
        (applied.root / view).write_text(text, encoding="utf-8")


def test_change_that_fits_no_state_is_refused_and_told(applied):
    before = running(applied)
    refused = edited_view(applied, "COUNT(DISTINCT order_id)", "COUNT(order_id)")
    assert refused.returncode == 4
    assert "job.revenue_by_city_minute" in refused.stderr
    assert "view `revenue_per_city_minute` changed" in refused.stderr
    assert "COUNT(DISTINCT order_id) → COUNT(order_id)" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert running(applied) == before


def test_change_that_keeps_state_restarts_from_a_savepoint(applied):
    """Spelled otherwise, the aggregate is the same: its state goes on, and so do the other jobs."""
    before = running(applied)
    renamed = edited_view(applied, "SUM(CAST(quantity AS BIGINT))", "SUM(CAST(((quantity)) AS BIGINT))")
    assert renamed.returncode == 0, renamed.stderr
    after = running(applied)
    assert {name for name in before if before[name] != after[name]} == {"revenue_by_city_minute"}
    assert "restart from savepoint" in renamed.stderr or "replace" in renamed.stderr
    with psycopg.connect(applied.env["CONTROL_URL"]) as connection:
        row = connection.execute(
            "SELECT restored_from FROM millstream.jobs WHERE resource = 'job.revenue_by_city_minute'"
            " ORDER BY attempt DESC LIMIT 1"
        ).fetchone()
    assert row is not None
    assert "savepoint" in row[0]
    # The file is as it was again, and so is what it means.
    assert applied.millstream("apply").returncode == 0


def test_comments_and_white_space_change_nothing(applied):
    job = "flink_sql/jobs/revenue_by_city_minute.sql"
    applied.edit(job, "INSERT INTO", "-- a remark\nINSERT   INTO")
    assert json.loads(applied.millstream("apply", "--json").stdout)["changes"] == []


def test_up_is_safe_to_repeat(applied):
    before = {s["name"]: s["pid"] for s in applied.status()["services"]}
    applied.millstream("up")
    assert {s["name"]: s["pid"] for s in applied.status()["services"]} == before


def test_every_service_answers_and_fits_into_its_memory(applied):
    services = {s["name"]: s for s in applied.status()["services"]}
    assert {services.pop(name)["state"] for name in LEFT_OUT} == {"stopped"}
    assert {s["state"] for s in services.values()} == {"ready"}
    assert sum(s["rss_mb"] for s in services.values()) <= 4096


def descendants(platform):
    supervisor = platform.process("supervisord")
    return [supervisor, *supervisor.children(recursive=True)]


def test_every_socket_is_on_loopback(applied):
    listening = [
        connection.laddr
        for process in descendants(applied)
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN or connection.type.name == "SOCK_DGRAM"
    ]
    assert len(listening) >= 6
    assert {address.ip for address in listening} <= {"127.0.0.1", "::ffff:127.0.0.1", "::1"}


def test_no_secret_in_arguments_status_or_logs(applied):
    secrets = [value for name, value in applied.site.secrets.items() if value]
    assert len(secrets) >= 7
    shown = [" ".join(process.cmdline()) for process in descendants(applied)]
    shown += [applied.millstream("status", "--json").stdout, applied.millstream("env").stdout]
    shown += [path.read_text(errors="replace") for path in (applied.state / "logs").rglob("*") if path.is_file()]
    assert not [secret for secret in secrets for text in shown if secret in text]


def test_state_is_private_to_its_owner(applied):
    assert stat.S_IMODE(applied.state.stat().st_mode) == 0o700
    for name in ("secrets.json", "conf/resume.json", "conf/clickhouse.json"):
        assert stat.S_IMODE((applied.state / name).stat().st_mode) == 0o600


def test_flink_takes_no_uploads(applied):
    answer = httpx.get(f"{applied.env['FLINK_REST']}/jars", trust_env=False)
    assert answer.status_code == 404


def test_roles_can_do_their_work_and_no_more(applied):
    site = applied.site

    def connect(role):
        return psycopg.connect(
            host="127.0.0.1",
            port=site.ports["postgres"],
            user=role,
            password=site.secrets[f"postgres.{role}"],
            dbname="warehouse",
        )

    with connect("bi_reader") as reader:
        assert reader.execute("SELECT count(*) FROM bronze.dead_letters").fetchone()[0] > 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("DELETE FROM bronze.dead_letters")
    with connect("flink_writer") as writer, pytest.raises(psycopg.errors.InsufficientPrivilege):
        writer.execute("DROP TABLE bronze.dead_letters")
    with pytest.raises(psycopg.OperationalError, match=r"no password supplied|password authentication failed"):
        psycopg.connect(
            host="127.0.0.1", port=site.ports["postgres"], user="millstream", password="x", dbname="warehouse"
        )


def test_settings_work_for_other_clients(applied):
    settings = json.loads(applied.millstream("env", "--json").stdout)
    assert Path(settings["PGPASSFILE"]).exists()
    with psycopg.connect(settings["POSTGRES_URL"], passfile=settings["PGPASSFILE"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("millstream",)


def test_answers_are_shown(applied):
    shown = applied.millstream("answers").stdout
    for title in ("Top cities now", "Dead letters by reason", "Latency in PostgreSQL", "Latency in ClickHouse"):
        assert title in shown
    assert "not_json" in shown
