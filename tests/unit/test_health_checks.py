"""What the platform's status breaks of the limits, and the limits' own file."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from include.health import limits
from include.health.checks import at_most, of_disk, of_status
from include.health.limits import JobLimits, Limits

LIMITS = Limits(services=("kafka", "postgres"), jobs=JobLimits(restarts=2, checkpoint_age_s=30), lag_records=100)


def status(**changes):
    healthy = {
        "services": [{"name": name, "state": "ready", "detail": ""} for name in ("kafka", "postgres", "generator")],
        "jobs": [{"name": "parse_orders", "state": "running", "restarts": 0, "checkpoint_age_s": 2.5}],
        "connectors": [{"name": "shop", "state": "running", "tasks": ["running"], "failures": []}],
        "slots": [{"name": "shop", "trouble": "", "mend": "", "retained_bytes": 5 * 1024**2}],
        "sources": [{"name": "weather", "state": "ok", "trouble": ""}],
        "lags": [{"group": "parse_orders", "records": 3}],
    }
    return healthy | changes


def failing(**changes):
    return {check.name: check.detail for check in of_status(status(**changes), LIMITS) if not check.is_ok}


def test_healthy_platform_breaks_nothing_and_everything_was_looked_at():
    names = [check.name for check in of_status(status(), LIMITS)]
    assert failing() == {}
    assert names == [
        *("service kafka", "service postgres", "job parse_orders", "job parse_orders: restarts"),
        *("job parse_orders: checkpoint", "connector shop", "source weather", "replication slot shop"),
        "lag of parse_orders",
    ]


def test_service_that_is_not_ready_or_not_there_is_named_with_its_state():
    services = [{"name": "kafka", "state": "starting", "detail": "no broker"}]
    assert failing(services=services) == {"service kafka": "is starting: no broker", "service postgres": "is unknown"}


@pytest.mark.parametrize(
    ("job", "found"),
    [
        ({"state": "missing"}, {"job a": "is missing"}),
        ({"state": "failing", "restarts": 9}, {"job a": "is failing"}),
        ({"state": "running", "restarts": 3}, {"job a: restarts": "3 restarts since it was submitted, at most 2"}),
        ({"state": "running", "checkpoint_age_s": 31.5}, {"job a: checkpoint": "31.5 s old, at most 30"}),
        ({"state": "running"}, {}),
    ],
)
def test_job_must_run_keep_running_and_checkpoint(job, found):
    assert failing(jobs=[{"name": "a", **job}]) == found


def test_applied_job_that_flink_has_forgotten_is_named():
    assert failing(missing_jobs=["b"]) == {"job b": "was applied, and Flink does not know it"}


def test_connector_with_a_failed_task_is_not_running():
    shop = {"name": "shop", "state": "running", "tasks": ["failed"], "failures": ["the slot is gone"]}
    assert failing(connectors=[shop]) == {"connector shop": "the slot is gone"}


def test_slot_in_trouble_says_how_to_mend_it_and_one_that_keeps_much_says_how_much():
    lost = {"name": "a", "trouble": "its log is lost", "mend": "drop it", "retained_bytes": 0}
    large = {"name": "b", "trouble": "", "mend": "", "retained_bytes": 2048 * 1024**2}
    assert failing(slots=[lost, large]) == {
        "replication slot a": "its log is lost; drop it",
        "replication slot b": "2,048 MiB of log kept, at most 1,024",
    }


def test_failing_source_and_consumer_group_that_lags_are_named():
    found = failing(
        sources=[{"name": "weather", "state": "failing", "trouble": "answers 500"}],
        lags=[{"group": "g", "records": 101}],
    )
    assert found == {"source weather": "answers 500", "lag of g": "101 records, at most 100"}


def test_status_of_an_older_runner_without_lags_is_read():
    older = {key: value for key, value in status().items() if key != "lags"}
    assert all(check.is_ok for check in of_status(older, LIMITS))


def test_disk_needs_room():
    assert of_disk(3000 * 1024**2, LIMITS).is_ok
    assert of_disk(1999 * 1024**2, LIMITS).detail == "1,999 MiB free, at least 2,000"


def test_value_at_its_limit_keeps_it_and_no_value_breaks_nothing():
    assert at_most("x", 2.0, 2.0, "s").is_ok
    assert not at_most("x", 2.01, 2.0, "s").is_ok
    assert at_most("x", None, 2.0, "s").is_ok
    assert at_most("x", 1500, 2, "").detail == "1,500, at most 2"


def test_declared_limits_are_read_and_a_mistyped_one_is_refused(tmp_path):
    assert limits.load().services[0] == "kafka"
    (tmp_path / "limits.yml").write_text("lag_record: 3\n")
    with pytest.raises(ValidationError, match="lag_record"):
        limits.load(tmp_path / "limits.yml")
    (tmp_path / "limits.yml").write_text('postgres: {t: {time: "x; DROP TABLE y"}}\n')
    with pytest.raises(ValidationError, match="time"):
        limits.load(tmp_path / "limits.yml")


def test_declared_limits_are_of_landing_tables_that_have_the_column():
    wanted, root = limits.load(), Path(limits.__file__).parents[3]
    asked = [
        (place, name, table) for place in ("postgres", "clickhouse") for name, table in getattr(wanted, place).items()
    ]
    assert len(asked) > 8
    for place, name, table in asked:
        file = (root / place / f"{name}.sql").read_text()
        assert {table.time, "landed_at"} <= set(file.replace(",", " ").split()), f"{place} {name}"
