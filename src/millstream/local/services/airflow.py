"""Airflow as four services, each a process group of its own.

`airflow standalone` is one command for the same, but it leaves its children behind when it is told to end.
Scheduler and triggerer would serve their logs on every address of the machine, whatever the settings say; they are
started without that server, and the API reads the log files itself.
"""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime
from typing import TYPE_CHECKING

import httpx
import psycopg
from psycopg import sql

from millstream.errors import EngineError
from millstream.local import airflow
from millstream.local.launch import ProcessRecord
from millstream.local.services import postgres
from millstream.local.services.base import Command, NotReady, Service, Site
from millstream.local.supervision import record_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

API = "airflow-api"
POOLS = "dags/pools.json"
PROFILES = ("warehouse", "realtime")
MIGRATE_SECONDS = 300
STOP_SECONDS = 40
# Airflow imports for ten seconds on an idle machine; four of it at once, on a busy one, for minutes.
READY_SECONDS = 300


def prepare_api(site: Site) -> Command:
    """Bring the metadata to this version of Airflow, and run the API server."""
    airflow.write_passwords(site)
    _migrate(site)
    return _command(site, "api-server")


def _command(site: Site, *arguments: str) -> Command:
    airflow.home(site).mkdir(parents=True, exist_ok=True)
    env = {**airflow.settings(site), "PYTHONUNBUFFERED": "1"}
    return Command((str(airflow.program(site)), *arguments), env=env, cwd=str(airflow.home(site)))


def _migrate(site: Site) -> None:
    """Run `airflow db migrate` unless this version has done so: it takes ten seconds to find nothing to do."""
    version = _installed_version(site)
    with postgres.connect(site, airflow.ROLE) as connection:
        if _migrated_to(connection) == version:
            return
        command = _command(site, "db", "migrate")
        done = subprocess.run(
            command.argv,
            env={**os.environ, **command.env},
            cwd=command.cwd,
            capture_output=True,
            text=True,
            check=False,
            timeout=MIGRATE_SECONDS,
        )
        if done.returncode:
            raise EngineError(f"Airflow could not make its tables: {done.stderr.strip()[-400:]}")
        connection.execute(sql.SQL("COMMENT ON DATABASE airflow IS {}").format(sql.Literal(version)))


def _installed_version(site: Site) -> str:
    """Airflow's version, without the seconds it takes to ask Airflow itself."""
    environment = airflow.program(site).parents[1]
    (found,) = environment.glob("lib/python*/site-packages/apache_airflow_core-*.dist-info")
    return found.name.removesuffix(".dist-info").rpartition("-")[2]


def _migrated_to(connection: psycopg.Connection[tuple[object, ...]]) -> object:
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    (comment,) = connection.execute(query).fetchone() or (None,)
    return comment


def _health(site: Site) -> Mapping[str, Mapping[str, str | None]]:
    try:
        answer = httpx.get(f"http://{site.address('airflow')}/api/v2/monitor/health", timeout=5, trust_env=False)
        answer.raise_for_status()
    except httpx.HTTPError as exc:
        raise NotReady(f"the API server does not answer: {type(exc).__name__}") from exc
    health: Mapping[str, Mapping[str, str | None]] = answer.json()
    return health


def probe_api(site: Site) -> None:
    """Ask how Airflow is; the answer takes a look into its database."""
    found = _health(site)["metadatabase"]["status"]
    if found != "healthy":
        raise NotReady(f"its database is {found}")


def probe_of(service: str, component: str) -> Callable[[Site], None]:
    """Make the probe that sees a heartbeat of this very process: the last one's still counts for half a minute."""

    def probe(site: Site) -> None:
        health = _health(site).get(component) or {}
        beat = health.get(f"latest_{component}_heartbeat")
        record = ProcessRecord.load(record_path(site.layout, service))
        if record is None or beat is None or datetime.fromisoformat(beat).timestamp() < record.started:
            raise NotReady("has given no sign of life yet")
        if health["status"] != "healthy":
            raise NotReady(f"is {health['status']}: its last sign of life was at {beat}")

    return probe


def settle_pools(site: Site) -> None:
    """Make the pools that the project's DAGs name as large as the project says."""
    declared = site.project / POOLS
    if not declared.is_file():
        return
    pools = [{"name": name, **pool} for name, pool in json.loads(declared.read_text(encoding="utf-8")).items()]
    with airflow.client(site) as client:
        client.set_pools(pools)


def prepare_dags(site: Site) -> Command:
    """Let dbt parse the project where it never has: DAG files read its manifests, and start no dbt themselves."""
    command = _command(site, "dag-processor")
    folder = site.project / "dbt_project"
    for profile in PROFILES:
        target = f"target/{profile}"
        if not (folder / "dbt_project.yml").is_file() or (folder / target / "manifest.json").is_file():
            continue
        dbt = (str(airflow.dbt_program(site)), "--quiet", "parse", "--profile", profile)
        # A project that dbt does not understand is no reason to refuse a start: its DAGs then say what is missing.
        subprocess.run((*dbt, "--target-path", target), cwd=folder, env={**os.environ, **command.env}, check=False)
    return command


def _running(*arguments: str) -> Callable[[Site], Command]:
    return lambda site: _command(site, *arguments)


def _component(service: str, component: str, prepare: Callable[[Site], Command], memory_mb: int) -> Service:
    return Service(
        service,
        prepare,
        probe_of(service, component),
        after=(API,),
        stop_seconds=STOP_SECONDS,
        ready_seconds=READY_SECONDS,
        memory_mb=memory_mb,
        spare=True,
    )


SERVICES = (
    Service(
        API,
        prepare_api,
        probe_api,
        settle=settle_pools,
        after=("postgres",),
        ports=("airflow",),
        stop_seconds=STOP_SECONDS,
        ready_seconds=READY_SECONDS,
        memory_mb=300,
        spare=True,
    ),
    _component("airflow-scheduler", "scheduler", _running("scheduler", "--skip-serve-logs"), memory_mb=400),
    _component("airflow-dags", "dag_processor", prepare_dags, memory_mb=200),
    _component("airflow-triggerer", "triggerer", _running("triggerer", "--skip-serve-logs"), memory_mb=350),
)
