"""Samples of the generated stream, and a second, independent reading of what an event must look like."""

import json
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from millstream.generate.plan import StreamPlan
from millstream.generate.scenario import SCENARIOS
from millstream.generate.stream import TOPICS, records

AS_OF_MS = 1_767_225_600_000
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")


def plan(seed=1, rate=50, scenario="calm", topics=TOPICS, **shares):
    return StreamPlan(seed, AS_OF_MS, rate, topics, scenario=SCENARIOS[scenario], **shares)


def run_of(seconds, **options):
    made = plan(**options)
    return list(islice(records(made), round(seconds * made.rate)))


def counted(sample, topic):
    """The values that parse jobs count, decoded: neither bad nor late."""
    return [json.loads(r.value) for r in sample if r.topic == topic and r.fault is None and not r.late]


def millis(text):
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def is_text(value):
    return isinstance(value, str)


def is_id(value):
    return isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value) is not None


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31


def is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_time(value):
    if not isinstance(value, str) or not TIME.fullmatch(value):
        return False
    try:
        millis(value)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Contract:
    """What a value of a topic without lines must look like."""

    types: dict
    event_time: str
    legal: dict
    limits: dict
    optional: tuple = ()

    def reason(self, value, record_ms):
        """The first failing check, or None."""
        event = decoded(value)
        if not isinstance(event, dict):
            return "not_json"
        if any(event.get(name) is None for name in self.types.keys() - set(self.optional)):
            return "missing_field"
        if not all(holds(event[name]) for name, holds in self.types.items() if event.get(name) is not None):
            return "wrong_type"
        if any(event[name] not in legal for name, legal in self.legal.items()):
            return "unknown_enum"
        if any(abs(event[name]) > limit for name, limit in self.limits.items()):
            return "coordinates_out_of_range"
        return "event_time_in_future" if millis(event[self.event_time]) > record_ms + 60_000 else None


def decoded(value):
    try:
        return json.loads(value if isinstance(value, str) else bytes(value or b"").decode())
    except ValueError:
        return None


CONTRACTS = {
    "shipments": Contract(
        dict.fromkeys(("shipment_id", "order_id", "status"), is_text)
        | dict.fromkeys(("warehouse_id", "vehicle_id"), is_id)
        | {"event_at": is_time},
        "event_at",
        {"status": {"created", "dispatched", "delivered", "failed"}},
        {},
    ),
    "vehicle_positions": Contract(
        dict.fromkeys(("latitude", "longitude", "speed_kmh", "cargo_temp_c"), is_number)
        | {"vehicle_id": is_id, "heading_deg": is_whole, "measured_at": is_time},
        "measured_at",
        {},
        {"latitude": 90, "longitude": 180},
        ("cargo_temp_c",),
    ),
    "inventory_changes": Contract(
        dict.fromkeys(("change_id", "reason"), is_text)
        | dict.fromkeys(("warehouse_id", "product_id"), is_id)
        | {"delta": is_whole, "changed_at": is_time},
        "changed_at",
        {"reason": {"sale", "receipt", "return", "adjustment", "loss"}},
        {},
    ),
}
EVENT_TIME = {"orders": "ordered_at"} | {name: contract.event_time for name, contract in CONTRACTS.items()}
