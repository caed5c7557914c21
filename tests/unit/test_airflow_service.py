"""How Airflow's processes are started: with which settings, without which listeners, and when they count as ready."""

from __future__ import annotations

import base64
import json
import stat
import time
from datetime import UTC, datetime, timedelta

import pytest

from millstream.errors import EngineError
from millstream.local import airflow, programs, secrets
from millstream.local.launch import ProcessRecord, write_private
from millstream.local.layout import Layout
from millstream.local.ports import PREFERRED
from millstream.local.services import airflow as services
from millstream.local.services.base import NotReady, Site
from millstream.local.supervision import record_path

BY_NAME = {service.name: service for service in services.SERVICES}


@pytest.fixture
def site(tmp_path):
    project = tmp_path / "project"
    for program in (".venv-airflow/bin/airflow", ".venv-dbt/bin/dbt"):
        (project / program).parent.mkdir(parents=True)
        (project / program).touch()
    layout = Layout(tmp_path / "state")
    for folder in (layout.conf, layout.run):
        folder.mkdir(parents=True)
    known = secrets.load(layout.state / "secrets.json")
    return Site(layout, PREFERRED, known, java_home=tmp_path, project=project)


def test_secrets_are_in_the_environment_and_in_no_argument(site):
    commands = [BY_NAME[name].prepare(site) for name in ("airflow-scheduler", "airflow-dags", "airflow-triggerer")]
    for command in commands:
        assert not any(secret in " ".join(command.argv) for secret in site.secrets.values())
        assert site.secrets["postgres.airflow"] in command.env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    keys = ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY")
    assert len({tuple(command.env[key] for key in keys) for command in commands}) == 1


def test_nothing_serves_logs_on_every_address_and_the_api_stays_on_loopback(site):
    for name in ("airflow-scheduler", "airflow-triggerer"):
        assert "--skip-serve-logs" in BY_NAME[name].prepare(site).argv
    assert airflow.settings(site)["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_keys_have_the_size_their_algorithms_want(site):
    settings = airflow.settings(site)
    assert len(base64.urlsafe_b64decode(settings["AIRFLOW__CORE__FERNET_KEY"])) == 32
    assert len(settings["AIRFLOW__API_AUTH__JWT_SECRET"]) >= 64


def test_nothing_is_told_to_anybody_outside(site):
    settings = airflow.settings(site)
    assert settings["AIRFLOW__COSMOS__ENABLE_TELEMETRY"] == "False"
    assert settings["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"


def test_receivers_are_those_of_whoever_starts_the_platform(site, monkeypatch):
    assert "ALERT_URLS" not in airflow.settings(site)
    monkeypatch.setenv("ALERT_URLS", "json://127.0.0.1:1/")
    assert airflow.settings(site)["ALERT_URLS"] == "json://127.0.0.1:1/"


def test_passwords_file_is_private_and_knows_the_administrator_only(site):
    airflow.write_passwords(site)
    path = airflow.passwords_file(site)
    assert json.loads(path.read_text()) == {"admin": site.secrets["airflow.admin"]}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_not_installed_is_named_with_the_mend(site):
    with pytest.raises(EngineError, match=r"there is no \.venv-nothing/") as refused:
        programs.program(site, ".venv-nothing", "nothing")
    assert refused.value.mend == "run `make setup`"


@pytest.mark.parametrize(
    ("status", "seconds", "said"),
    [
        ("healthy", 5, None),
        ("healthy", -5, "has given no sign of life yet"),
        ("unhealthy", 5, "is unhealthy"),
        (None, None, "has given no sign of life yet"),
    ],
)
def test_only_a_heartbeat_of_this_very_process_counts(site, monkeypatch, status, seconds, said):
    started = time.time()
    record = {"pid": 1, "started": started}
    write_private(record_path(site.layout, "airflow-scheduler"), json.dumps(record))
    beat = (datetime.fromtimestamp(started, UTC) + timedelta(seconds=seconds)).isoformat() if seconds else None
    health = {"scheduler": {"status": status, "latest_scheduler_heartbeat": beat}}
    monkeypatch.setattr(services, "_health", lambda _: health)
    probe = BY_NAME["airflow-scheduler"].probe
    if said is None:
        probe(site)
    else:
        with pytest.raises(NotReady, match=said):
            probe(site)


def test_process_without_a_record_is_not_ready(site, monkeypatch):
    health = {"scheduler": {"status": "healthy", "latest_scheduler_heartbeat": datetime.now(UTC).isoformat()}}
    monkeypatch.setattr(services, "_health", lambda _: health)
    assert ProcessRecord.load(record_path(site.layout, "airflow-scheduler")) is None
    with pytest.raises(NotReady):
        BY_NAME["airflow-scheduler"].probe(site)
