"""dbt as a program of its own environment: where it is, and the variables its profiles read.

The variables are those of `dbt_project/profiles.yml`. dbt keeps variables whose names begin with DBT_ENV_SECRET_ out
of its logs and artifacts (dbt docs, "env_var", Secrets).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

ENVIRONMENT = ".venv-dbt"
POSTGRES_PASSWORD = "DBT_ENV_SECRET_POSTGRES_PASSWORD"  # noqa: S105 - the variable's name
CLICKHOUSE_PASSWORD = "DBT_ENV_SECRET_CLICKHOUSE_PASSWORD"  # noqa: S105 - the variable's name
SECRETS = (POSTGRES_PASSWORD, CLICKHOUSE_PASSWORD)


def program(folders: Iterable[Path]) -> Path:
    """Find `dbt` in the first of `folders` that has the environment.

    Raises:
        EngineError: none has.
    """
    for folder in folders:
        found = folder / ENVIRONMENT / "bin" / "dbt"
        if found.is_file():
            return found
    raise EngineError(f"dbt is not installed: there is no {ENVIRONMENT}/", mend="run `make setup`")


def variables(warehouse: str, realtime: str, namespace: str = "") -> Mapping[str, str]:
    """Give what the profiles read; passwords are among it when the URLs hold them.

    Args:
        warehouse: URL of the PostgreSQL database, `postgresql://user:password@host:port/database`.
        realtime: URL of the ClickHouse database, `http://user:password@host:port/database`.
        namespace: put in front of every name.
    """
    postgres, clickhouse = urlsplit(warehouse), urlsplit(realtime)
    given = {
        "DBT_POSTGRES_HOST": postgres.hostname,
        "DBT_POSTGRES_PORT": str(postgres.port or 5432),
        "DBT_POSTGRES_USER": unquote(postgres.username or ""),
        "DBT_POSTGRES_DATABASE": postgres.path.strip("/"),
        POSTGRES_PASSWORD: unquote(postgres.password or ""),
        "DBT_CLICKHOUSE_HOST": clickhouse.hostname,
        "DBT_CLICKHOUSE_PORT": str(clickhouse.port or (8443 if clickhouse.scheme == "https" else 8123)),
        "DBT_CLICKHOUSE_SECURE": "True" if clickhouse.scheme == "https" else "",
        "DBT_CLICKHOUSE_USER": unquote(clickhouse.username or ""),
        "DBT_CLICKHOUSE_DATABASE": clickhouse.path.strip("/"),
        CLICKHOUSE_PASSWORD: unquote(clickhouse.password or ""),
        "MILLSTREAM_NS": namespace,
    }
    return {name: value for name, value in given.items() if value}
