"""Every rule fires where it must, and only there; those that need a plan do so in `test_planned_checks`."""

from __future__ import annotations

from collections import defaultdict

import pytest
from rule_cases import CASES, CODES, PLANNED, shown


@pytest.mark.parametrize("case", [case for case in CASES if case.code not in PLANNED], ids=str)
def test_case_gives_its_diagnostics(case):
    assert shown(case) == case.expected


def test_every_rule_has_a_case_that_fires_and_a_near_miss():
    fires = defaultdict(set)
    for case in CASES:
        fires[case.code].add(f"[{case.code}]" in case.expected)
    assert {code for code in CODES if fires[code] != {True, False}} == set()


def test_every_folder_of_cases_is_a_rule_or_a_reader_of_files():
    assert {case.code for case in CASES} - CODES <= {"ALW003"}
