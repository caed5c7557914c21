"""How Airflow is set up on the embedded platform: one set of variables for its services and for its command line.

Airflow reads every setting from `AIRFLOW__SECTION__KEY` (Airflow docs, "Setting Configuration Options"), so secrets
stay in the launch files and in the environment of the processes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shlex
import sys
from typing import TYPE_CHECKING

from millstream.engines.airflow import Airflow
from millstream.local import programs
from millstream.local.environment import AIRFLOW_ADMIN, dbt_variables
from millstream.local.launch import write_private
from millstream.local.ports import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from millstream.local.services.base import Site

ROLE = "airflow"
ENVIRONMENT = ".venv-airflow"
DBT_ENVIRONMENT = ".venv-dbt"
# Tasks at once: most only look how far a dbt is that runs already, a quarter of a second each, and the pools keep two
# cores from drowning.
PARALLELISM = 8
# The scheduler's pause when it found nothing to do. Every model waits for it once: with Airflow's second, a chain of
# twenty took half a minute longer.
IDLE_SECONDS = 0.25
# Whom alerts and reports go to; they name places outside, so a person gives them.
GIVEN = ("ALERT_URLS", "REPORT_URLS")


def program(site: Site) -> Path:
    """Airflow's command line.

    Raises:
        EngineError: Airflow is not installed.
    """
    return programs.program(site, ENVIRONMENT, "airflow")


def dbt_program(site: Site) -> Path:
    """The dbt that its tasks run.

    Raises:
        EngineError: dbt is not installed.
    """
    return programs.program(site, DBT_ENVIRONMENT, "dbt")


def home(site: Site) -> Path:
    """Airflow's home: its logs, and what its tasks keep."""
    return site.layout.data / "airflow"


def passwords_file(site: Site) -> Path:
    """The file of names and passwords that may log in."""
    return site.layout.conf / "airflow-passwords.json"


def write_passwords(site: Site) -> None:
    """Make that file, before the API server would invent passwords of its own."""
    write_private(passwords_file(site), json.dumps({AIRFLOW_ADMIN: site.secrets["airflow.admin"]}))


def client(site: Site) -> Airflow:
    """Its API, as its administrator."""
    return Airflow(f"http://{site.address('airflow')}", AIRFLOW_ADMIN, site.secrets["airflow.admin"])


def settings(site: Site) -> Mapping[str, str]:
    """Every variable that Airflow and the tasks of its DAGs read; holds secrets: never print these."""
    address = f"http://{site.address('airflow')}"
    airflow = {
        "core": {
            "dags_folder": str(site.project / "dags"),
            "executor": "LocalExecutor",
            "parallelism": str(PARALLELISM),
            "load_examples": "False",
            "fernet_key": _fernet_key(site.secrets["airflow.fernet"]),
            "execution_api_server_url": f"{address}/execution/",
            "simple_auth_manager_users": f"{AIRFLOW_ADMIN}:admin",
            "simple_auth_manager_passwords_file": str(passwords_file(site)),
        },
        "database": {"sql_alchemy_conn": f"postgresql+psycopg2://{_login(site)}", "load_default_connections": "False"},
        "api": {
            "host": LOOPBACK,
            "port": str(site.ports["airflow"]),
            "base_url": address,
            "workers": "1",
            "secret_key": site.secrets["airflow.session"],
        },
        # HS512 wants as many bits as it gives (RFC 7518, 3.2).
        "api_auth": {"jwt_secret": hashlib.sha512(site.secrets["airflow.jwt"].encode()).hexdigest()},
        "scheduler": {"scheduler_idle_sleep_time": str(IDLE_SECONDS)},
        "dag_processor": {"refresh_interval": "30", "min_file_process_interval": "30"},
        "logging": {"base_log_folder": str(home(site) / "logs"), "delete_local_logs": "False"},
        "usage_data_collection": {"enabled": "False"},
        "cosmos": {
            "enable_telemetry": "False",
            "cache_dir": str(home(site) / "cosmos"),
            # Every task reads its DAG file: what it does not import, it need not load sixty times.
            "enable_memory_optimised_imports": "True",
        },
    }
    named = {
        f"AIRFLOW__{section}__{key}".upper(): value for section, keys in airflow.items() for key, value in keys.items()
    }
    return {"AIRFLOW_HOME": str(home(site)), "DO_NOT_TRACK": "1", **named, **_for_tasks(site)}


def _for_tasks(site: Site) -> Mapping[str, str]:
    """What the DAGs read: where things are, as whom to log in, and whom to tell."""
    given = {name: os.environ[name] for name in GIVEN if os.environ.get(name)}
    return {
        "MILLSTREAM_PROJECT": str(site.project),
        "MILLSTREAM_STATE": str(site.layout.state),
        "MILLSTREAM_COMMAND": shlex.join((sys.executable, "-m", "millstream")),
        "MILLSTREAM_REPORTS": str(site.layout.data / "reports"),
        "DBT_PROGRAM": str(dbt_program(site)),
        "DBT_TARGET": "local",
        **dbt_variables(site),
        **given,
    }


def _login(site: Site) -> str:
    return f"{ROLE}:{site.secrets[f'postgres.{ROLE}']}@{site.address('postgres')}/{ROLE}"


def _fernet_key(secret: str) -> str:
    """32 bytes, as Fernet wants them (github.com/fernet/spec), of a generated secret of 32 letters."""
    return base64.urlsafe_b64encode(secret.encode()).decode()
