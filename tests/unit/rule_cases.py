"""The cases of rules: small trees, each with what must be found in it."""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from projects import VARIABLES, rendered

from millstream import config, project, rules
from millstream.config import EVERYTHING
from millstream.flinkplan import jobs
from millstream.graph import Graph
from millstream.rules.intended import without_intended

ROOT = Path(__file__).parents[1] / "cases" / "rules"
EXPECTED = "expected"
CODE = re.compile(r"\"([A-Z]{3}\d{3})\"")


@dataclass(frozen=True)
class Case:
    """One folder: a tree, and the file `expected`, empty for a near miss."""

    folder: Path

    @property
    def code(self):
        return self.folder.parent.name

    @property
    def expected(self):
        return (self.folder / EXPECTED).read_text(encoding="utf-8")

    def __str__(self):
        return f"{self.code}-{self.folder.name}"


def codes(modules):
    return {code for module in modules for code in CODE.findall(inspect.getsource(module))}


def modules_of(checks):
    return [sys.modules[check.__module__] for check in checks]


CASES = [Case(folder) for folder in sorted(ROOT.glob("*/*/"))]
# What only the planner can answer; its cases are planned too.
PLANNED = codes(modules_of(rules.PLAN_RULES))
CODES = codes(modules_of([*rules.RULES, *rules.PLAN_RULES]))


def found(case, planner=None):
    """Check a case as `millstream check` does, with a planner or without."""
    root = case.folder
    allow = config.load(root).allow if (root / config.FILE).exists() else EVERYTHING
    loaded = project.load(root, name="trial", variables=VARIABLES, allow=allow)
    graph = Graph.of(loaded)
    diagnostics = (*loaded.diagnostics, *rules.check(loaded, graph))
    if planner is not None:
        asked = jobs.plannable(loaded, graph, diagnostics)
        diagnostics += jobs.look(loaded, asked, planner, VARIABLES).diagnostics
    return without_intended(rules.ordered(diagnostics), lambda path: (root / path).read_text().split("\n"))


def shown(case, planner=None):
    return rendered(found(case, planner))
