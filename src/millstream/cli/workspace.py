"""Which project and which platform a command is about."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.config import EVERYTHING
from millstream.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.config import Allowed
    from millstream.local.platform import Platform
    from millstream.local.services.base import Site

CONFIG = "millstream.yml"


def root() -> Path:
    """The project's folder: `MILLSTREAM_PROJECT`, else the nearest one above with a `millstream.yml`.

    Raises:
        UsageError: there is none.
    """
    named = os.environ.get("MILLSTREAM_PROJECT")
    start = Path(named).resolve() if named else Path.cwd()
    for folder in (start,) if named else (start, *start.parents):
        if (folder / CONFIG).is_file():
            return folder
    raise UsageError(
        f"no {CONFIG} in {start} or above it", mend="change into a project's folder, or set MILLSTREAM_PROJECT"
    )


def nearest() -> Path | None:
    """The project's folder, or `None` outside of one."""
    try:
        return root()
    except UsageError:
        return None


def platform() -> Platform:
    """The embedded platform of the project, in `.millstream/` or where `MILLSTREAM_STATE` says."""
    from millstream.local.platform import Platform

    named = os.environ.get("MILLSTREAM_STATE")
    project = root()
    return Platform(Path(named) if named else project / ".millstream", project)


@dataclass(frozen=True)
class Chosen:
    """A target with everything its engines need to be reached.

    Args:
        project: the project's name.
        name: the target's name.
        root: the project's folder.
        namespace: prefix of every name in the engines.
        addresses: `kafka.bootstrap`, `flink.rest`, `postgres.url`, `clickhouse.url`, `control.url`.
        variables: values of `${VAR}` in SQL files, secrets among them.
        stable: the variables that the platform itself hands out and may renumber.
        site: the embedded platform, when the target is one.
        allow: what the project allows itself.
    """

    project: str
    name: str
    root: Path
    namespace: str
    addresses: Mapping[str, str] = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)
    stable: frozenset[str] = frozenset()
    site: Site | None = None
    allow: Allowed = EVERYTHING


def target(name: str | None) -> Chosen:
    """Resolve a target of `millstream.yml`; the embedded one takes its addresses from the running platform.

    Raises:
        ProjectError: `millstream.yml` is wrong, or a variable it needs is not set.
        UsageError: there is no such target.
        EngineError: the embedded platform was never started.
    """
    from millstream import config
    from millstream.local.environment import variables

    folder = root()
    read = config.load(folder)
    chosen = read.target(name)
    if not chosen.embedded:
        addresses = chosen.resolve(os.environ)
        return Chosen(
            read.project, chosen.name, folder, chosen.namespace, addresses, dict(os.environ), allow=read.allow
        )
    site = platform().site()
    known = variables(site)
    addresses = {
        "kafka.bootstrap": known["KAFKA_BOOTSTRAP"],
        "flink.rest": known["FLINK_REST"],
        "postgres.url": known["POSTGRES_URL"],
        "clickhouse.url": known["CLICKHOUSE_URL"],
        "control.url": known["CONTROL_URL"],
        "connect.url": known["CONNECT_URL"],
    }
    if platform().runs("superset"):
        addresses["superset.url"] = known["SUPERSET_URL"]
    known_and_own = {**os.environ, **known}
    stable = frozenset(known)
    return Chosen(
        read.project, chosen.name, folder, chosen.namespace, addresses, known_and_own, stable, site, read.allow
    )
