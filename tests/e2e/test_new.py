"""`millstream new` from live things: a topic, tables of two databases and a view give files that apply takes.

The project begins with nothing but a `millstream.yml`; what it ends with, `new` has written.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import psycopg
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from embedded import Embedded

from millstream.engines.clickhouse import ClickHouse
from millstream.engines.postgres import Postgres
from millstream.flinkplan import JobSource, Planner, Statement
from millstream.local.services import flink
from millstream.sql import substitute
from scaffold_cases import CASES, draft_of, read_case

pytestmark = pytest.mark.e2e

CONFIG = "project: trial\ndefault_target: local\ntargets:\n  local:\n    platform: embedded\n"
TOPICS = "# Mine.\ndefaults:\n  partitions: 1\n  config:\n    retention.ms: -1\ntopics:\n"
VIEW = """-- Paid by city
-- What was paid in each city?
-- A running sum.
CREATE VIEW paid AS
SELECT city_id, SUM(amount) AS total, MAX(CAST(ordered_at AS TIMESTAMP(3))) AS newest
FROM sales
GROUP BY city_id;
"""
COUNT = 40
SERVICES = ("kafka", "postgres", "clickhouse", "flink-taskmanager", "resume")
ROWS_SECONDS = 60


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("new") / "project"
    (root / "kafka").mkdir(parents=True)
    (root / "millstream.yml").write_text(CONFIG)
    (root / "kafka/topics.yml").write_text(TOPICS)
    embedded = Embedded(root)
    try:
        embedded.millstream("up", *(word for name in SERVICES for word in ("--only", name)))
        send(embedded.env["KAFKA_BOOTSTRAP"])
        yield embedded
    finally:
        embedded.millstream("reset", "--yes")


def send(bootstrap):
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic("sales", num_partitions=2)])["sales"].result()
    producer = Producer({"bootstrap.servers": bootstrap})
    for number in range(COUNT):
        value = {
            "order_id": f"o-{number}",
            "city_id": number % 4,
            "amount": 2.5,
            "ordered_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "lines": [{"product_id": number, "quantity": 1}],
        }
        producer.produce("sales", json.dumps(value), f"o-{number}")
    producer.flush()


def await_rows(engine, statement, expected):
    deadline = time.monotonic() + ROWS_SECONDS
    found = None
    while time.monotonic() < deadline:
        found = [tuple(float(cell) for cell in row) for row in engine.query(statement)[1]]
        if found == expected:
            return
        time.sleep(0.5)
    assert found == expected


def test_a_topic_becomes_a_landing_in_both_databases(project):
    project.millstream("new", "source", "--from-topic", "sales")
    table = (project.root / "flink_sql/tables/sales.sql").read_text()
    assert "'key.fields' = 'order_id'" in table
    assert "WATERMARK FOR ordered_at AS record_time - INTERVAL '10' SECOND" in table
    topics = (project.root / "kafka/topics.yml").read_text()
    assert topics.startswith(TOPICS)
    # What differs from the file's defaults is declared, so that the live topic is as declared.
    assert "partitions: 2" in topics
    assert "retention.ms: 604800000" in topics

    (project.root / "flink_sql/views").mkdir()
    (project.root / "flink_sql/views/paid.sql").write_text(VIEW)
    both = ("--to", "postgres", "--to", "clickhouse")
    said = project.millstream("new", "landing", "--from", "paid", *both, "--name", "paid_by_city").stdout
    assert "flink_sql/jobs/land_paid_by_city.sql" in said
    # Flink's planner tells the key of the view.
    assert "PRIMARY KEY (city_id)" in (project.root / "postgres/paid_by_city.sql").read_text()

    project.millstream("apply")
    assert "nothing to do" in project.millstream("apply").stderr
    expected = [(city, COUNT / 4 * 2.5) for city in range(4)]
    question = "SELECT city_id, total FROM {} ORDER BY city_id"
    await_rows(Postgres(project.env["POSTGRES_URL"]), question.format("bronze.paid_by_city"), expected)
    await_rows(ClickHouse(project.env["CLICKHOUSE_URL"]), question.format("paid_by_city"), expected)


def test_tables_of_both_databases_become_sources(project):
    project.millstream("new", "source", "--from-table", "warehouse.paid_by_city", "--name", "paid_landed")
    landed = (project.root / "flink_sql/tables/paid_landed.sql").read_text()
    assert "'table-name' = 'bronze.${NS:-}paid_by_city'" in landed
    assert "total     DECIMAL(38, 2)" in landed
    said = project.millstream("new", "source", "--from-table", "realtime.paid_by_city", "--name", "paid_fed").stderr
    assert "Flink cannot read ClickHouse: this reads topic `paid_by_city`" in said
    with psycopg.connect(project.env["POSTGRES_URL"]) as connection:
        connection.execute("CREATE TABLE odd (id uuid PRIMARY KEY, place point, n integer)")
    said = project.millstream("new", "source", "--from-table", "warehouse.odd").stderr
    assert "cannot read point" in said
    # The planner judges each new table when a job reads it.
    project.millstream("new", "job", "compare", "--from", "paid_fed", "--from", "paid_landed")
    project.millstream("new", "job", "pulse")
    assert "LEFT JOIN paid_landed" in (project.root / "flink_sql/jobs/compare.sql").read_text()
    applied = project.millstream("apply")
    assert "job.pulse" in applied.stderr


def test_what_is_there_is_never_written_over(project):
    before = {path: path.read_bytes() for path in project.root.glob("*_sql/**/*.sql")}
    again = project.millstream("new", "source", "--from-topic", "sales", check=False)
    assert again.returncode == 1
    assert "flink_sql/tables/sales.sql: there already; nothing was written" in again.stderr
    assert {path: path.read_bytes() for path in project.root.glob("*_sql/**/*.sql")} == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("source", "--from-topic", "nothing"), 3, "there is no topic nothing"),
        (("source", "--from-table", "warehouse.sale"), 1, "has no table `sale`"),
        (("source", "--from-table", "realtime.nothing"), 1, "ClickHouse has no table"),
        (("source",), 2, "name a topic or a table"),
        (("landing", "--from", "pad", "--to", "postgres"), 2, "did you mean `paid`?"),
    ],
)
def test_what_is_missing_is_named(project, arguments, code, said):
    done = project.millstream("new", *arguments, check=False)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_flink_plans_every_table_that_was_inferred(project):
    with Planner(flink.home(project.site), project.site.java_home) as planner:
        for case in CASES:
            file = draft_of(read_case(case)[0]).files[0]
            table = Statement(file.path.stem, substitute(file.text.rstrip(";\n"), project.env).text)
            described = planner.describe(JobSource((table,), Statement("query", f"SELECT * FROM {file.path.stem}")))
            assert described.refusals == (), case.stem
            assert len(described.columns) > 1
