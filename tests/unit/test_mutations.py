"""Generated pairs of jobs: enough, the same ones again, labels that stand; and a sample judged by the planner."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from change_cases import CHANGES, parsed

from millstream.plan.state import Verdict
from mutations import wording
from mutations.export import export
from mutations.judging import Outcome, Plans, judge_all, outcome
from mutations.operators import Label
from mutations.pairs import HARMLESS, OPERATORS, composed, pairs, seeds, single
from mutations.script import Script
from own_planner import own_planner

SEED = 1
SAMPLE = 60


@cache
def many():
    return pairs(3000, SEED)


def named(name):
    (operator,) = (found for found in OPERATORS if found.name == name)
    return operator


def edits(name, text):
    return [mutation.new.text for mutation in named(name).edits(Script(text))]


def test_there_are_three_thousand_different_pairs():
    assert len({(pair.old, pair.new) for pair in many()}) == 3000
    assert all(pair.old != pair.new for pair in many())


def test_the_same_seed_makes_the_same_pairs_and_another_one_others():
    ids = [[pair.id for pair in pairs(400, seed)] for seed in (SEED, SEED, SEED + 1)]
    assert ids[0] == ids[1] != ids[2]


def test_every_operator_and_every_seed_has_its_pairs():
    assert {operator.name for operator in OPERATORS} == {pair.operators[0] for pair in many()}
    assert {seed.name for seed in seeds()} == {pair.seed.name for pair in many()}


def test_each_label_has_a_good_share():
    counts = Counter(pair.label for pair in many())
    assert min(counts.values()) >= 300
    assert counts[Label.BREAKING] >= 1000


def test_both_sides_are_one_job_each():
    for pair in many()[:300]:
        assert all(
            parsed(text).job.upper().startswith(("INSERT INTO", "EXECUTE STATEMENT SET"))
            for text in (pair.old, pair.new)
        )


def test_no_case_that_is_held_out_is_a_seed():
    held_out = {change.folder.name for change in CHANGES if change.told["held_out"]}
    assert held_out
    assert not held_out & {seed.name for seed in seeds()}


def test_no_label_is_made_with_a_look_at_the_verdict():
    modules = [path for path in Path(wording.__file__).parent.glob("*.py") if path.stem != "judging"]
    assert len(modules) > 10
    assert not [path.name for path in modules if "millstream.plan" in path.read_text(encoding="utf-8")]


def test_a_pair_keeps_its_label_under_harmless_edits():
    harmless = {operator.name for operator in HARMLESS}
    for pair in many():
        first, *rest = (name for name in pair.operators if name != "reversed")
        assert pair.label is named(first).label
        assert set(rest) <= harmless


def test_harmless_edits_are_made_of_the_new_side_alone():
    pair = single()[0]
    further = composed(pair, random.Random(SEED))
    assert further.old == pair.old
    assert further.new not in {pair.old, pair.new}


COUNT = "-- Clicks\nINSERT INTO counts\nSELECT page, COUNT(*) AS n\nFROM clicks\nWHERE ms > 30\nGROUP BY page;\n"
SLOW = """INSERT INTO lines
SELECT user_id, page, CAST(ms AS DECIMAL(12, 2)) AS amount, clicked_at
FROM clicks;
"""
HOP = """INSERT INTO windows
SELECT page, window_start, COUNT(*) AS n
FROM TABLE(HOP(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '2' MINUTE, INTERVAL '4' MINUTE))
GROUP BY page, window_start, window_end;
"""
DAYS = "-- Users\nINSERT INTO counts\nSELECT user_id, {call} AS n\nFROM clicks\nGROUP BY user_id;\n"


def test_a_filter_that_only_drops_whole_groups_is_not_called_breaking():
    assert not any("CHAR_LENGTH(page)" in text for text in edits("filter_below_state", COUNT))
    assert any("CHAR_LENGTH(user_id)" in text for text in edits("filter_below_state", COUNT))


def test_a_filter_of_rows_that_nobody_remembers_is_not_called_breaking():
    assert edits("filter_below_state", SLOW) == []
    assert len(edits("filter_of_stateless", SLOW)) == 4


def test_an_aggregate_of_what_follows_from_the_group_is_left_alone():
    assert edits("aggregate_function", DAYS.format(call="MAX(country)")) == []
    assert edits("aggregate_function", DAYS.format(call="MAX(user_id)")) == []
    assert len(edits("aggregate_function", DAYS.format(call="MAX(ms)"))) == 1


def test_a_column_that_a_filter_fixes_is_no_new_key():
    free = DAYS.format(call="COUNT(*)")
    fixed = free.replace("GROUP", "WHERE page = 'home'\nGROUP")
    assert any("user_id, page;" in text for text in edits("group_key_widened", free))
    assert not any("user_id, page;" in text for text in edits("group_key_widened", fixed))


def test_a_smaller_window_over_the_same_slices_is_not_made():
    found = list(named("window_size").edits(Script(HOP)))
    assert [mutation.both_ways for mutation in found] == [False, False]
    assert "INTERVAL '8' MINUTE" in found[0].new.text


def test_a_projection_of_a_key_is_left_alone():
    assert len(edits("projection_changed_behind", COUNT)) == 1
    assert "SELECT page, CAST(COUNT(*) + 1 AS BIGINT) AS n" in edits("projection_changed_behind", COUNT)[0]


@pytest.mark.parametrize(
    ("label", "verdict", "expected"),
    [
        (Label.BREAKING, Verdict.KEEP, Outcome.FALSE_KEEP),
        (Label.BREAKING, Verdict.SPLIT, Outcome.AGREED),
        (Label.BREAKING, Verdict.REBUILD, Outcome.AGREED),
        (Label.KEEPABLE, Verdict.KEEP, Outcome.AGREED),
        (Label.SAME, Verdict.SPLIT, Outcome.NEEDLESS),
        (Label.SAME, Verdict.REBUILD, Outcome.NEEDLESS),
    ],
)
def test_only_state_kept_against_a_label_is_a_false_keep(label, verdict, expected):
    assert outcome(label, verdict) is expected


def test_exported_pairs_have_the_records_of_their_seed(tmp_path):
    some = [pair for pair in many()[:40] if pair.seed.folder]
    assert export(many()[:40], tmp_path) == len(some) > 0
    for pair in some:
        (folder,) = tmp_path.glob(f"*_{pair.id}")
        assert (folder / "new.sql").read_text(encoding="utf-8") == pair.new
        assert (folder / "events.jsonl").read_bytes() == (pair.seed.folder / "events.jsonl").read_bytes()


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    """A sample in which operators take turns, judged by Flink's planner."""
    some = [pair for pair in many() if "reversed" not in pair.operators][:SAMPLE]
    with own_planner() as planner:
        plans = Plans(lambda: planner, tmp_path_factory.mktemp("plans"))
        yield list(judge_all(some, plans, seconds=600))


def test_no_state_is_kept_in_the_sample_that_means_something_else(sampled):
    assert len(sampled) == SAMPLE
    assert [found for found in sampled if found.outcome is Outcome.FALSE_KEEP] == []


def test_the_planner_takes_nearly_all_of_the_sample(sampled):
    assert sum(found.outcome is Outcome.REFUSED for found in sampled) <= SAMPLE // 10


def test_most_of_what_is_keepable_in_the_sample_is_kept(sampled):
    keepable = [found for found in sampled if found.label != Label.BREAKING and found.verdict]
    assert sum(found.outcome is Outcome.AGREED for found in keepable) >= len(keepable) * 3 // 4
