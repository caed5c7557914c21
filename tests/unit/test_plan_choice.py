"""A part of a plan: only what was selected, and what that lacks."""

import json

import pytest

from millstream.cli.plans import as_json, as_text
from millstream.graph import Graph
from millstream.observation import ABSENT, Observation
from millstream.plan import Action, also, build, choose
from millstream.project.fingerprint import Fingerprint
from millstream.project.model import Kind, ResourceId

TOPIC = ResourceId(Kind.TOPIC, "orders")
TABLE = ResourceId(Kind.FLINK_TABLE, "orders")
JOB = ResourceId(Kind.JOB, "parse_orders")
REMOVED = ResourceId(Kind.CONNECTOR, "old_files")
GRAPH = Graph({TOPIC: frozenset(), TABLE: frozenset({TOPIC}), JOB: frozenset({TABLE})})
HELD = frozenset({TOPIC, JOB})


def choice(chosen, topic=ABSENT):
    whole = build([TOPIC, JOB], {TOPIC: topic}, {JOB: Fingerprint("a", {})}, {}, [REMOVED])
    return choose(whole, frozenset(chosen), GRAPH, HELD)


def test_only_what_is_selected_is_changed():
    made = choice({TOPIC})
    assert [(c.resource, c.action) for c in made.changes] == [(TOPIC, Action.CREATE)]
    assert (made.unchanged, made.unmet) == (0, ())


def test_what_is_selected_and_as_declared_is_counted():
    made = choice({TOPIC, TABLE}, topic=Observation(exists=True))
    assert (made.changes, made.unchanged) == ((), 1)


def test_need_that_is_neither_there_nor_selected_is_told():
    made = choice({JOB})
    assert [(unmet.resource, unmet.needs) for unmet in made.unmet] == [(JOB, (TOPIC,))]
    assert also(made) == "+job.parse_orders"


@pytest.mark.parametrize("seen", [Observation(exists=True), Observation(exists=True, differences=("has 1 partition",))])
def test_need_that_is_there_is_no_obstacle_however_it_differs(seen):
    assert choice({JOB}, topic=seen).unmet == ()


def test_what_is_declared_no_longer_goes_only_when_selected():
    assert [c.resource for c in choice({TOPIC, JOB}).changes] == [TOPIC, JOB]
    (change,) = choice({REMOVED}).changes
    assert (change.resource, change.action) == (REMOVED, Action.DELETE)


def test_the_text_says_what_is_lacking_and_how_to_mend_it():
    shown = as_text(choice({JOB}), lambda _: (), "local").split("\n")
    assert shown[-2:] == [
        "job.parse_orders needs topic.orders: neither there nor selected",
        "so apply refuses it; select that too: -s '+job.parse_orders'",
    ]
    assert [c["resource"] for c in json.loads(as_json(choice({JOB}), lambda _: ()))["changes"]] == ["job.parse_orders"]
