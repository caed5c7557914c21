"""`millstream.yml`: the project's name and the targets it runs on.

Addresses and credentials are `${ENV}` references; they are resolved when a target is used, not when the file is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from millstream.diagnostics import error
from millstream.errors import ProjectError, UsageError
from millstream.suggestions import did_you_mean
from millstream.yamlfile import Strict, YamlFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "millstream.yml"
CODE = "CFG001"
UNSET = "CFG002"

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_WRITTEN_PASSWORD = re.compile(r"://[^/@\s:]*:[^/@\s]+@")
_PASSWORD = re.compile(r"(password|passwd|secret|token)=[^&\s]+", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """One place the project runs on.

    Args:
        name: its name in `millstream.yml`.
        namespace: put in front of every topic, job and table, so that several targets can share engines.
        embedded: whether millstream itself runs the engines as local processes and so knows their addresses.
        addresses: `kafka.bootstrap`, `flink.rest`, … as written, with their `${ENV}` references.
    """

    name: str
    namespace: str = ""
    embedded: bool = False
    addresses: Mapping[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables in its addresses."""
        return tuple(dict.fromkeys(m[1] for text in self.addresses.values() for m in _REFERENCE.finditer(text)))

    def resolve(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Give the addresses with their references replaced.

        Raises:
            ProjectError: a reference names a variable that is neither set nor has a default.
        """
        used = {match[1]: match[2] for text in self.addresses.values() for match in _REFERENCE.finditer(text)}
        unset = [name for name, default in used.items() if name not in environment and default is None]
        if unset:
            mend = f"export {' and '.join(unset)}, or write a default: ${{{unset[0]}:-value}}"
            found = [error(UNSET, f"target `{self.name}` needs variable `{name}`, which is not set") for name in unset]
            raise ProjectError(f"target `{self.name}` cannot be used", found, mend)
        return {
            key: _REFERENCE.sub(lambda m: environment.get(m[1]) or m[2] or "", v) for key, v in self.addresses.items()
        }


@dataclass(frozen=True)
class Allowed:
    """What a project allows itself; patterns as in a shell, and `None` where everything is allowed.

    Args:
        connectors: of Flink tables, for example `kafka`.
        plugins: classes of Kafka Connect's connectors.
        options: keys of Flink tables, for example `scan.*`.
        names: that may need quotes.
    """

    connectors: tuple[str, ...] | None = None
    plugins: tuple[str, ...] | None = None
    options: tuple[str, ...] | None = None
    names: tuple[str, ...] = ()


EVERYTHING = Allowed()


@dataclass(frozen=True)
class Config:
    """The content of `millstream.yml`; `variables` names what its files expect of the environment."""

    project: str
    default_target: str
    targets: Mapping[str, Target]
    variables: tuple[str, ...] = ()
    allow: Allowed = EVERYTHING

    def target(self, name: str | None = None) -> Target:
        """Give a target by name, or the default one.

        Raises:
            UsageError: there is no such target.
        """
        wanted = name or self.default_target
        if wanted not in self.targets:
            known = "targets: " + ", ".join(self.targets)
            raise UsageError(f"there is no target `{wanted}` in {FILE}", did_you_mean(wanted, self.targets, known))
        return self.targets[wanted]

    def embedded(self, name: str | None = None) -> Target:
        """Give a target on the embedded platform: by name, else the default one or the first that is.

        Raises:
            UsageError: there is no such target, or it is not embedded.
        """
        first = (self.default_target, *self.targets)
        found = self.target(name or next((known for known in first if self.targets[known].embedded), None))
        if not found.embedded:
            mend = f"its addresses are in {FILE}; name a target with `platform: embedded`"
            raise UsageError(f"target `{found.name}` of {FILE} is not the embedded platform", mend)
        return found


def _without_credentials(value: str) -> str:
    literal = _REFERENCE.sub("", value)
    if _WRITTEN_PASSWORD.search(literal) or _PASSWORD.search(literal):
        raise ValueError("a credential is written out; put the whole address into a variable and write ${VARIABLE}")
    return value


Address = Annotated[str, Field(min_length=1), AfterValidator(_without_credentials)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class _Kafka(Strict):
    bootstrap: Address


class _Flink(Strict):
    rest: Address


class _Url(Strict):
    url: Address


class _TargetModel(Strict):
    platform: Literal["embedded"] | None = None
    namespace: str = Field(default="", pattern=r"^[a-z0-9_]*$")
    kafka: _Kafka | None = None
    flink: _Flink | None = None
    postgres: _Url | None = None
    clickhouse: _Url | None = None
    control: _Url | None = None
    connect: _Url | None = None
    superset: _Url | None = None
    ksqldb: _Url | None = None

    def addresses(self) -> dict[str, str]:
        groups = self.model_dump(exclude={"platform", "namespace"}, exclude_none=True)
        return {f"{group}.{key}": value for group, values in groups.items() for key, value in values.items()}

    @model_validator(mode="after")
    def _knows_its_engines(self) -> _TargetModel:
        given = {name.partition(".")[0] for name in self.addresses()}
        if self.platform and given:
            raise ValueError("the embedded platform knows its own addresses; remove them, or remove `platform`")
        missing = [name for name in ("kafka", "flink", "postgres", "clickhouse", "control") if name not in given]
        if not self.platform and missing:
            raise ValueError(f"write `platform: embedded`, or the addresses of {', '.join(missing)}")
        return self


class _AllowModel(Strict):
    connectors: tuple[str, ...] | None = None
    plugins: tuple[str, ...] | None = None
    options: tuple[str, ...] | None = None
    names: tuple[str, ...] = ()


class _File(Strict):
    project: Name
    default_target: str
    targets: dict[Name, _TargetModel] = Field(min_length=1)
    variables: tuple[Variable, ...] = ()
    allow: _AllowModel = _AllowModel()


def load(root: Path) -> Config:
    """Read `millstream.yml` of the project in folder `root`.

    Raises:
        ProjectError: the file is missing, unreadable or wrong; its diagnostics carry line and column.
    """
    file = YamlFile(root.joinpath(FILE).relative_to(root), _text(root), CODE)
    content, diagnostics = file.read(_File)
    if content is None:
        raise ProjectError(f"{FILE} is not valid", diagnostics)
    if content.default_target not in content.targets:
        mend = did_you_mean(content.default_target, content.targets, "targets: " + ", ".join(content.targets))
        summary = f"default target `{content.default_target}` is not one of the targets"
        raise ProjectError(f"{FILE} is not valid", [error(CODE, summary, file.where("default_target"), mend)])
    targets = {
        name: Target(name, t.namespace, embedded=t.platform == "embedded", addresses=t.addresses())
        for name, t in content.targets.items()
    }
    allow = Allowed(**content.allow.model_dump())
    return Config(content.project, content.default_target, targets, content.variables, allow)


def _text(root: Path) -> str:
    try:
        return (root / FILE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        mend = f"change to a project's folder, or create {FILE} with `project:` and `targets:`"
        raise ProjectError(f"there is no {FILE} in {root}", mend=mend) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise ProjectError(f"{FILE} cannot be read: {problem}", mend="make it a readable UTF-8 text file") from problem
