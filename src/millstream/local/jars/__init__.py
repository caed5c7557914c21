"""The platform's JARs: fetched from a Maven repository by a committed lock, verified on every start.

`jgo` downloads; this module decides what is missing or damaged. A file is trusted by its SHA-256 alone, so an
interrupted download is simply fetched again and everything that is complete stays.
"""

from __future__ import annotations

import hashlib
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SETS = ("kafka", "flink", "connect", "debezium")
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Jar:
    """One locked JAR: its Maven coordinates and the SHA-256 (hex) its file must have."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def relative_path(self) -> Path:
        """Where Maven's repository layout puts it."""
        folder = Path(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}.jar"


def locked(name: str) -> tuple[Jar, ...]:
    """Read the lock of one set of JARs, see `SETS`."""
    lock = tomllib.loads((_HERE / name / "jgo.lock.toml").read_text(encoding="utf-8"))
    return tuple(Jar(d["groupId"], d["artifactId"], d["version"], d["sha256"]) for d in lock["dependencies"])


def every() -> tuple[Jar, ...]:
    """The JARs of all sets; one that several sets share stands here once."""
    return tuple(dict.fromkeys(jar for name in SETS for jar in locked(name)))


def is_intact(jar: Jar, cache: Path) -> bool:
    """Tell whether the JAR is in the cache with the locked SHA-256."""
    try:
        with (cache / jar.relative_path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
    except FileNotFoundError:
        return False


def missing(jars: Sequence[Jar], cache: Path) -> tuple[Jar, ...]:
    """The JARs that are absent or damaged."""
    with ThreadPoolExecutor() as pool:
        intact = pool.map(lambda jar: is_intact(jar, cache), jars)
    return tuple(jar for jar, ok in zip(jars, intact, strict=True) if not ok)


def verified_paths(name: str, cache: Path) -> tuple[Path, ...]:
    """The files of one set, after checking every SHA-256.

    Raises:
        EngineError: a JAR is absent or is not the one the lock names.
    """
    jars = locked(name)
    if bad := missing(jars, cache):
        state = "damaged" if (cache / bad[0].relative_path).exists() else "missing"
        raise EngineError(
            f"{len(bad)} of {len(jars)} JARs of {name} do not match the lock; the first, "
            f"{cache / bad[0].relative_path}, is {state}",
            mend="run `millstream setup` (or `make setup`): it fetches what is missing or damaged again",
        )
    return tuple(cache / jar.relative_path for jar in jars)


def fetch(jars: Sequence[Jar], cache: Path, on_bytes: Callable[[str, int, int], None]) -> None:
    """Download JARs into the cache, a few at a time, replacing damaged files.

    Args:
        jars: what to fetch, usually `missing(…)`.
        cache: folder in Maven's repository layout.
        on_bytes: called with file name, bytes of this piece, and the file's total size in bytes.

    Raises:
        EngineError: the repository is unreachable, or sent bytes that do not match the lock.
    """
    pool = ThreadPoolExecutor(max_workers=4)
    try:
        list(pool.map(lambda jar: _fetch_one(jar, cache, on_bytes), jars))
    finally:
        # After an error or Ctrl-C the rest of the queue is dropped; those under way are seen through.
        pool.shutdown(cancel_futures=True)


def _fetch_one(jar: Jar, cache: Path, on_bytes: Callable[[str, int, int], None]) -> None:
    # jgo takes seconds to import and is needed only when something is missing.
    from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415
    from requests import RequestException  # noqa: PLC0415

    @contextmanager
    def progress(name: str, total: int) -> Iterator[Callable[[int], None]]:
        yield lambda count: on_bytes(name, count, total)

    path = cache / jar.relative_path
    path.unlink(missing_ok=True)
    context = MavenContext(repo_cache=cache, resolver=PythonResolver(progress_callback=progress), timeout=60)
    try:
        context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
    except (OSError, RequestException, RuntimeError) as exc:
        path.unlink(missing_ok=True)
        raise EngineError(
            f"could not fetch {path.name}: {type(exc).__name__}",
            mend="check the network or the proxy settings and run the command again; complete files are kept",
        ) from exc
    if not is_intact(jar, cache):
        path.unlink(missing_ok=True)
        raise EngineError(
            f"{path.name} arrived with another SHA-256 than the lock's {jar.sha256[:16]}…",
            mend="run the command again; if it stays so, the mirror in use serves other files than the lock names",
        )
