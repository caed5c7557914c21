"""What was applied, in a form that can be kept and submitted again: templates with their `${VAR}`s, never a secret."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pydantic import TypeAdapter

from millstream.errors import ProjectError
from millstream.flinkplan.model import Checkpointing, JobSource, Statement, SubmitRequest
from millstream.sql import SqlText, created, table_name
from millstream.sql.substitution import substitute

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|JAAS|(?:API|ACCESS|PRIVATE)_?KEY", re.IGNORECASE)
# In the parameters of an address, and in a JAAS configuration whatever the variable is called.
_WRITTEN = re.compile(
    r"(?:password|passwd|secret|token)\s*=\s*(?:\"((?:[^\"\\]|\\.){4,})\"|([^&;\s\"']{4,}))", re.IGNORECASE
)


@dataclass(frozen=True)
class Template:
    """One statement as written, with its `${VAR}`s, and the resource it declares."""

    resource: str
    text: str


@dataclass(frozen=True)
class Bundle:
    """Everything needed to submit one job again with the values its variables have today.

    Args:
        tables: templates of every table and view the job reaches, in an order in which they can be created.
        job: template of its statement.
        settings: the file's `SET` pairs, values as written.
        job_name: the name the engine shows.
        parameters: kept by the engine with the job.
        checkpoint_interval_ms: milliseconds between two checkpoints.
        namespace: what `${NS}` stands for.
        plan: the compiled plan it runs, tables by name; empty for a job that is planned at each submission.
        highest_node: the highest node id that any plan of this job has had.
        ignores_unclaimed: whether what it starts from holds state that was meant to be left behind.
    """

    tables: tuple[Template, ...]
    job: Template
    job_name: str
    settings: tuple[tuple[str, str], ...] = ()
    parameters: dict[str, str] = field(default_factory=dict)
    checkpoint_interval_ms: int = 2000
    namespace: str = ""
    plan: str = field(default="", repr=False)
    highest_node: int = 0
    ignores_unclaimed: bool = False

    @property
    def creates(self) -> Mapping[str, str]:
        """Templates of tables and views by their names in SQL: those of resources begin with a namespace."""
        found = {}
        for table in self.tables:
            (statement,) = SqlText.read(Path(table.resource), table.text, {}).statements
            header = created(statement)
            found[table_name(header.name) if header else table.resource] = table.text
        return found

    def to_json(self) -> dict[str, Any]:
        """The bundle as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Bundle:
        """The opposite of `to_json`."""
        return _BUNDLE.validate_python(value)

    def source(self, variables: Mapping[str, str]) -> JobSource:
        """Put in today's values.

        Raises:
            ProjectError: a variable is not set.
        """
        variables = {**variables, "NS": self.namespace}
        return JobSource(
            tables=tuple(Statement(table.resource, _resolve(table, variables)) for table in self.tables),
            job=Statement(self.job.resource, _resolve(self.job, variables)),
            settings=tuple((k, _resolve(Template(self.job.resource, v), variables)) for k, v in self.settings),
            secrets=secret_values(variables),
        )

    def submission(
        self, variables: Mapping[str, str], rest: str, job_id: str, checkpoint_dir: str, restore_path: str | None
    ) -> SubmitRequest:
        """Ask for the job to be started.

        Args:
            variables: names and values for substitution.
            rest: address of the JobManager.
            job_id: 32 hexadecimal digits.
            checkpoint_dir: URI of the folder of all checkpoints.
            restore_path: checkpoint or savepoint to start from.

        Raises:
            ProjectError: a variable is not set.
        """
        return SubmitRequest(
            source=self.source(variables),
            rest=rest,
            job_name=self.job_name,
            job_id=job_id,
            checkpointing=Checkpointing(checkpoint_dir, self.checkpoint_interval_ms),
            parameters=self.parameters,
            restore_path=restore_path,
            plan=self.plan,
            ignores_unclaimed=self.ignores_unclaimed,
        )


_BUNDLE = TypeAdapter(Bundle)


def secret_values(variables: Mapping[str, str]) -> tuple[str, ...]:
    """The values among `variables` that no message may show: by their names, and the passwords inside addresses."""
    named = [value for name, value in variables.items() if value and _SECRET_NAME.search(name)]
    inside = [urlsplit(value).password for value in variables.values() if "://" in value and "@" in value]
    inside += [found[1] or found[2] for value in variables.values() for found in _WRITTEN.finditer(value)]
    return tuple(dict.fromkeys([*named, *(form for p in inside if p for form in (p, unquote(p)))]))


def _resolve(template: Template, variables: Mapping[str, str]) -> str:
    done = substitute(template.text, variables)
    if done.diagnostics:
        raise ProjectError(f"{template.resource}: {done.diagnostics[0].summary}", done.diagnostics)
    return done.text
