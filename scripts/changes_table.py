"""Write docs/changes.md from what rehearsals showed, of the corpus and of generated edits."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent.parent / "docs"
PLAIN = {
    "proved": "same rows",
    "refused by Flink": "refuses",
    "differs here": "**wrong rows, silently**",
    "not seen": "nothing to see",
}
RESTORED = {
    "proved": "proved",
    "refused by Flink": "refused",
    "differs here": "rows differ",
    "not seen": "nothing to see",
}
VERDICTS = {"keep": "keeps the state", "split": "asks to split", "rebuild": "asks to rebuild"}

HEAD = """\
# What edits do to a running job

Each line is one edit of [the corpus](../tests/cases/changes/README.md), tried on a real Flink 2.2 by
[`millstream plan --rehearse`](apply.md): the old job reads some records and is stopped with a savepoint, the edited one
is restored from it and reads some more. Its rows are compared with those of the edited query that had always run.

*Plain Flink* is the edited statement submitted again with the savepoint of the old one, without any option to leave
state behind. *Millstream* says what `plan` says; where it keeps the state, the restore was tried too.

*Nothing to see*: no row was written after the savepoint. Edits that can be kept and are rebuilt cost a replay, never a
wrong row. Where an edit that breaks state gives the same rows, a rehearsal cannot show it: which rows come too late
depends on their pace, and of rows under keys of another kind it sees only that nobody writes them again.

Written by `scripts/changes_table.py` from `docs/changes.json` and `docs/changes-generated.json`; do not edit it.
"""
GENERATED = """\
## Generated edits

A sample of the edits that `python -m mutations` makes of the corpus, each labelled by what was done and not by what
millstream says of it. Their records are those of the case they were made from, and not made for them: where those
show no wrong row, the label is not shown to be wrong.

"""


def page(results: list[dict[str, Any]], generated: list[dict[str, Any]]) -> str:
    """The whole page as Markdown."""
    parts = [HEAD, _summary(results), GENERATED + _summary(generated)]
    for family in sorted({result["family"] for result in results}):
        parts.append(f"## {family.replace('_', ' ')}\n\n| Edit | Plain Flink | Millstream |\n|---|---|---|")
        parts[-1] += "".join(f"\n{_row(result)}" for result in results if result["family"] == family) + "\n"
    return "\n".join(parts)


def _row(result: dict[str, Any]) -> str:
    told = result["title"].rstrip(".").replace("|", "\\|")
    if result["obstacle"]:
        return f"| {told} | could not be tried | {VERDICTS.get(result['verdict'], '')} |"
    restored = result["millstream"]
    proof = f": {RESTORED[restored['result']]}" if restored else ""
    return f"| {told} | {PLAIN[result['flink']['result']]} | {VERDICTS[result['verdict']]}{proof} |"


def _summary(results: list[dict[str, Any]]) -> str:
    tried = [result for result in results if not result["obstacle"]]
    breaking = Counter(result["flink"]["result"] for result in tried if result["truth"] == "breaking")
    keepable = Counter(result["flink"]["result"] for result in tried if result["truth"] == "keepable")
    proved = Counter(result["millstream"]["result"] for result in tried if result["verdict"] == "keep")
    columns = ("proved", "refused by Flink", "differs here", "not seen")
    named = {"breaking, plain Flink": breaking, "keepable, plain Flink": keepable, "kept by millstream": proved}
    rows = (f"| {name} | {' | '.join(str(counted[column]) for column in columns)} |" for name, counted in named.items())
    left = f", {len(results) - len(tried)} could not be" if len(tried) < len(results) else ""
    head = "| Edits | Same rows | Refused | Wrong rows, silently | Nothing to see |\n|---|---|---|---|---|"
    return "\n".join((f"{len(tried)} edits were tried{left}.\n", head, *rows, ""))


def main() -> None:
    """Read the results and write the page."""
    read = (
        json.loads((DOCS / f"{name}.json").read_text(encoding="utf-8")) for name in ("changes", "changes-generated")
    )
    (DOCS / "changes.md").write_text(page(*read), encoding="utf-8")


if __name__ == "__main__":
    main()
