"""Superset in an environment of its own: metadata in PostgreSQL, one gunicorn worker on loopback.

Started only when named. The first start makes the metadata; later ones only look.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx

import millstream.local.superset as beside
from millstream.errors import EngineError
from millstream.local.launch import write_private
from millstream.local.ports import LOOPBACK
from millstream.local.programs import program
from millstream.local.services.base import Command, NotReady, Service, Site

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "superset"
ENVIRONMENT = ".venv-superset"
DATABASE = ROLE = "superset"
THREADS = 8
# Raised when `prepare.py` makes other roles, so that it runs again.
ROLES = "roles 2"


def _settings(site: Site) -> dict[str, str]:
    role = f"{ROLE}:{quote(site.secrets['postgres.superset'])}"
    return {
        "metadata": f"postgresql+psycopg2://{role}@{LOOPBACK}:{site.ports['postgres']}/{DATABASE}",
        "secret_key": site.secrets["superset.secret_key"],
        "guest_key": site.secrets["superset.guest_key"],
        "admin": site.secrets["superset.admin"],
        "caches": str(site.layout.data / NAME / "caches"),
    }


def _environment(conf: Path) -> dict[str, str]:
    folder = Path(beside.__file__).parent
    return {
        "SUPERSET_CONFIG_PATH": str(folder / "superset_config.py"),
        "MILLSTREAM_SUPERSET": str(conf),
        "PYTHONPATH": str(folder),
        "PYTHONUNBUFFERED": "1",
        # "Now" in a chart's time range is the server's.
        "TZ": "UTC",
    }


def prepare(site: Site) -> Command:
    """Write the settings, and bring metadata, roles and the administrator up to date."""
    gunicorn, home = program(site, ENVIRONMENT, "gunicorn"), site.layout.data / NAME
    home.mkdir(parents=True, exist_ok=True)
    conf = site.layout.conf / "superset.json"
    write_private(conf, json.dumps(_settings(site), indent=2))
    env = _environment(conf)
    _bring_up_to_date(gunicorn.parent, home, env)
    server = (
        *(str(gunicorn), "--bind", site.address(NAME), "--workers", "1", "--worker-class", "gthread"),
        *("--threads", str(THREADS), "--timeout", "120", "superset.app:create_app()"),
    )
    return Command(server, env=env, cwd=str(home))


def _bring_up_to_date(programs: Path, home: Path, env: Mapping[str, str]) -> None:
    """Make the metadata the first time and for every other version of Superset; it takes half a minute."""
    installed = next(programs.parent.glob("lib/python*/site-packages/apache_superset-*.dist-info"))
    noted, state = home / "prepared", f"{installed.stem} {ROLES}"
    if noted.exists() and noted.read_text(encoding="utf-8") == state:
        return
    argv = (str(programs / "python"), str(Path(env["PYTHONPATH"]) / "prepare.py"))
    done = subprocess.run(argv, env={**os.environ, **env}, cwd=home, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EngineError("Superset could not prepare its metadata", mend=f"it said: {done.stderr.strip()[-600:]}")
    noted.write_text(state, encoding="utf-8")


def probe(site: Site) -> None:
    """Log in as the administrator."""
    login = {"username": "admin", "password": site.secrets["superset.admin"], "provider": "db"}
    url = f"http://{site.address(NAME)}"
    try:
        with httpx.Client(base_url=url, timeout=10, trust_env=False) as client:
            answer = client.post("/api/v1/security/login", json=login)
    except httpx.HTTPError as exc:
        raise NotReady(f"no answer: {type(exc).__name__}") from exc
    if answer.is_error:
        raise NotReady(f"answered {answer.status_code} to a login")


SERVICE = Service(
    NAME,
    prepare,
    probe,
    after=("postgres", "clickhouse"),
    ports=(NAME,),
    memory_mb=420,
    stop_seconds=30,
    optional=True,
)
