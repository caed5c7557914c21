"""The recorded weather API as a service: what `WEATHER_URL` names on the embedded platform."""

from __future__ import annotations

import sys

import httpx

from millstream.local.services.base import Command, NotReady, Service, Site

RECORDINGS = "data/weather"


def prepare(site: Site) -> Command:
    """Serve the project's recordings; without any, every question is refused in words."""
    arguments = ("--recordings", str(site.project / RECORDINGS), "--port", str(site.ports["weather"]))
    return Command((sys.executable, "-m", "millstream.local.weather", *arguments))


def probe(site: Site) -> None:
    """Ask how many places it knows."""
    try:
        answer = httpx.get(f"http://{site.address('weather')}/health", timeout=3, trust_env=False)
    except httpx.HTTPError as exc:
        raise NotReady(f"no answer: {type(exc).__name__}") from exc
    if answer.is_error:
        raise NotReady(f"answered {answer.status_code}")


SERVICE = Service("weather", prepare, probe, ports=("weather",), memory_mb=50)
