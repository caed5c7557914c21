"""The truth of each change in the corpus is seen on a real Flink, not reasoned."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from change_cases import CHANGES
from restored import AT_ONCE, cluster, is_seen, rehearsed, stage

from millstream.plan.state import Verdict
from millstream.rehearse import Result

pytestmark = [pytest.mark.e2e, pytest.mark.full]

# Their records or their clock do not bring the truth to light.
UNSEEN = {}
SAMPLED = 8
# How fast the machine is decides what these show.
CLOCKS = {"ttl", "watermark"}


def sampled():
    """The same few for each run of every day: half of them kept, half breaking."""
    chosen = random.Random(2026)
    seen = [change for change in CHANGES if change.folder.name not in UNSEEN and change.told["family"] not in CLOCKS]
    # What could be kept and is rebuilt may well be refused by Flink, too.
    kept = [change for change in seen if change.told["verdict"] == "keep" and "known" not in change.told]
    breaking = [change for change in seen if change.told["truth"] == "breaking"]
    return {change for changes in (kept, breaking) for change in chosen.sample(changes, SAMPLED // 2)}


SAMPLE = sampled()
CASES = [
    pytest.param(change, id=str(change), marks=[] if change in SAMPLE else [pytest.mark.full]) for change in CHANGES
]


@pytest.fixture(scope="module")
def showed(request, tmp_path_factory):
    """What each chosen case showed: several are on their way at once, as no test of its own could have them."""
    chosen = {item.callspec.params["change"] for item in request.session.items if "showed" in item.fixturenames}
    with (
        cluster(tmp_path_factory.mktemp("restored")) as embedded,
        stage(embedded) as on,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        pending = {change: pool.submit(rehearsed, change, on) for change in chosen}
        yield lambda change: pending[change].result()


@pytest.mark.parametrize("change", CASES)
def test_truth_of_the_case_is_seen(change, showed):
    found = showed(change)
    assert found.obstacle == ""
    assert is_seen(change.told["truth"], found) is (change.folder.name not in UNSEEN), found


@pytest.mark.parametrize("change", CASES)
def test_what_millstream_keeps_is_proved(change, showed):
    found = showed(change)
    kept = found.verdict is Verdict.KEEP
    assert not kept or (found.carried and found.carried.result in {Result.PROVED, Result.UNSEEN}), found.carried
