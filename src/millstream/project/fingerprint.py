"""What a job is made of, as digests: equal fingerprints mean that nothing is to do.

A fingerprint covers the job's statement and settings, every table and view it reaches, and the versions it runs on.
Digests hold no secret: a variable enters by name, and by a keyed hash of its value unless the platform itself hands
the value out and may change it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.project.model import FlinkTable, FlinkView
from millstream.sql import NAMESPACE, substitute
from millstream.sql.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from millstream.project.model import Job, Project

_LENGTH = 32


@dataclass(frozen=True)
class Fingerprint:
    """`digest` sums up `parts`; a part is named so that a person can be told what changed."""

    digest: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class _Spelling:
    """How variables enter a fingerprint."""

    variables: Mapping[str, str]
    stable: frozenset[str]
    key: bytes

    def digest(self, template: str) -> str:
        written = substitute(template, self.variables).rewritten(self._variable)
        return _sha256(canonical(written))

    def _variable(self, name: str, value: str) -> str:
        if name in self.stable:
            return f"__{name}__"
        keyed = hmac.new(self.key, f"{name}\0{value}".encode(), hashlib.sha256)
        return f"__{name}_{keyed.hexdigest()[:_LENGTH]}__"


def fingerprint(  # noqa: PLR0913 - what a fingerprint covers
    job: Job,
    project: Project,
    *,
    variables: Mapping[str, str],
    stable: frozenset[str],
    key: bytes,
    versions: Mapping[str, str],
) -> Fingerprint:
    """Take the fingerprint of a job.

    Args:
        job: one of the project's jobs.
        project: where the tables and views it reaches are declared.
        variables: values of the variables in its SQL.
        stable: variables whose values do not count: addresses and credentials the platform hands out.
        key: secret of the target, so that a digest cannot be used to guess a value.
        versions: what it runs on, for example `{"flink": "2.2.1", "postgresql.jar": "sha256…"}`.
    """
    spelling = _Spelling({**variables, NAMESPACE: project.namespace}, stable, key)
    parts = dict(_parts(job, project, spelling))
    parts |= {f"version {name}": value for name, value in sorted(versions.items())}
    return Fingerprint(_sha256("\n".join(f"{name}={parts[name]}" for name in sorted(parts))), parts)


def _parts(job: Job, project: Project, spelling: _Spelling) -> Iterator[tuple[str, str]]:
    yield "statement", spelling.digest(job.template)
    for name, template in job.setting_templates:
        yield f"setting {name}", spelling.digest(template)
    tables = {table.id.name: table for table in project.of(FlinkTable)}
    views = {view.id.name: view for view in project.of(FlinkView)}
    for name in sorted(job.requires):
        if name in tables:
            yield f"table {name}", spelling.digest(tables[name].template)
        elif name in views:
            yield f"view {name}", spelling.digest(views[name].template)


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """Say in words what differs between the parts of two fingerprints."""
    return tuple(_change(name, old, new) for name in sorted({*old, *new}) if old.get(name) != new.get(name))


def _change(name: str, old: Mapping[str, str], new: Mapping[str, str]) -> str:
    kind, _, rest = name.partition(" ")
    subject = {"statement": "the statement"}.get(name, f"{kind} `{rest}`")
    if name not in old:
        return f"{subject} was added"
    if name not in new:
        return f"{subject} was removed"
    return f"{subject} went from {old[name]} to {new[name]}" if kind == "version" else f"{subject} changed"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
