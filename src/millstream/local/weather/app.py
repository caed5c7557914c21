"""The recorded weather over HTTP: Open-Meteo's parameters, answers and refusals, with ETag on top."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from millstream.local.weather.recordings import Place, Recordings

UNITS = {
    "temperature_2m": "°C",
    "wind_speed_10m": "km/h",
    "precipitation": "mm",
    "weather_code": "wmo code",
}
_MOST_LATITUDE, _MOST_LONGITUDE = 90, 180


class _Refused(ValueError):  # noqa: N818 - worded as the answer
    """A parameter that cannot be answered."""


def application(recordings: Recordings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Starlette:
    """Serve recordings.

    Args:
        recordings: what is known.
        now: the clock that observations move with.
    """

    async def forecast(request: Request) -> Response:
        try:
            content = _answer(recordings, request, now().replace(second=0, microsecond=0))
        except _Refused as refused:
            return JSONResponse({"error": True, "reason": str(refused)}, status_code=400)
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        known = {"etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"'}
        if known["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=known)
        return Response(body, media_type="application/json; charset=utf-8", headers=known)

    async def health(_: Request) -> Response:
        return JSONResponse({"places": len(recordings.places)})

    routes = [Route("/v1/forecast", forecast), Route("/health", health)]
    return Starlette(routes=routes, middleware=[Middleware(GZipMiddleware)])


def _answer(recordings: Recordings, request: Request, time: datetime) -> Any:
    latitudes = _numbers(request, "latitude", _MOST_LATITUDE)
    longitudes = _numbers(request, "longitude", _MOST_LONGITUDE)
    if len(latitudes) != len(longitudes):
        raise _Refused("Parameter 'latitude' and 'longitude' must have the same number of elements")
    if not recordings.places:
        raise _Refused("There are no recordings in data/weather")
    asked = [name for name in request.query_params.get("current", "").split(",") if name]
    if unknown := [name for name in asked if name not in UNITS]:
        raise _Refused(f"Unknown variable '{unknown[0]}' in 'current'")
    places = [recordings.nearest(*coordinates) for coordinates in zip(latitudes, longitudes, strict=True)]
    answers = [_one(place, index, asked, time) for index, place in enumerate(places)]
    return answers if len(answers) > 1 else answers[0]


def _numbers(request: Request, name: str, most: float) -> list[float]:
    try:
        found = [float(text) for text in request.query_params[name].split(",")]
    except KeyError:
        raise _Refused(f"Parameter '{name}' is missing") from None
    except ValueError:
        raise _Refused(f"Parameter '{name}' must be a list of numbers") from None
    if wrong := [number for number in found if not abs(number) <= most]:
        raise _Refused(f"{name.capitalize()} must be in range of -{most} to {most}°. Given: {wrong[0]}.")
    return found


def _one(place: Place, index: int, asked: list[str], time: datetime) -> dict[str, Any]:
    measured = place.at(time)
    stamp = {"time": time.strftime("%Y-%m-%dT%H:%M"), "interval": 60}
    answer = {
        "latitude": place.latitude,
        "longitude": place.longitude,
        "utc_offset_seconds": 0,
        "timezone": "GMT",
        "timezone_abbreviation": "GMT",
        "current_units": {"time": "iso8601", "interval": "seconds", **{name: UNITS[name] for name in asked}},
        "current": {**stamp, **{name: measured[name] for name in asked}},
    }
    return answer | ({"location_id": index} if index else {})
