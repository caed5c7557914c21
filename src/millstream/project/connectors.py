"""`kafka/connectors/*.yml`: Kafka Connect connectors, one a file; the file's name is the connector's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from millstream.project.model import Connector, Kind, ResourceId
from millstream.project.topics import Setting  # noqa: TC001 - pydantic reads it at run time
from millstream.project.variables import Unset, resolve
from millstream.sql import NAMESPACE
from millstream.yamlfile import Strict, YamlFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.project.files import File
    from millstream.project.reading import Reading
    from millstream.yamlfile import Key

CODE = "CON001"
FOLDER = "kafka/connectors"
CLASS = "connector.class"
# A name of a resource, of which a replication slot and a topic are often made.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# An entry of Debezium's include lists is a regular expression; only a plain name tells which table is meant.
_PLAIN_TABLE = re.compile(r"\w+(?:\\?\.)\w+")


class _File(Strict):
    description: str = ""
    state: Literal["running", "paused", "stopped"] = "running"
    source_url: str = ""
    config: dict[str, Setting] = Field(min_length=1)


def read_connector(file: File, reading: Reading) -> None:
    """Read one file of `kafka/connectors/`."""
    yaml = YamlFile(file.path, file.text, CODE)
    content, diagnostics = yaml.read(_File)
    reading.diagnostics += diagnostics
    if content is None:
        return
    name = file.path.stem
    if not _NAME.fullmatch(name):
        reading.error(CODE, f"`{name}` is no name for a connector", yaml.where(), "use letters, digits, _ and -")
    _check(content, yaml, reading)
    config = {key: _resolved(value, ("config", key), yaml, reading) for key, value in content.config.items()}
    tables = captured_tables(config)
    reading.resources.append(
        Connector(
            ResourceId(Kind.CONNECTOR, name, reading.namespace),
            file.path,
            content.state,
            config,
            tuple(tables) or _topics(config),
            tables,
            content.config,
            _resolved(content.source_url, ("source_url",), yaml, reading),
            {key: yaml.where("config", key) for key in config},
            where=yaml.where("config", CLASS),
        )
    )


def _check(content: _File, yaml: YamlFile, reading: Reading) -> None:
    if CLASS not in content.config:
        mend = f"add `{CLASS}:`, for example io.debezium.connector.postgresql.PostgresConnector"
        reading.error(CODE, f"key `{CLASS}` is missing", yaml.where("config"), mend)
    if "name" in content.config:
        mend = "remove it, and name the file as the connector shall be called"
        reading.error(CODE, "a connector is named by its file", yaml.where("config", "name"), mend)


def _resolved(text: str, keys: tuple[Key, ...], yaml: YamlFile, reading: Reading) -> str:
    """Replace `${VAR}`; `${env:VAR}` and other references of Connect's config providers stay as they are."""
    try:
        return resolve(text, {**reading.variables, NAMESPACE: reading.namespace})
    except Unset as unset:
        mend = f"export {unset}, or write ${{{unset}:-default}}"
        reading.error("CON002", f"variable `{unset}` is not set", yaml.where(*keys), mend)
        return text


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def captured_tables(config: Mapping[str, str]) -> dict[str, str]:
    """The topics of a Debezium connector and the source's table behind each (Debezium docs, "Topic names")."""
    prefix = config.get("topic.prefix", "") if "debezium" in config.get(CLASS, "") else ""
    rerouted = any(key.startswith("transforms.") and "Router" in value for key, value in config.items())
    if not prefix or rerouted:
        return {}
    named = [entry for entry in _listed(config.get("table.include.list", "")) if _PLAIN_TABLE.fullmatch(entry)]
    tables = [entry.replace("\\.", ".") for entry in named]
    return {f"{prefix}.{table}": table for table in tables}


def _topics(config: Mapping[str, str]) -> tuple[str, ...]:
    return _listed(config.get("topic", "")) or _listed(config.get("topics", ""))
