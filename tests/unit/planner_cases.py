"""Mistakes that only Flink's planner knows, each in a small project."""

from __future__ import annotations

import shutil
from pathlib import Path

from projects import VARIABLES, load, rendered, write
from test_project_cases import read_case

from millstream import rules
from millstream.flinkplan import jobs
from millstream.graph import Graph

ROOT = Path(__file__).parents[1] / "cases" / "planner"
FILES = sorted(ROOT.glob("*.case"))


def planned(root, planner, **variables):
    """Everything `millstream check` finds in a tree."""
    project = load(root, **variables)
    graph = Graph.of(project)
    found = (*project.diagnostics, *rules.check(project, graph))
    found += jobs.look(project, jobs.plannable(project, graph, found), planner, VARIABLES | variables).diagnostics
    return rules.ordered(found)


def make(root, changes):
    shutil.copytree(ROOT / "base", root, dirs_exist_ok=True)
    write(root, changes)
    return root


def refused(file, root, planner):
    """What the planner refuses of a case; the warnings of rules are other tests' matter."""
    _, changes = read_case(file)
    return tuple(found for found in planned(make(root, changes), planner) if found.code == jobs.CODE)


def shown(file, root, planner):
    return rendered(refused(file, root, planner))
