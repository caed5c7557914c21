"""The topic `vehicle_positions`: where each vehicle is, how fast, where to, and how warm its cargo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from millstream.generate.cargo import EMPTY, RARE_EVERY_MS, Cargo, report_ms
from millstream.generate.event import EventTopic, iso, iso_all
from millstream.generate.faults import (
    COORDINATES_OUT_OF_RANGE,
    NOT_A_NUMBER,
    NOT_A_TIME,
    NOT_AN_ID,
    NOT_WHOLE,
    WRONG_TYPE,
    both,
    edited,
    evenly,
    in_future,
    missing,
    not_json,
    setting,
    wrong,
)
from millstream.generate.fleet import COLD_EVERY, VEHICLES
from millstream.generate.roads import timetable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.generate.event import Block, Fault, Writer
    from millstream.generate.plan import StreamPlan
    from millstream.generate.sampling import Ints

NAME, SHARE = "vehicle_positions", 50
REQUIRED = ("vehicle_id", "latitude", "longitude", "speed_kmh", "heading_deg", "measured_at")
# Vehicles report in turns, in an order that mixes warehouses; the step shares no factor with their number.
TURN_STEP = 49


def _writer(plan: StreamPlan) -> Writer:
    every_ms = report_ms(plan.rate_of(VEHICLE_POSITIONS))
    cargo = Cargo(plan.seed, plan.as_of_ms, every_ms, plan.scenario)
    roads = timetable()

    def write(block: Block) -> Iterator[tuple[str, str]]:
        vehicle = _reporting(block, plan, cargo, every_ms)
        index, share = roads.piece(vehicle, block.event_ms)
        pieces = roads.pieces
        temperature = cargo.temperature(vehicle, block.event_ms, block.draws.uniform(block.size))
        columns = zip(
            (vehicle + 1).tolist(),
            (pieces.latitude[index] + share * pieces.north[index]).tolist(),
            (pieces.longitude[index] + share * pieces.east[index]).tolist(),
            pieces.speed[index].tolist(),
            pieces.heading[index].tolist(),
            temperature.tolist(),
            iso_all(block.event_ms),
            strict=True,
        )
        for vehicle_id, latitude, longitude, speed, heading, cargo_temp, measured_at in columns:
            value = (
                f'{{"vehicle_id":"{vehicle_id}","latitude":{latitude:.6f},"longitude":{longitude:.6f},'
                f'"speed_kmh":{speed / 10},"heading_deg":{heading},'
                f'{_cargo(vehicle_id, cargo_temp)}"measured_at":"{measured_at}Z"}}'
            )
            yield str(vehicle_id), value

    return write


def _reporting(block: Block, plan: StreamPlan, cargo: Cargo, every_ms: float) -> Ints:
    """Which vehicle each record is of; one that reports rarely leaves most of its turns to the next."""
    number = np.arange(block.first, block.first + block.size)
    vehicle = number % VEHICLES * TURN_STEP % VEHICLES
    since_ms = block.record_ms - plan.as_of_ms
    due = since_ms // RARE_EVERY_MS != (since_ms - int(every_ms)) // RARE_EVERY_MS
    chosen: Ints = np.where(cargo.is_rare(vehicle) & ~due, (vehicle + 1) % VEHICLES, vehicle)
    return chosen


def _cargo(vehicle_id: int, hundredths: int) -> str:
    """The field `cargo_temp_c`, which some vehicles without cold cargo leave out."""
    if hundredths != EMPTY:
        return f'"cargo_temp_c":{hundredths / 100},'
    return "" if vehicle_id % COLD_EVERY == 1 else '"cargo_temp_c":null,'


def _closing(_partition: int, time_ms: int) -> tuple[str, str]:
    value = '{"vehicle_id":"0","latitude":0.0,"longitude":0.0,"speed_kmh":0.0,"heading_deg":0,"cargo_temp_c":null,'
    return "0", f'{value}"measured_at":"{iso(time_ms)}"}}'


def _faults() -> Iterator[Fault]:
    yield from not_json()
    yield from missing(REQUIRED)
    yield from wrong(
        {
            "vehicle_id": NOT_AN_ID,
            "latitude": NOT_A_NUMBER,
            "longitude": NOT_A_NUMBER,
            "speed_kmh": NOT_A_NUMBER,
            "heading_deg": NOT_WHOLE,
            "cargo_temp_c": NOT_A_NUMBER,
            "measured_at": NOT_A_TIME,
        }
    )
    both_wrong = both(setting("speed_kmh", "fast"), setting("latitude", 91))
    yield edited(WRONG_TYPE, "speed_kmh text and latitude 91", both_wrong)
    for field, values in (("latitude", (90.000001, -91, 5000)), ("longitude", (180.000001, -181, 1000))):
        for value in values:
            yield edited(COORDINATES_OUT_OF_RANGE, f"{field} {value}", setting(field, value))
    swapped = both(setting("latitude", 139.6503), setting("longitude", 35.6762))
    yield edited(COORDINATES_OUT_OF_RANGE, "latitude and longitude swapped", swapped)
    yield from in_future("measured_at")


VEHICLE_POSITIONS = EventTopic(NAME, SHARE, _writer, _closing, evenly(_faults()))
