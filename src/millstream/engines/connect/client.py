"""Connectors of one Connect cluster."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from millstream.engines.connect.rest import BUSY_SECONDS, Rest, UnknownError
from millstream.engines.connect.status import STATES, ConnectorStatus, read
from millstream.errors import EngineError
from millstream.observation import ABSENT, Observation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from millstream.project.model import Connector, ResourceId

SETTLE_SECONDS = 60
# A task that fails in its first second has been seen running by then.
STEADY_SECONDS = 2.0
POLL_SECONDS = 0.5
# Waits before each restart of what failed.
BACK_OFF_SECONDS = (1.0, 3.0, 9.0)
_SECRET = ("password", "secret", "token", "credential", "jaas", "api.key")


@dataclass(frozen=True)
class Refusal:
    """A setting that Connect or the connector's plugin does not take."""

    key: str
    message: str


class Connect:
    """Client of one Connect cluster.

    Args:
        url: `http://host:port` of any of its workers.
        timeout: seconds for one answer.
        patience: seconds to go on asking while its workers rebalance.
    """

    def __init__(self, url: str, timeout: float = 30.0, patience: float = BUSY_SECONDS) -> None:
        self._rest = Rest(url, timeout, patience)

    def close(self) -> None:
        """Close the connections."""
        self._rest.close()

    def statuses(self) -> tuple[ConnectorStatus, ...]:
        """Every connector of the cluster."""
        found: Mapping[str, Any] = self._rest.send("GET", "/connectors?expand=status")
        return tuple(read(name, answer["status"]) for name, answer in sorted(found.items()))

    def status(self, name: str) -> ConnectorStatus | None:
        """One connector, or nothing when there is none."""
        try:
            return read(name, self._rest.send("GET", f"{_path(name)}/status"))
        except UnknownError:
            return None

    def observe(self, resources: Sequence[Connector]) -> Mapping[ResourceId, Observation]:
        """Compare live settings, state and tasks with the declared ones; no setting of a secret's name is shown."""
        if not resources:
            return {}
        live: Mapping[str, Any] = self._rest.send("GET", "/connectors?expand=status&expand=info")
        return {resource.id: _compare(resource, live.get(resource.id.engine_name)) for resource in resources}

    def validate(self, resource: Connector) -> tuple[Refusal, ...]:
        """Ask the plugin itself about every setting; a source's plugin calls its database for that."""
        plugin = quote(resource.config["connector.class"])
        try:
            answer = self._rest.send("PUT", f"/connector-plugins/{plugin}/config/validate", _named(resource))
        except EngineError as exc:
            if (
                "connector.class" in exc.summary
                or "implements Connector" in exc.summary
                or isinstance(exc, UnknownError)
            ):
                return (Refusal("connector.class", f"Connect has no plugin {resource.config['connector.class']}"),)
            raise
        values = [config["value"] for config in answer["configs"]]
        return tuple(Refusal(value["name"], message) for value in values for message in value["errors"])

    def create(self, resource: Connector) -> None:
        """Create a connector in its declared state, or take over one that an interrupted call has created."""
        if resource.state != "running" and self.status(resource.id.engine_name) is None:
            body = {"name": resource.id.engine_name, "config": _named(resource)}
            self._rest.send("POST", "/connectors", body | {"initial_state": STATES[resource.state]})
        else:
            self.update(resource)

    def update(self, resource: Connector) -> None:
        """Give it the declared settings and state; it goes on from its offsets."""
        name = resource.id.engine_name
        live = self._rest.send("GET", "/connectors?expand=info").get(name)
        if live is None or _settings(live) != resource.config:
            self._rest.send("PUT", f"{_path(name)}/config", _named(resource))
        found = self.status(name)
        if found and not found.is_as(resource.state):
            self.turn(name, resource.state)

    def turn(self, name: str, state: str) -> None:
        """Pause, resume or stop a connector: `paused`, `running` or `stopped`."""
        action = {"running": "resume", "paused": "pause", "stopped": "stop"}[state]
        self._rest.send("PUT", f"{_path(name)}/{action}")

    def restart_failed(self, name: str) -> None:
        """Restart a connector and those of its tasks that failed."""
        self._rest.send("POST", f"{_path(name)}/restart?includeTasks=true&onlyFailed=true")

    def delete(self, name: str) -> None:
        """Delete a connector; Connect keeps its offsets, and one of the same name goes on from them."""
        try:
            self._rest.send("DELETE", _path(name))
        except UnknownError:
            return

    def settle(self, resource: Connector) -> None:
        """Wait until a connector is as declared, restarting what fails, each time after a longer pause.

        Raises:
            EngineError: it still fails, or is not there in time.
        """
        name, waits = resource.id.engine_name, iter(BACK_OFF_SECONDS)
        deadline, since = time.monotonic() + SETTLE_SECONDS, math.inf
        found = None
        while time.monotonic() < deadline:
            found = self.status(name)
            if found and found.failures and resource.state == "running":
                self._restart_later(name, next(waits, None), found.failures)
            steady = found is not None and found.settled(resource.state)
            since = min(since, time.monotonic()) if steady else math.inf
            if time.monotonic() - since >= (STEADY_SECONDS if resource.state == "running" else 0):
                return
            time.sleep(POLL_SECONDS)
        state = found.state.lower() if found else "gone"
        raise EngineError(
            f"connector {name} is {state} after {SETTLE_SECONDS} s, declared is {resource.state}",
            "`millstream logs connect` tells why; `millstream apply` goes on from here",
        )

    def _restart_later(self, name: str, wait: float | None, failures: Sequence[str]) -> None:
        if wait is None:
            raise EngineError(
                f"connector {name}: {'; '.join(failures)}",
                "`millstream logs connect` tells more; mend the cause and apply again",
            )
        time.sleep(wait)
        self.restart_failed(name)


def _path(name: str) -> str:
    return f"/connectors/{quote(name, safe='')}"


def _named(resource: Connector) -> Mapping[str, str]:
    return {**resource.config, "name": resource.id.engine_name}


def _settings(live: Mapping[str, Any]) -> Mapping[str, str]:
    return {key: value for key, value in live["info"]["config"].items() if key != "name"}


def _compare(resource: Connector, live: Mapping[str, Any] | None) -> Observation:
    if live is None:
        return ABSENT
    found = read(resource.id.engine_name, live["status"])
    differences = [*_differences(resource.config, _settings(live))]
    if not found.is_as(resource.state):
        differences.append(f"is {found.state.lower()}, declared is {resource.state}")
    # What somebody paused or stopped has nothing to run.
    if resource.state == "running":
        differences += found.failures
    return Observation(exists=True, differences=tuple(differences))


def _differences(declared: Mapping[str, str], live: Mapping[str, str]) -> Iterator[str]:
    for key in sorted(declared.keys() | live.keys()):
        if declared.get(key) == live.get(key):
            continue
        if any(word in key.lower() for word in _SECRET):
            yield f"{key} differs"
        else:
            yield f"{key} is {live.get(key, 'missing')}, declared is {declared.get(key, 'nothing')}"
