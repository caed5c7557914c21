"""A throw-away embedded platform: a copy of the project, a state folder of its own, free ports."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from millstream.local.environment import variables
from millstream.local.launch import ProcessRecord
from millstream.local.platform import Platform
from millstream.local.services.catalog import SERVICES

REPOSITORY = Path(__file__).parents[2]
TREE = ("millstream.yml", "kafka", "flink_sql", "postgres", "clickhouse", "demo", "data", "dbt_project", "dags")
BUILT = shutil.ignore_patterns("target", "logs", "__pycache__")
COMMAND_SECONDS = 400
# What a plain `up` of the tests does not start.
LEFT_OUT = {service.name for service in SERVICES if service.optional or service.spare}


@dataclass(frozen=True)
class Embedded:
    """One platform and the project copy it runs for."""

    root: Path

    @classmethod
    def of_copy(cls, root):
        """Copy the repository's project into `root`."""
        root.mkdir(parents=True)
        for name in TREE:
            source = REPOSITORY / name
            if source.is_dir():
                shutil.copytree(source, root / name, ignore=BUILT)
            else:
                shutil.copy(source, root / name)
        return cls(root)

    @property
    def state(self):
        return self.root / ".millstream"

    @property
    def short(self):
        """The platform's short folder, see `millstream.local.layout`."""
        return Platform(self.state, self.root).layout.short

    @property
    def site(self):
        return Platform(self.state, self.root).site()

    @cached_property
    def env(self):
        """Addresses with passwords, for clients of the tests."""
        return dict(variables(self.site))

    def millstream(self, *arguments, check=True, env=None):
        """Run the command line on this project."""
        done = subprocess.run(
            (sys.executable, "-m", "millstream", *arguments),
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
            env={**self.environment, **(env or {})},
        )
        if check:
            assert done.returncode == 0, f"millstream {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done

    def start_company(self):
        """Start everything, make the shop and apply the tree: then events may come."""
        for command in ("up", "seed", "apply"):
            self.millstream(command)

    @property
    def environment(self):
        inherited = {k: v for k, v in os.environ.items() if k not in {"MILLSTREAM_STATE", "PYTHONDONTWRITEBYTECODE"}}
        # What only some tests need is started where they name it.
        own = {"MILLSTREAM_PROJECT": str(self.root), "MILLSTREAM_WITHOUT": "airflow-api"}
        return {**inherited, **own, "NO_COLOR": "1", "COLUMNS": "200"}

    def status(self):
        return json.loads(self.millstream("status", "--json").stdout)

    def process(self, service):
        """The live process of a service, `None` while there is none."""
        record = ProcessRecord.load(self.state / "run" / f"{service}.json")
        return record.process() if record else None

    def edit(self, file, find, replacement):
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert find in text, f"{file} does not hold {find!r}"
        path.write_text(text.replace(find, replacement, 1), encoding="utf-8")
