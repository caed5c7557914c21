"""How warm the cargo of cold vehicles is. All in hundredths of a degree Celsius; `EMPTY` is no cargo at all.

Time runs in cycles of a minute, longer when vehicles report rarely. In each cycle some cold vehicles breach the cold
chain (three readings in a row above 8 °C or more, then cooling), some nearly do (about two readings), one stands at
8.00 °C sharp, and one is unloaded while warm. A few vehicles report so rarely that three warm readings always take
more than two minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from millstream.generate.fleet import COLD_EVERY, COLD_VEHICLES, VEHICLES

if TYPE_CHECKING:
    from millstream.generate.sampling import Flags, Floats, Ints
    from millstream.generate.scenario import Scenario

EMPTY = -27_315
LIMIT = 800
CYCLE_MS = 60_000
# A breach lasts so long, and at least so many times the interval of a vehicle's reports.
BREACH_MS, BREACH_REPORTS = 22_000, 4.6
NEAR_MISS_REPORTS = 1.9
NEAR_MISSES = 3
EDGE_MS = 6_000
# Positions among cold vehicles of those that report rarely.
RARE = (12, 25, 38)
# Three reports span twice this time, less the longest delay of an event: more than two minutes.
RARE_EVERY_MS = 66_000
RARE_WARM, RARE_CYCLE = 4, 7
CALM, BREACH, NEAR_MISS, BORDERLINE, UNLOADED = range(5)


@dataclass(frozen=True)
class Cargo:
    """Cargo of a run's vehicles.

    Args:
        seed: chooses which vehicles become warm.
        start_ms: start of the first cycle, in milliseconds since 1970 UTC.
        report_ms: how often a vehicle reports, in milliseconds.
        scenario: says how many become warm.
    """

    seed: int
    start_ms: int
    report_ms: float
    scenario: Scenario

    @property
    def cycle_ms(self) -> int:
        """How long a cycle takes, in milliseconds."""
        return max(CYCLE_MS, round(self.report_ms * 2 * BREACH_REPORTS))

    def is_rare(self, vehicle: Ints) -> Flags:
        """Tell which vehicles report rarely."""
        rare: Flags = np.isin(vehicle, [(place + 1) * COLD_EVERY - 1 for place in RARE])
        return rare

    def temperature(self, vehicle: Ints, time_ms: Ints, uniform: Floats) -> Ints:
        """Measure the cargo of vehicles (from 0) at times, with a number in [0, 1) for each to vary the reading."""
        place, warm_cargo = np.divmod(vehicle + 1, COLD_EVERY)
        place -= 1
        cycle, into_ms = np.divmod(time_ms - self.start_ms, self.cycle_ms)
        episode, order = self._episode(place, cycle)
        length = np.where(episode == NEAR_MISS, self.report_ms * NEAR_MISS_REPORTS, self._breach_ms)
        # How long the vehicle has been too warm, and how long it still will be; negative outside of that time.
        since = into_ms - EDGE_MS - order * (self.cycle_ms - self._breach_ms - 2 * EDGE_MS) / COLD_VEHICLES
        depth = np.minimum(since, length - since)
        peak = 850 + (place * 97 + cycle * 41 + self.seed % 1000) % 600
        cool = 250 + place * 7 + np.floor(uniform * 40)
        reading = np.where(
            episode == CALM, cool, _curve(depth, length, cool, np.where(episode == BORDERLINE, LIMIT, peak))
        )
        reading = np.where((episode == UNLOADED) & (since > length), EMPTY, reading)
        reading = np.where(self.is_rare(vehicle), self._rare(time_ms, place, cool), reading)
        return np.where(warm_cargo == 0, reading, EMPTY).astype(np.int64)

    @property
    def _breach_ms(self) -> float:
        return max(float(BREACH_MS), self.report_ms * BREACH_REPORTS)

    def _episode(self, place: Ints, cycle: Ints) -> tuple[Ints, Ints]:
        """What happens to each vehicle in its cycle: vehicles take turns in an order that the cycle shifts."""
        shift = (cycle * 2_654_435_761 + self.seed % 2**20 * 40_503) // 128
        order = (place * 17 + shift) % COLD_VEHICLES
        warm = self.scenario.warm_vehicles
        bounds = np.array([warm, warm + NEAR_MISSES, warm + NEAR_MISSES + 1, warm + NEAR_MISSES + 2])
        kinds = np.array([BREACH, NEAR_MISS, BORDERLINE, UNLOADED, CALM])
        return kinds[np.searchsorted(bounds, order, side="right")], order

    def _rare(self, time_ms: Ints, place: Ints, cool: Floats) -> Floats:
        report = (time_ms - self.start_ms) // RARE_EVERY_MS + place
        return np.where(report % RARE_CYCLE < RARE_WARM, cool + 600, cool)


def _curve(depth: Floats, length: Floats, cool: Floats, peak: Ints) -> Floats:
    """Rise to the peak inside, fall to the cool outside; just above the limit on one side of the edge, on it beyond."""
    inside = np.minimum(1.0, np.maximum(depth, 0.0) * 4 / length)
    outside = np.minimum(1.0, np.maximum(-depth, 0.0) / EDGE_MS)
    above = np.where(peak > LIMIT, LIMIT + 1 + np.floor(inside * (peak - LIMIT - 1)), LIMIT)
    return np.where(depth >= 0, above, LIMIT - np.floor(outside * (LIMIT - cool)))


def report_ms(rate: float) -> float:
    """How often a vehicle reports when so many positions a second are shared by all, in milliseconds."""
    return 1000.0 * VEHICLES / rate
