"""The truth of each change in the corpus is seen on a real Flink, not reasoned."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from change_cases import CHANGES
from restored import AT_ONCE, cluster, is_seen, rehearsed, stage

from millstream.plan.state import Verdict
from millstream.rehearse import Result

pytestmark = [pytest.mark.e2e, pytest.mark.full]

# What a rehearsal does not bring to light: it compares what is written after the savepoint, and reads without a pause.
STALE_KEYS = "rows under keys of another kind stay, and it only looks at keys that are written again"
PACE = "which rows come too late depends on how fast they come"
UNSEEN = {
    "set_sinks_exchanged": STALE_KEYS,
    "sink_key_takes_another_column": STALE_KEYS,
    "state_mini_batch_latency_event_time": PACE,
    "ttl_shortened": "nothing is older than the shorter time to live",
    "watermark_delay": PACE,
    "watermark_delay_for_one_of_two": PACE,
    "watermark_idle_timeout": PACE,
}
# What does not run here at all.
UNTRIED = {"state_async_on": "heap state cannot be read asynchronously"}


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


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_truth_of_the_case_is_seen(change, showed):
    found = showed(change)
    assert bool(found.obstacle) is (change.folder.name in UNTRIED), found.obstacle
    if not found.obstacle:
        assert is_seen(change.told["truth"], found) is (change.folder.name not in UNSEEN), found


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_what_millstream_keeps_is_proved(change, showed):
    found = showed(change)
    kept = found.verdict is Verdict.KEEP
    assert not kept or (found.carried and found.carried.result in {Result.PROVED, Result.UNSEEN}), found.carried
