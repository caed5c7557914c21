"""The held-out changes, judged and written down as a page: `python tests/unit/held_out_report.py > docs/held-out.md`.

They say how good the verdict is on edits it was not made for. So this is run after work on it is done, and what it
shows is not mended before other cases have been held out.
"""

from __future__ import annotations

import sys
from collections import Counter

from change_cases import CHANGES

from own_planner import own_planner

HEAD = """# Changes nobody tuned on

The verdict ([what it means](verdict.md)) was worked on against {tuned} changes with known answers. These {held_out}
were set aside before and judged once, when the work was done:

| Change | State | Said | |
|---|---|---|---|"""
FOOT = """
Right are {right} of {held_out}. Of {breaking} that break state {kept} were kept; of {keepable} that could keep it
{rebuilt} were rebuilt."""


def judged(planner):
    """Each held-out change with its verdict."""
    for change in (change for change in CHANGES if change.told["held_out"]):
        replies = [planner.compile(side.source) for side in change.sides]
        yield change.told, change.judged([reply.plan for reply in replies]).verdict.value


def outcome(told, verdict):
    """What became of a change, in a word."""
    if verdict == told["verdict"]:
        return "right"
    if told["truth"] == "breaking":
        return "**wrong**" if verdict == "keep" else "safe, but another remedy"
    return "needless"


def page(found):
    """The report as Markdown."""
    outcomes = [(told, verdict, outcome(told, verdict)) for told, verdict in found]
    truths = Counter(told["truth"] for told, _ in found)
    numbers = {
        "tuned": sum(not change.told["held_out"] for change in CHANGES),
        "held_out": len(found),
        "right": sum(what == "right" for _, _, what in outcomes),
        "breaking": truths["breaking"],
        "keepable": truths["keepable"],
        "kept": sum(verdict == "keep" and told["truth"] == "breaking" for told, verdict in found),
        "rebuilt": sum(verdict != "keep" and told["truth"] == "keepable" for told, verdict in found),
    }
    words = {"breaking": "breaks", "keepable": "fits"}
    rows = (f"| {told['title']} | {words[told['truth']]} | {verdict} | {what} |" for told, verdict, what in outcomes)
    return "\n".join((HEAD.format(**numbers), *rows, FOOT.format(**numbers), ""))


if __name__ == "__main__":
    with own_planner() as running:
        sys.stdout.write(page(list(judged(running))))
