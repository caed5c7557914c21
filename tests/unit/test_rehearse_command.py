"""How rehearsals are told, and what the command refuses."""

from __future__ import annotations

import json

from command_line import CommandLine

from millstream.cli.rehearsals import as_text, into_json
from millstream.plan.state import Verdict
from millstream.rehearse import Outcome, Rehearsal, Result, RowDifference

ROWS = tuple(RowDifference("t", f"k{n}", "" if n else "k9") for n in range(5))


def test_three_outcomes_and_an_obstacle_are_told():
    found = (
        Rehearsal("job.a", Verdict.KEEP, Outcome(Result.PROVED, compared=7), Outcome(Result.REFUSED, "no state fits")),
        Rehearsal("job.b", Verdict.REBUILD, None, Outcome(Result.DIFFERS, compared=20, rows=ROWS)),
        Rehearsal("job.c", obstacle="it reads and writes topic orders"),
    )
    assert as_text(found).splitlines()[2:] == [
        "    job.a   keep",
        "        as apply restores it: proved: 7 rows as they should be",
        "        as Flink alone restores it: refused by Flink, because no state fits",
        "    job.b   rebuild",
        "        as Flink alone restores it: differs here: 5 of 20 rows",
        "            t: k0, and not k9",
        "            t: k1, and not no row",
        "            t: k2, and not no row",
        "            and 2 more",
        "    job.c   could not be rehearsed",
        "        it reads and writes topic orders",
    ]


def test_json_of_a_plan_holds_its_rehearsals():
    found = Rehearsal("job.a", Verdict.KEEP, Outcome(Result.DIFFERS, compared=1, rows=ROWS[:1]), None)
    document = json.loads(into_json('{"changes": []}', [found]))
    assert document == {
        "changes": [],
        "rehearsals": [
            {
                "resource": "job.a",
                "verdict": "keep",
                "millstream": {
                    "result": "differs here",
                    "reason": None,
                    "compared": 1,
                    "rows": [{"table": "t", "restored": "k0", "wanted": "k9"}],
                },
                "flink": None,
                "obstacle": None,
            }
        ],
    }


def test_plan_without_changed_jobs_has_nothing_to_rehearse():
    assert as_text(()) == "nothing to rehearse: no job that runs is changed"


def test_events_without_a_rehearsal_are_refused(tmp_path):
    (tmp_path / "events.jsonl").write_text("", encoding="utf-8")
    done = CommandLine.of_base(tmp_path / "project").run("plan", "--events", str(tmp_path / "events.jsonl"))
    done.is_one_error(2, "--events are records to rehearse with", "add --rehearse")
