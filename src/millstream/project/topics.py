"""`kafka/topics.yml`: the topics of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field

from millstream.project.model import Kind, ResourceId, Topic
from millstream.yamlfile import Strict, YamlFile

if TYPE_CHECKING:
    from millstream.project.files import File
    from millstream.project.reading import Reading

CODE = "TOP001"


def _setting(value: object) -> object:
    """Kafka's settings are strings; YAML reads `-1` and `true` as something else."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


Setting = Annotated[str, BeforeValidator(_setting)]
# Kafka's own rule for topic names (org.apache.kafka.common.internals.Topic), less room for a namespace.
Name = Annotated[str, Field(pattern=r"^[a-zA-Z0-9._-]{1,200}$")]


class _Defaults(Strict):
    partitions: int = Field(default=1, ge=1)
    replication_factor: int = Field(default=1, ge=1)
    config: dict[str, Setting] = Field(default_factory=dict)


class _Topic(Strict):
    description: str = ""
    partitions: int | None = Field(default=None, ge=1)
    replication_factor: int | None = Field(default=None, ge=1)
    config: dict[str, Setting] = Field(default_factory=dict)


class _File(Strict):
    defaults: _Defaults = _Defaults()
    topics: dict[Name, _Topic] = Field(default_factory=dict)


def read_topics(file: File, reading: Reading) -> None:
    """Read `kafka/topics.yml`."""
    yaml = YamlFile(file.path, file.text, CODE)
    content, diagnostics = yaml.read(_File)
    reading.diagnostics += diagnostics
    if content is None:
        return
    for name, topic in content.topics.items():
        defaults = content.defaults
        reading.resources.append(
            Topic(
                ResourceId(Kind.TOPIC, name, reading.namespace),
                file.path,
                topic.partitions or defaults.partitions,
                topic.replication_factor or defaults.replication_factor,
                {**defaults.config, **topic.config},
                where=yaml.where("topics", name),
            )
        )
