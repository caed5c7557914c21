"""How a connector and its tasks are, as Connect tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FAILED, RUNNING = "FAILED", "RUNNING"
# Connect's own words for the states that a declaration may ask for.
STATES = {"running": RUNNING, "paused": "PAUSED", "stopped": "STOPPED"}


@dataclass(frozen=True)
class TaskStatus:
    """One task; `failure` is the innermost cause of its end, empty while it runs."""

    number: int
    state: str
    failure: str = ""


@dataclass(frozen=True)
class ConnectorStatus:
    """A connector as Connect has it; `state` is Connect's own word."""

    name: str
    state: str
    tasks: tuple[TaskStatus, ...] = ()
    failure: str = ""

    @property
    def failures(self) -> tuple[str, ...]:
        """What failed and why, a clause each."""
        own = (f"failed: {self.failure}",) if self.state == FAILED else ()
        return own + tuple(f"task {t.number} failed: {t.failure}" for t in self.tasks if t.state == FAILED)

    def settled(self, declared: str) -> bool:
        """Whether it has reached a declared state; a connector that runs without a task does nothing yet."""
        if declared != "running":
            return self.state == STATES[declared]
        return bool(self.tasks) and {self.state, *(task.state for task in self.tasks)} == {RUNNING}

    def is_as(self, declared: str) -> bool:
        """Whether its state is a declared one; while its worker starts or rebalances nobody can tell, so it is."""
        return self.state in {STATES[declared], "UNASSIGNED", "RESTARTING"} or self.state == FAILED


def read(name: str, answer: Mapping[str, Any]) -> ConnectorStatus:
    """Read the `status` part of Connect's answer."""
    tasks = tuple(TaskStatus(t["id"], t["state"], cause(t.get("trace"))) for t in answer["tasks"])
    connector = answer["connector"]
    return ConnectorStatus(name, connector["state"], tasks, cause(connector.get("trace")))


def cause(trace: str | None) -> str:
    """The innermost cause of a Java stack trace in one line, without the exception's package."""
    lines = (trace or "").strip().splitlines()
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    found = (causes[-1] if causes else lines[0] if lines else "").strip()
    kind, colon, message = found.partition(": ")
    return f"{kind.rpartition('.')[2]}{colon}{message}"
