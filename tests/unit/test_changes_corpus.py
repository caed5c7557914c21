"""The corpus of changes: whether each case is one, and what millstream says of it; one planner process for all."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import cache

import pytest
from change_cases import CHANGES, FAMILIES, columns

from millstream.plan.state import Verdict
from own_planner import own_planner

REQUIRED = {"title", "family", "truth", "verdict", "why", "held_out"}
OPTIONAL = {"leaves", "known"}
# What is said instead, by how `known` begins.
MISTAKES = {
    "false keep": Verdict.KEEP,
    "false split": Verdict.SPLIT,
    "needless rebuild": Verdict.REBUILD,
    "needless split": Verdict.SPLIT,
}
JUDGED = [change for change in CHANGES if not change.told["held_out"]]


@pytest.fixture(scope="module")
def planner():
    with own_planner() as running:
        yield running


@pytest.fixture(scope="module")
def plans(planner):
    return cache(lambda change: compiled(change, planner))


def compiled(change, planner):
    replies = [planner.compile(side.source) for side in change.sides]
    assert [refusal.message for reply in replies for refusal in reply.refusals] == []
    return [reply.plan for reply in replies]


def expected(told):
    mistake, _, reason = told.get("known", "").partition(": ")
    assert bool(mistake) == bool(reason)
    return MISTAKES[mistake] if mistake else Verdict(told["verdict"])


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_case_says_what_is_true_and_what_to_say(change):
    told = change.told
    assert set(told) - OPTIONAL == REQUIRED
    assert told["family"] in FAMILIES
    assert (told["truth"], Verdict(told["verdict"])) in {
        ("keepable", Verdict.KEEP),
        ("keepable", Verdict.REBUILD),
        ("breaking", Verdict.SPLIT),
        ("breaking", Verdict.REBUILD),
    }
    assert "leaves" not in told or told["truth"] == "keepable"
    assert not ("known" in told and told["held_out"])
    assert expected(told) is not Verdict(told["verdict"]) or "known" not in told
    assert all(told[name].endswith(".") for name in ("title", "why"))


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_case_is_an_edit_in_house_style(change):
    texts = [(change.folder / name).read_text(encoding="utf-8") for name in ("old.sql", "new.sql")]
    assert texts[0] != texts[1]
    assert all(text.startswith("-- ") and text.endswith(";\n") and "\t" not in text for text in texts)
    assert all(side.job.startswith(("INSERT INTO", "EXECUTE STATEMENT SET")) for side in change.sides)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_events_fit_their_tables_and_reach_across_the_savepoint(change):
    events = change.events
    assert 10 <= len(events) <= 40
    phases = [event["phase"] for event in events]
    assert set(phases) == {"before", "after"}
    assert phases == sorted(phases, reverse=True)
    assert all(list(event["value"]) == columns()[event["topic"]] for event in events)
    times = [datetime.fromisoformat(event["at"]) for event in events]
    assert times == sorted(times)
    assert times[-1] - times[phases.index("after")] > timedelta(hours=2)


def test_corpus_is_balanced():
    truths = Counter(change.told["truth"] for change in JUDGED)
    assert min(truths["keepable"], truths["breaking"]) >= 28
    assert len(CHANGES) - len(JUDGED) >= 15
    assert {change.told["family"] for change in JUDGED} == FAMILIES


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_both_sides_can_be_planned(change, plans):
    assert all(plans(change))


@pytest.mark.parametrize("change", JUDGED, ids=str)
def test_verdict_is_that_of_the_case(change, plans):
    assert change.judged(plans(change)).verdict is expected(change.told)
