"""A project that was applied to engines in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module

import pytest
from fake_engines import FakeEngines
from projects import VARIABLES, load, make

from millstream import apply
from millstream.apply.target import ApplyTarget
from millstream.cli.plans import as_text
from millstream.flinkplan.client import Planner
from millstream.graph import Graph
from millstream.plan import Approvals
from millstream.project.fingerprint import fingerprint
from millstream.project.model import FlinkTable, FlinkView, Job, Kind, ResourceId
from millstream.selection import EVERYTHING

PARSE = ResourceId(Kind.JOB, "parse_orders")
ARRIVALS = """config:
  connector.class: org.apache.kafka.connect.file.FileStreamSourceConnector
  tasks.max: 1
  topic: ${NS:-}orders
"""
HAND = "0123456789abcdef0123456789abcdef"


@dataclass
class Applied:
    """A project that was applied, and the engines it was applied to."""

    project: object
    graph: Graph
    target: ApplyTarget
    engines: FakeEngines
    ids: dict

    def plan(self, selection=EVERYTHING):
        return apply.plan(self.project, self.graph, self.target, lambda *_: None, selection)

    def apply(self, *allow, selection=EVERYTHING):
        return apply.run(
            self.project, self.graph, self.target, lambda *_: None,
            approved=Approvals.parse(allow), selection=selection,
        )  # fmt: skip

    @property
    def text(self):
        return as_text(self.plan(), self.touched, "local") + "\n"

    def touched(self, resource):
        return sorted(map(str, self.graph.downstream(resource)))

    def without(self, job):
        """The same with a job's file removed."""
        kept = tuple(resource for resource in self.project.resources if resource.id != job)
        project = replace(self.project, resources=kept)
        return replace(self, project=project, graph=Graph.of(project))


def applied_project(tmp_path, monkeypatch):
    """The base project of the cases, as an apply leaves it."""
    project = load(make(tmp_path / "project", {"kafka/connectors/arrivals.yml": ARRIVALS}))
    target = ApplyTarget(
        "local", {}, VARIABLES, frozenset(VARIABLES), b"key", {}, Planner(tmp_path, tmp_path), tmp_path
    )
    engines = FakeEngines()
    monkeypatch.setattr(import_module("millstream.apply.run"), "Engines", lambda _: engines)
    monkeypatch.setattr(target.planner, "start", lambda: pytest.fail("no planner is needed"))
    held = [r for r in project.resources if not isinstance(r, FlinkTable | FlinkView | Job)]
    engines.hold(held)
    ids = {}
    for job in project.of(Job):
        print_ = fingerprint(
            job, project, variables=VARIABLES, stable=target.stable, key=target.key, versions=target.versions
        )
        ids[job.id] = engines.start(project.name, "local", job.id, print_.digest)
    made = Applied(project, Graph.of(project), target, engines, ids)
    made.apply()
    return made


def by_hand(applied):
    """Somebody submits a job of the project by hand, as a copy of the one that was applied."""
    parameters = applied.engines.flink.parameters_of[applied.ids[PARSE]]
    applied.engines.flink.run(HAND, "parse_orders", parameters=parameters)
