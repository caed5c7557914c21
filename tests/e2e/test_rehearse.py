"""`plan --rehearse` on a project of one job: it proves what is kept, shows what is not, and leaves nothing."""

import json
import shutil
from contextlib import closing
from datetime import UTC, datetime

import pytest
from change_cases import TABLES
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from embedded import Embedded
from restored import SERVICES

from millstream.engines.control import Control
from millstream.engines.flink import Flink

pytestmark = pytest.mark.e2e

CONFIG = """project: pages
default_target: local
targets:
  local:
    platform: embedded
"""
TOPICS = """defaults:
  partitions: 1
  config:
    # The records are older than any retention.
    retention.ms: -1
topics:
  clicks:
    description: Who looked at which page.
  counts:
    description: Clicks by page, the newest row of each.
"""
JOB = """-- Clicks by page
-- Which pages are read?
-- A running count.
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
"""
CLICKS = 60


def write(root):
    """A project of two topics and a job."""
    for name, text in {
        "millstream.yml": CONFIG,
        "kafka/topics.yml": TOPICS,
        "flink_sql/jobs/count_pages.sql": JOB,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "flink_sql" / "tables").mkdir()
    for name in ("clicks", "counts"):
        shutil.copy(TABLES / f"{name}.sql", root / "flink_sql" / "tables")


def click(embedded):
    producer = Producer({"bootstrap.servers": embedded.env["KAFKA_BOOTSTRAP"]})
    for n in range(CLICKS):
        moment = datetime.fromtimestamp(1_769_850_000 + n, UTC).isoformat().replace("+00:00", "Z")
        row = {"user_id": f"u{n % 3}", "page": f"p{n % 4}", "country": "DE", "ms": n, "clicked_at": moment}
        producer.produce("clicks", json.dumps(row), f"u{n % 3}", timestamp=(1_769_850_000 + n) * 1000)
    assert producer.flush(30) == 0


@pytest.fixture(scope="module")
def applied(tmp_path_factory):
    embedded = Embedded(tmp_path_factory.mktemp("rehearsed") / "project")
    write(embedded.root)
    try:
        embedded.millstream("up", *(word for name in SERVICES for word in ("--only", name)))
        embedded.millstream("apply")
        click(embedded)
        yield embedded
    finally:
        embedded.millstream("reset", "--yes")


def rehearsed(embedded, find, replacement, *more):
    """The plan of an edited job, as JSON; the edit is taken back."""
    job = embedded.root / "flink_sql" / "jobs" / "count_pages.sql"
    embedded.edit("flink_sql/jobs/count_pages.sql", find, replacement)
    try:
        return json.loads(embedded.millstream("plan", "--rehearse", "--json", *more).stdout)
    finally:
        job.write_text(JOB, encoding="utf-8")


def left(embedded):
    """What a rehearsal may have forgotten: topics, groups, jobs that run, files."""
    admin = AdminClient({"bootstrap.servers": embedded.env["KAFKA_BOOTSTRAP"]})
    found = [name for name in admin.list_topics(timeout=30).topics if name.startswith("rehearse")]
    found += [g.group_id for g in admin.list_consumer_groups().result().valid if g.group_id.startswith("rehearse")]
    with Flink(embedded.env["FLINK_REST"]) as flink:
        found += [job.name for job in flink.jobs() if job.name.startswith("rehearse") and not job.ended]
    return found + [str(path) for path in (embedded.state / "data" / "flink" / "rehearsals").iterdir()]


def test_kept_change_is_proved_on_the_records_of_its_topic(applied):
    plan = rehearsed(applied, "COUNT(*) AS n", "COUNT(*) + 0 AS n")
    (found,) = plan["rehearsals"]
    assert (found["resource"], found["verdict"], found["obstacle"]) == ("job.count_pages", "keep", None)
    assert found["millstream"] == {"result": "proved", "reason": None, "compared": 4, "rows": []}
    assert [change["effect"] for change in plan["changes"]] == ["restart from savepoint"]
    assert left(applied) == []


def test_change_that_flink_would_take_without_a_word_is_shown(applied):
    (found,) = rehearsed(applied, "FROM clicks\n", "FROM clicks\nWHERE ms > 10\n")["rehearsals"]
    assert (found["verdict"], found["millstream"]) == ("rebuild", None)
    assert found["flink"]["result"] == "differs here"
    assert {row["table"] for row in found["flink"]["rows"]} == {"counts"}
    assert left(applied) == []


def test_records_of_a_file_take_the_place_of_the_topics(applied, tmp_path):
    def line(phase, second):
        row = {"user_id": "u", "page": "only", "country": "DE", "ms": 99, "clicked_at": f"2026-01-31T09:00:0{second}Z"}
        return json.dumps({"phase": phase, "topic": "clicks", "key": "u", "value": row, "at": row["clicked_at"]})

    file = tmp_path / "events.jsonl"
    file.write_text("\n".join((line("before", 1), line("after", 2))), encoding="utf-8")
    (found,) = rehearsed(applied, "COUNT(*) AS n", "COUNT(*) + 0 AS n", "--events", str(file))["rehearsals"]
    assert (found["millstream"]["result"], found["millstream"]["compared"]) == ("proved", 1)


def test_job_that_runs_is_not_touched(applied):
    with closing(Control(applied.env["CONTROL_URL"])) as control:
        (job,) = control.jobs.current("pages", "local")
    with Flink(applied.env["FLINK_REST"]) as flink:
        assert flink.job(job.job_id).state == "RUNNING"
    assert job.attempt == 1
