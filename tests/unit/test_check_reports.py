"""Findings as code hosts want them."""

from __future__ import annotations

import json
from pathlib import Path

from millstream.cli import reports
from millstream.diagnostics import SourceRange, error, warning

PLACE = SourceRange(Path("jobs/a,b.sql"), 3, 7, 3, 11)


def test_github_gets_one_command_a_finding_with_everything_escaped():
    found = [error("FLK100", "100% wrong:\nreally", PLACE, "mend it"), warning("USE002", "nobody reads it")]
    assert reports.as_github(found).splitlines() == [
        "::error file=jobs/a%2Cb.sql,line=3,endLine=3,col=7,endColumn=11,title=FLK100::100%25 wrong:%0Areally; mend it",
        "::warning file=millstream.yml,line=1,title=USE002::nobody reads it",
    ]


def test_github_gets_no_columns_for_more_than_one_line():
    found = [error("FLK100", "wrong", SourceRange(Path("a.sql"), 3, 7, 5, 2))]
    assert reports.as_github(found) == "::error file=a.sql,line=3,endLine=5,title=FLK100::wrong"


def test_gitlab_gets_its_report():
    (issue,) = json.loads(reports.as_gitlab([error("FLK100", "wrong", PLACE, "mend it")]))
    assert issue.pop("fingerprint")
    assert issue == {
        "description": "wrong; mend it",
        "check_name": "FLK100",
        "severity": "major",
        "location": {"path": "jobs/a,b.sql", "lines": {"begin": 3}},
    }


def test_gitlab_knows_a_finding_again_when_its_line_moves():
    before, after = (SourceRange(Path("a.sql"), line, 1) for line in (3, 30))
    prints = [json.loads(reports.as_gitlab([error("FLK100", "wrong", at)]))[0]["fingerprint"] for at in (before, after)]
    assert prints[0] == prints[1]


def test_gitlab_tells_equal_findings_of_one_file_apart():
    found = [error("FLK100", "wrong", SourceRange(Path("a.sql"), line, 1)) for line in (3, 30)]
    first, second = json.loads(reports.as_gitlab(found))
    assert first["fingerprint"] != second["fingerprint"]


def test_nothing_found_is_still_a_document():
    assert json.loads(reports.as_json(())) == {"diagnostics": []}
    assert json.loads(reports.as_gitlab(())) == []
    assert reports.as_github(()) == ""
