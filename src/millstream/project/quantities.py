"""Durations and sizes as people write them in YAML: `10s`, `1.5m`, `32MiB`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

_WRITTEN = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_BYTES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def _number(value: object, units: dict[str, float], what: str, example: str) -> object:
    if not isinstance(value, str):
        return value
    found = _WRITTEN.fullmatch(value.strip())
    if found is None or found[2] not in units:
        raise ValueError(f"`{value}` is no {what}; write a number and one of {', '.join(units)}, as in {example}")
    return float(found[1]) * units[found[2]]


def _seconds(value: object) -> object:
    return _number(value, dict(_SECONDS), "duration", "10s")


def _bytes(value: object) -> object:
    found = _number(value, dict(_BYTES), "size", "32MiB")
    return int(found) if isinstance(found, float) else found


# A bare number counts seconds, or bytes.
Seconds = Annotated[float, BeforeValidator(_seconds), Field(gt=0, le=366 * 86400)]
Size = Annotated[int, BeforeValidator(_bytes), Field(gt=0)]
