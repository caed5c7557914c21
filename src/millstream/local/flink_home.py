"""A Flink home: the distribution inside the `apache-flink` wheel, with our connectors in its `lib/`."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.errors import EngineError
from millstream.local import jars
from millstream.local.layout import cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterable


def distribution() -> Path:
    """The Flink distribution inside the wheel.

    Raises:
        EngineError: the wheel is not installed.
    """
    spec = find_spec("pyflink")
    if spec is None or spec.origin is None:
        raise EngineError("the package apache-flink is not installed", mend="run `make setup`")
    return Path(spec.origin).parent


def make(home: Path, connectors: Iterable[Path], config: str) -> None:
    """Make an empty folder a Flink home with these connectors' JARs and this `config.yaml`."""
    for name in ("lib", "conf"):
        (home / name).mkdir()
    wheel = distribution()
    # PyFlink's client starts Java through bin/; config.sh resolves links and would fall back to the wheel's lib/.
    shutil.copytree(wheel / "bin", home / "bin")
    for name in ("opt", "plugins"):
        (home / name).symlink_to(wheel / name)
    for jar in (*sorted((wheel / "lib").glob("*.jar")), *connectors):
        (home / "lib" / jar.name).symlink_to(jar)
    (home / "conf" / "config.yaml").write_text(config, encoding="utf-8")


def make_for_planning(home: Path) -> None:
    """Make an empty folder a Flink home that can plan; no cluster is started from it.

    Raises:
        EngineError: a connector's JAR was never fetched, or is damaged.
    """
    # PyFlink's start looks into the file and wants it to hold something.
    make(home, jars.verified_paths("flink", cache_folder()), "table.local-time-zone: UTC\n")
