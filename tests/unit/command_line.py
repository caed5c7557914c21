"""The command line as a person calls it: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from projects import VARIABLES, make

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONFIG = """project: trial
default_target: cluster
targets:
  local:
    platform: embedded
  cluster:
    kafka: {bootstrap: "localhost:1"}
    flink: {rest: "http://localhost:1"}
    postgres: {url: "${POSTGRES_URL:-postgresql://localhost:1/warehouse}"}
    clickhouse: {url: "http://localhost:1"}
    control: {url: "postgresql://localhost:1/control"}
"""
OWN = ("MILLSTREAM_PROJECT", "MILLSTREAM_STATE", "MILLSTREAM_CACHE", "MILLSTREAM_MEMORY_MB")


@dataclass(frozen=True)
class Outcome:
    """How a command ended; output is what it wrote to both streams."""

    code: int
    output: str

    def is_one_error(self, code: int, *said: str) -> None:
        """Assert the exit code, one closing error with a mend, no traceback, and some words."""
        assert self.code == code, self.output
        assert "Traceback" not in self.output, self.output
        assert sum(line.startswith("error: ") for line in self.output.splitlines()) == 1, self.output
        for text in said:
            assert text in self.output, f"{text!r} is not in\n{self.output}"


@dataclass(frozen=True)
class CommandLine:
    """Runs `millstream` in a project."""

    root: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(VARIABLES))

    @classmethod
    def of_base(cls, root: Path, changes: Mapping[str, str | None] | None = None) -> CommandLine:
        """Make the base project of the cases with some files changed, and a `millstream.yml`."""
        make(root, {"millstream.yml": CONFIG, **(changes or {})})
        return cls(root)

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in OWN}
        return {**inherited, **self.env, "NO_COLOR": "1", "COLUMNS": "100", **more}

    def run(self, *arguments: str, cwd: Path | None = None, timeout: float = 60, **env: str) -> Outcome:
        done = subprocess.run(
            (sys.executable, "-m", "millstream", *arguments),
            cwd=cwd or self.root,
            env=self.environment(**env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=timeout,
        )
        return Outcome(done.returncode, done.stdout)
