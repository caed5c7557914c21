"""Every code is documented, shown by a case or a test, and stands for one thing."""

from __future__ import annotations

import re
from pathlib import Path

from millstream.rules.job_settings import ALLOWED

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"\b(?:CFG|SQL|PRJ|TOP|SRC|FLK|GRF|NSP|SEC|LND|CON|CDC|KAF|ALW|NAM|USE|SUP|KSQ)\d{3}\b")
QUOTED = re.compile(rf"\"({CODE.pattern})\"")
DOCUMENTED = (ROOT / "docs/diagnostics.md").read_text(encoding="utf-8")


def codes(files, pattern=CODE):
    return {code for file in files for code in pattern.findall(file.read_text(encoding="utf-8"))}


def used():
    return codes((ROOT / "src").rglob("*.py"), QUOTED)


def test_every_code_is_documented_and_no_other():
    assert used() == set(CODE.findall(DOCUMENTED))


def test_no_code_is_documented_twice():
    rows = re.findall(r"^\| ([A-Z]{3}\d{3}) ", DOCUMENTED, re.MULTILINE)
    assert len(rows) == len(set(rows))


def test_every_code_has_a_case_or_a_test():
    cases = (ROOT / "tests").rglob("*")
    cases = [file for file in cases if file.suffix == ".case" or file.name == "expected" or file.match("test_*.py")]
    assert used() - codes(cases) == set()


def test_documentation_lists_what_a_job_may_set():
    assert [key for key in ALLOWED if f"`{key}`" not in DOCUMENTED] == []
