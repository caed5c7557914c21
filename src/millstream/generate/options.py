"""What a run of the generator is asked to do."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from millstream.errors import UsageError
from millstream.generate.scenario import CALM, named

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True)
class GeneratorOptions:
    """Options of one run; with neither `duration_s` nor `events` it goes on until it is stopped.

    Args:
        bootstrap: the broker's address, `host:port`.
        rate: events a second of the generator's clock, over all topics.
        duration_s: how long the generator's clock runs, in seconds.
        events: how many records to send, closing markers not counted.
        seed: chooses all random numbers.
        as_of: where the generator's clock starts, with a time zone; now when missing.
        speed: how much faster than the wall's the generator's clock runs; `math.inf` is as fast as possible.
        bad_pct: share of bad records, in percent.
        late_pct: share of late records, in percent.
        close: end with closing markers, one a partition.
        scenario: what kind of day it is, a name of `scenario.SCENARIOS`.
        topics: names of the topics to fill; all of them when missing.
        namespace: prefix of the topics' names.
        shop_url: connection URL of the shop's database; without it only events are sent.
        arrivals_log: the file that tells of purchase orders that arrived; None for no log.
        delivery_timeout_s: how long the broker may take to confirm a record; the Java producer's default.

    Raises:
        UsageError: a value is out of its range.
    """

    bootstrap: str
    rate: float = 50.0
    duration_s: float | None = None
    events: int | None = None
    seed: int = 1
    as_of: datetime | None = None
    speed: float = 1.0
    bad_pct: float = 0.0
    late_pct: float = 0.0
    close: bool = False
    scenario: str = CALM.name
    topics: tuple[str, ...] | None = None
    namespace: str = ""
    delivery_timeout_s: float = 120.0
    shop_url: str | None = field(default=None, repr=False)
    arrivals_log: Path | None = None

    def __post_init__(self) -> None:
        _require(0 < self.rate < math.inf, "rate", self.rate, "more than 0 events a second")
        _require(self.duration_s is None or 0 < self.duration_s < math.inf, "duration", self.duration_s, "more than 0")
        _require(self.events is None or self.events > 0, "events", self.events, "at least 1")
        _require(self.duration_s is None or self.events is None, "events", self.events, "absent when duration is given")
        _require(self.seed >= 0, "seed", self.seed, "0 or more")
        _require(self.delivery_timeout_s > 0, "delivery time-out", self.delivery_timeout_s, "more than 0 seconds")
        _require(self.speed > 0, "speed", self.speed, "more than 0")
        _require(0 <= self.bad_pct <= 100, "bad", self.bad_pct, "between 0 and 100 percent")  # noqa: PLR2004
        _require(0 <= self.late_pct <= 100, "late", self.late_pct, "between 0 and 100 percent")  # noqa: PLR2004
        named(self.scenario)
        aware = self.as_of is None or self.as_of.tzinfo is not None
        _require(aware, "as-of", self.as_of, "a time with its zone, such as 2026-01-31T09:00:00Z")
        # librdkafka turns timestamp 0 into the wall clock, and Kafka knows no time before it.
        _require(self.as_of is None or not aware or self.as_of.timestamp() > 0, "as-of", self.as_of, "after 1970-01-01")

    @property
    def total(self) -> int | None:
        """How many records the run sends, closing markers not counted; None when it goes on until stopped."""
        if self.duration_s is not None:
            return max(1, round(self.rate * self.duration_s))
        return self.events


def _require(holds: bool, name: str, value: object, legal: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise UsageError(f"`{name}` is {value}", mend=f"It must be {legal}.")
