"""Recorded answers, and the weather between them."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

_DAY_MINUTES = 24 * 60
_CODE = "weather_code"


@dataclass(frozen=True)
class Place:
    """A place of the recordings: its coordinates, and what was measured there at each recorded minute of the day."""

    latitude: float
    longitude: float
    minutes: tuple[int, ...]
    measured: tuple[Mapping[str, Any], ...]

    def at(self, time: datetime) -> dict[str, Any]:
        """Every measured variable: numbers between two recordings, the code of the nearer one."""
        minute = time.hour * 60 + time.minute
        index = max((i for i, recorded in enumerate(self.minutes) if recorded <= minute), default=-1)
        after = (index + 1) % len(self.minutes)
        length = (self.minutes[after] - self.minutes[index]) % _DAY_MINUTES or _DAY_MINUTES
        share = (minute - self.minutes[index]) % _DAY_MINUTES / length
        earlier, later = self.measured[index], self.measured[after]
        return {name: _between(name, earlier[name], later[name], share) for name in earlier}


def _between(name: str, earlier: float, later: float, share: float) -> float:
    if name == _CODE:
        return earlier if share < 0.5 else later  # noqa: PLR2004 - half way
    # Adding nothing makes plain zero of negative zero.
    return round(earlier + (later - earlier) * share, 1) + 0.0


@dataclass(frozen=True)
class Recordings:
    """Every place of the recordings."""

    places: tuple[Place, ...]

    @classmethod
    def of(cls, folder: Path) -> Recordings:
        """Read `HH.json` of each recorded hour; all of them hold the same places in the same order."""
        files = sorted(folder.glob("[0-2][0-9].json"))
        answers = [json.loads(file.read_text(encoding="utf-8")) for file in files]
        minutes = tuple(int(file.stem) * 60 for file in files)
        return cls(tuple(_place(minutes, recorded) for recorded in zip(*answers, strict=True)))

    def nearest(self, latitude: float, longitude: float) -> Place:
        """The recorded place closest to coordinates, in degrees."""
        shrink = math.cos(math.radians(latitude))

        def distance(place: Place) -> float:
            east = (place.longitude - longitude + 180) % 360 - 180
            return (place.latitude - latitude) ** 2 + (east * shrink) ** 2

        return min(self.places, key=distance)


def _place(minutes: tuple[int, ...], recorded: Sequence[Mapping[str, Any]]) -> Place:
    measured = tuple({k: v for k, v in answer["current"].items() if k != "time"} for answer in recorded)
    return Place(recorded[0]["latitude"], recorded[0]["longitude"], minutes, measured)
