"""The whole company on one platform, day after day: every table of both databases is exact, row for row.

With the first run of `test_slice` that makes three seeds and three kinds of days; `test_kills` has two more. Each
run ends with closing markers, and the next begins after them, so a verdict covers all days so far.
"""

import pytest
from embedded import Embedded
from judge import assert_exact

pytestmark = [pytest.mark.e2e, pytest.mark.full]

FLOW = ("--events", "12000", "--rate", "25", "--bad", "2", "--late", "2", "--speed", "max", "--close")
DAYS = (("black-friday", "8", "2026-01-30T23:54:00Z"), ("supplier-crisis", "9", "2026-01-31T12:00:00Z"))


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    embedded = Embedded.of_copy(tmp_path_factory.mktemp("company") / "project")
    try:
        embedded.start_company()
        yield embedded
    finally:
        embedded.millstream("reset", "--yes")


@pytest.mark.parametrize(("scenario", "seed", "as_of"), DAYS, ids=[day[0] for day in DAYS])
def test_day_is_exact_in_every_table(company, tmp_path, scenario, seed, as_of):
    company.millstream("generate", "--scenario", scenario, "--seed", seed, "--as-of", as_of, *FLOW)
    assert_exact(company, tmp_path, 240)
