"""Airflow on the embedded platform, with PostgreSQL alone: the landing tables are there and empty."""

import json
import re
import signal
import stat
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
import yaml
from airflow_api import AirflowApi
from embedded import Embedded

from include.sheets.layout import PRICES
from include.sheets.loading import Outcome, load
from millstream.local.launch import ProcessRecord
from millstream.local.secrets import NAMES

pytestmark = pytest.mark.e2e

SERVICES = ("airflow-api", "airflow-scheduler", "airflow-dags", "airflow-triggerer")
HEADER = "supplier_id,sku,unit_cost,valid_from\n"
BAD_SHEETS = {
    "wrong_header.csv": (b"sku,supplier_id,unit_cost,valid_from\nA,1,2.00,2026-01-01\n", 1, 0),
    "wrong_encoding.csv": (f"{HEADER}1,A,2.00,2026-01-01\n".encode("utf-16"), None, 0),
    "empty.csv": (b"", 0, 0),
    "mixed.csv": (
        HEADER.encode()
        + b"1,GOOD-1,2.00,2026-01-01\n"
        + b"1,GOOD-1,2.00,2026-01-01\n"
        + b"2,PRICE-1,-1.00,2026-01-01\n"
        + b"3,=HYPERLINK(1),1.00,2026-01-01\n"
        + b"4,L\xe4-1,1.00,2026-01-01\n"
        + b"5,TWICE,1.00,2026-01-01\n"
        + b"5,TWICE,1.01,2026-01-01\n",
        7,
        1,
    ),
}


class Receiver:
    """A web hook that people would be told by."""

    def __init__(self):
        received = self.received = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                """Stay silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"json://127.0.0.1:{self.server.server_port}/alerts"

    def titles(self):
        return [message["title"] for message in self.received]


@pytest.fixture(scope="module")
def receiver():
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def platform(tmp_path_factory, receiver):
    """PostgreSQL with the landing tables, and Airflow whose health looks at nothing but one table."""
    embedded = Embedded.of_copy(tmp_path_factory.mktemp("airflow") / "project")
    limits = {"disk_free_mb": 1, "queries": {"broken things": {"sql": "SELECT count(*) FROM broken_things", "most": 0}}}
    (embedded.root / "dags" / "limits.yml").write_text(yaml.safe_dump(limits))
    try:
        embedded.millstream("up", "--only", "postgres")
        make_landing_tables(embedded)
        only = [word for name in SERVICES for word in ("--only", name)]
        embedded.millstream("up", *only, env={"ALERT_URLS": receiver.url})
        yield embedded
    finally:
        embedded.millstream("reset", "--yes")


def make_landing_tables(embedded):
    with psycopg.connect(embedded.env["POSTGRES_URL"], autocommit=True) as connection:
        connection.execute("CREATE SCHEMA bronze")
        for file in sorted((embedded.root / "postgres").glob("*.sql")):
            connection.execute(file.read_bytes().replace(b"${NS:-}", b""))
        connection.execute("CREATE TABLE public.broken_things (what text)")
        connection.execute("GRANT SELECT ON broken_things TO dbt")


@pytest.fixture(scope="module")
def api(platform):
    with logged_in(platform) as made:
        made.await_dags("warehouse_daily", "realtime_marts", "stream_health", "daily_report")
        assert made.get("importErrors")["import_errors"] == []
        yield made


def logged_in(platform):
    return AirflowApi(f"http://{platform.site.address('airflow')}", platform.site.secrets["airflow.admin"])


@pytest.fixture
def warehouse(platform):
    with psycopg.connect(platform.env["POSTGRES_URL"], autocommit=True) as connection:
        yield connection


def test_services_are_ready_and_listen_on_loopback_only(platform):
    states = {service["name"]: service["state"] for service in platform.status()["services"]}
    assert {states[name] for name in SERVICES} == {"ready"}
    listening = set()
    for name in SERVICES:
        process = platform.process(name)
        for member in (process, *process.children(recursive=True)):
            found = (c for c in member.net_connections("inet") if c.status == psutil.CONN_LISTEN)
            listening |= {(c.laddr.ip, c.laddr.port) for c in found}
    assert listening == {("127.0.0.1", platform.site.ports["airflow"])}


def test_only_the_generated_password_opens_the_api(platform, api):
    login = {"username": "admin", "password": "admin"}
    assert httpx.post(f"{api.address}/auth/token", json=login, trust_env=False).status_code == 401
    assert httpx.get(f"{api.address}/api/v2/dags", trust_env=False).status_code == 401
    settings = dict(re.findall(r"export (\w+)=(\S+)", platform.millstream("env").stdout))
    assert settings["AIRFLOW_URL"] == api.address
    password = Path(settings["AIRFLOW_PASSWORD_FILE"])
    assert password.read_text().strip() == api.password
    assert stat.S_IMODE(password.stat().st_mode) == 0o600


@pytest.mark.usefixtures("api")
def test_no_secret_is_in_an_argument_or_a_log(platform):
    secrets = [platform.site.secrets[name] for name in NAMES]
    for process in psutil.process_iter(["cmdline"]):
        assert not any(secret in " ".join(process.info["cmdline"] or ()) for secret in secrets)
    logs = [
        *platform.state.joinpath("logs").glob("airflow*"),
        *platform.state.joinpath("data/airflow/logs").rglob("*.log"),
    ]
    assert logs
    for log in logs:
        text = log.read_text(errors="replace")
        assert not any(secret in text for secret in secrets), log


def test_command_line_passes_through_and_pools_are_those_of_the_project(platform):
    pools = json.loads(platform.millstream("airflow", "pools", "list", "-o", "json").stdout.splitlines()[-1])
    declared = json.loads((platform.root / "dags" / "pools.json").read_text())
    assert {pool["pool"]: int(pool["slots"]) for pool in pools if pool["pool"] in declared} == {
        name: pool["slots"] for name, pool in declared.items()
    }


def test_night_loads_files_sets_bad_lines_aside_builds_the_warehouse_and_reports(platform, api, warehouse):
    for name, (content, _, _) in BAD_SHEETS.items():
        (platform.root / "data" / "price_sheets" / name).write_bytes(content)
    api.unpause("daily_report")
    # A DAG that is unpaused makes up for the last night it has missed.
    api.unpause("warehouse_daily")
    run = api.await_run("warehouse_daily")
    tasks = api.tasks("warehouse_daily", run["dag_run_id"])
    assert run["state"] == "success", {task: state for task, state in tasks.items() if state != "success"}
    assert any(task.startswith("warehouse.dim_date") for task in tasks)

    counts = {
        file: rest
        for file, *rest in warehouse.execute("SELECT file, records, loaded, quarantined FROM reference.files")
    }
    assert all(records == loaded + quarantined for records, loaded, quarantined in counts.values())
    for name, (_, records, loaded) in BAD_SHEETS.items():
        found = counts[f"price_sheets/{name}"]
        assert found[1] == loaded
        assert records is None or found[0] == records
    reasons = warehouse.execute(
        "SELECT line, reason FROM reference.quarantine WHERE file = 'price_sheets/mixed.csv' ORDER BY line"
    ).fetchall()
    assert reasons == [
        (3, "repeats line 2"),
        (4, "unit_cost is negative"),
        (5, "sku begins like a formula"),
        (6, "byte 4 of the line is not UTF-8"),
        (7, "lines 7 to 8 give one key different values"),
        (8, "lines 7 to 8 give one key different values"),
    ]
    sheets = (platform.root / "data" / "price_sheets").glob("*.csv")
    assert set(counts) == {f"price_sheets/{path.name}" for path in sheets} | {"calendar.csv", "geo.json"}
    assert counts["geo.json"][2] == 0
    assert warehouse.execute("SELECT count(*) FROM gold.dim_date").fetchone()[0] > 0
    assert warehouse.execute("SELECT count(*) FROM operations.alerts WHERE closed_at IS NULL").fetchone() == (0,)

    page = written(api, api.await_run("daily_report"))
    assert "price_sheets/mixed.csv" in page
    assert "=HYPERLINK" in page
    assert not re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", page)


def written(api, report):
    """The page that a run of the report has made."""
    assert report["state"] == "success"
    return Path(api.value("daily_report", report["dag_run_id"], "write_report")).read_text()


def content(warehouse):
    """What the nights have made, as a sum of each table."""
    tables = warehouse.execute(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables"
        " WHERE table_schema IN ('gold', 'reference') AND table_type = 'BASE TABLE' ORDER BY 1"
    ).fetchall()
    return {
        t: warehouse.execute(f"SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) FROM {t} AS r").fetchone()
        for (t,) in tables
    }


def test_second_night_changes_nothing(api, warehouse):
    before = content(warehouse)
    assert len(before) > 3
    assert api.run("warehouse_daily")["state"] == "success"
    assert content(warehouse) == before


# Airflow looks for tasks without a scheduler every five minutes.
@pytest.mark.full
def test_night_in_which_the_scheduler_is_killed_ends_well(platform, api, warehouse):
    before = content(warehouse)
    run_id = api.trigger("warehouse_daily")
    models = "warehouse.stg_"
    api.await_task("warehouse_daily", run_id, lambda tasks: "success" in of_models(tasks, models).values())
    killed = platform.process("airflow-scheduler")
    killed.send_signal(signal.SIGKILL)
    run = api.ended("warehouse_daily", run_id)
    tasks = api.tasks("warehouse_daily", run_id)
    assert run["state"] == "success", {task: state for task, state in tasks.items() if state != "success"}
    assert content(warehouse) == before
    assert platform.process("airflow-scheduler").pid != killed.pid


def of_models(tasks, models):
    return {task: state for task, state in tasks.items() if task.startswith(models)}


@pytest.mark.full
def test_sheet_of_a_hundred_megabytes_adds_up(warehouse, tmp_path):
    lines, sheet = 1_800_000, tmp_path / "large.csv"
    with sheet.open("w") as file:
        file.write(HEADER)
        for number in range(lines):
            cost = "-1.00" if number % 1000 == 0 else f"{number % 900 + 1}.50"
            file.write(f"{number + 1},CODE-AS-LONG-AS-A-CODE-MAY-BE-{number % 10},{cost},2026-01-01\n")
    assert sheet.stat().st_size > 100_000_000
    try:
        outcome = load(warehouse, sheet, "large.csv", PRICES)
    finally:
        warehouse.execute("DELETE FROM reference.price_sheets WHERE file = 'large.csv'")
        warehouse.execute("DELETE FROM reference.quarantine WHERE file = 'large.csv'")
        warehouse.execute("DELETE FROM reference.files WHERE file = 'large.csv'")
    assert outcome == Outcome("large.csv", lines, loaded=lines - lines // 1000, quarantined=lines // 1000)


def test_failing_test_stops_what_depends_on_it_and_opens_an_alert_that_closes_when_it_is_mended(
    platform, api, warehouse, receiver
):
    check = platform.root / "dbt_project" / "tests" / "warehouse" / "planted.sql"
    check.parent.mkdir(parents=True, exist_ok=True)
    check.write_text("select * from {{ ref('dim_date') }} where day = '2026-01-01'\n")
    platform.millstream("dbt", "parse")
    run = api.run("warehouse_daily")
    tasks = api.tasks("warehouse_daily", run["dag_run_id"])
    assert run["state"] == "failed"
    assert tasks["warehouse.dim_date.test"] == "failed"
    assert tasks["built"] == "upstream_failed"
    verdicts = warehouse.execute(
        "SELECT failures FROM operations.quality WHERE run_id = %s AND subject = 'test planted'", (run["dag_run_id"],)
    ).fetchall()
    assert verdicts == [(1,)]
    assert open_alerts(warehouse) == ["warehouse_daily"]
    page = written(api, api.run("daily_report"))
    assert "test planted" in page
    assert "None is open." not in page

    check.unlink()
    platform.millstream("dbt", "parse")
    assert api.run("warehouse_daily")["state"] == "success"
    assert open_alerts(warehouse) == []
    page = written(api, api.run("daily_report"))
    assert "test planted" not in page
    assert "None is open." in page
    assert [title for title in receiver.titles() if "closed" in title] == ["millstream alert: 1 closed"]


def open_alerts(warehouse):
    return [name for (name,) in warehouse.execute("SELECT name FROM operations.alerts WHERE closed_at IS NULL")]


def test_health_opens_an_alert_once_tells_it_once_and_closes_it(api, warehouse, receiver):
    receiver.received.clear()
    warehouse.execute("INSERT INTO broken_things VALUES ('a')")
    for _ in range(2):
        run = api.run("stream_health")
        # Unpaused, it also runs every minute by itself.
        api.pause("stream_health")
        assert api.value("stream_health", run["dag_run_id"], "look")["failing"] == ["broken things"]
    warehouse.execute("TRUNCATE broken_things")
    api.run("stream_health")
    api.pause("stream_health")
    rows = warehouse.execute(
        "SELECT closed_at IS NOT NULL FROM operations.alerts WHERE name = 'broken things'"
    ).fetchall()
    assert rows == [(True,)]
    messages = [message["message"] for message in receiver.received]
    assert sum("opened: broken things" in message for message in messages) == 1
    assert sum("closed: broken things" in message for message in messages) == 1


def test_secrets_and_metadata_survive_a_restart(platform, api):
    before = {name: platform.site.secrets[name] for name in NAMES}
    runs = api.get("dags/warehouse_daily/dagRuns")["total_entries"]
    files = (platform.state / "run").glob("*.former")
    former = [json.loads(line) for path in files for line in path.read_text().splitlines()]
    platform.millstream("down")
    # Workers of a scheduler that was killed change their title, so no argument tells whose they were.
    assert [p for record in former for p in ProcessRecord(**record).remains()] == []
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(platform.root) in " ".join(p.info["cmdline"] or ())]
    platform.millstream("up", "--only", "airflow-api")
    assert {name: platform.site.secrets[name] for name in NAMES} == before
    with logged_in(platform) as again:
        assert again.get("dags/warehouse_daily/dagRuns")["total_entries"] == runs
