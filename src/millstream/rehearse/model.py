"""What a rehearsal is made of, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from millstream.errors import MillstreamError

if TYPE_CHECKING:
    from datetime import datetime

    from millstream.flinkplan import Bundle
    from millstream.plan.state import Verdict


class NotRehearsable(MillstreamError):  # noqa: N818 - says what the job is
    """A job cannot be rehearsed; the summary says why."""


class Phase(StrEnum):
    """On which side of the savepoint a record is sent."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Event:
    """One record: the topic as the engine names it, exact bytes, record time in UTC, and its side of the savepoint."""

    topic: str
    key: bytes | None = field(repr=False)
    value: bytes | None = field(repr=False)
    at: datetime
    phase: Phase


@dataclass(frozen=True)
class JobChange:
    """A job as it was applied, and as it is declared now; templates only, so no secret is in it."""

    resource: str
    old: Bundle
    new: Bundle


class Result(StrEnum):
    """What a restore showed.

    `PROVED`: it wrote what the new query would have written, had it always run. `REFUSED`: Flink did not start it, or
    it failed, aloud. `DIFFERS`: it ran, and wrote other rows without a word. `UNSEEN`: neither wrote anything, so these
    records show nothing.
    """

    PROVED = "proved"
    REFUSED = "refused by Flink"
    DIFFERS = "differs here"
    UNSEEN = "not seen"


@dataclass(frozen=True)
class RowDifference:
    """One row of a result: as the restored job leaves it, and as it should be; empty where there is none."""

    table: str
    restored: str
    wanted: str


@dataclass(frozen=True)
class Outcome:
    """What came of one restore.

    Args:
        result: which of the four.
        reason: of a refusal, Flink's own words.
        compared: how many rows were compared.
        rows: those that differ.
    """

    result: Result
    reason: str = ""
    compared: int = 0
    rows: tuple[RowDifference, ...] = ()


@dataclass(frozen=True)
class Rehearsal:
    """What the rehearsal of one changed job showed.

    Args:
        resource: the job.
        verdict: what millstream says of the change.
        carried: what came of the restore that apply would do; none where it would do none.
        plain: what came of the new statement submitted with the old one's savepoint, as Flink alone does it.
        obstacle: why it could not be rehearsed; then the rest is empty.
    """

    resource: str
    verdict: Verdict | None = None
    carried: Outcome | None = None
    plain: Outcome | None = None
    obstacle: str = ""
