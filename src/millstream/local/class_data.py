"""Class data sharing: a JVM maps classes that an earlier run of the same program has parsed, and starts faster.

The JRE comes without even the archive of its own classes, so set-up makes that one (`java -Xshare:dump`). Each program
then writes an archive of its own classes when it ends, and again when its JARs have changed; the JVM checks what it
reads against JARs and version and does without where they differ (JEP 310; `java` manual, "Application Class-Data
Sharing", `-XX:+AutoCreateSharedArchive`).
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from millstream.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path


def make_base_archive(java_home: Path) -> None:
    """Make the archive of the JRE's own classes, unless it is there; about a second.

    Raises:
        EngineError: the JVM could not write it.
    """
    if (java_home / "lib" / "server" / "classes.jsa").exists():
        return
    dump = (str(java_home / "bin" / "java"), "-Xshare:dump")
    done = subprocess.run(dump, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EngineError(
            f"Java's class archive could not be made: {done.stderr.strip()[-300:]}",
            mend="see that the environment's folder can be written and its disk is not full",
        )


def sharing(folder: Path, program: str) -> tuple[str, ...]:
    """Options for a JVM that is to share the class data of a program.

    Args:
        folder: where archives are kept; several platforms may share it.
        program: names the archive; one for each main class.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return (
        "-XX:+AutoCreateSharedArchive",
        f"-XX:SharedArchiveFile={folder / program}.jsa",
        # An archive that does not fit is no news: it is made anew.
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
    )
