"""What millstream says of a pair, and whether that agrees with its label."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from threading import Lock, get_ident

from change_cases import judged, parsed

from millstream.plan.state import Verdict
from mutations.operators import Label

# The planner's worker answers a few requests at once; two keep it busy.
_AT_ONCE = 2
_BATCH = 40


class Outcome(StrEnum):
    """How the verdict stands to the label.

    `FALSE_KEEP`: state that means something else would be kept. `NEEDLESS`: state would be lost, or a job split, that
    need not be. `REFUSED`: Flink's planner does not take one of the sides, so it is no pair.
    """

    AGREED = "agreed"
    FALSE_KEEP = "false keep"
    NEEDLESS = "needless"
    REFUSED = "refused"


@dataclass(frozen=True)
class Judgement:
    """One pair, judged: what `--json` writes of it."""

    id: str
    seed: str
    operators: tuple[str, ...]
    label: str
    verdict: str | None
    outcome: Outcome
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Compiled:
    """A compiled plan, or why Flink's planner refuses."""

    plan: str
    refusal: str


class Plans:
    """Flink's planner with a memory on disk: many pairs share a side, and another verdict needs no other plan.

    Args:
        planner: gives a planner when there is something that it has not been asked yet.
        folder: one file a job, named by its text.
    """

    def __init__(self, planner, folder):
        self.planner, self.folder = planner, folder
        self.starting = Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def of(self, text):
        file = self.folder / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
        if not file.is_file():
            compiled = self._asked(text)
            written = file.with_suffix(f".{get_ident()}")
            written.write_text(json.dumps(asdict(compiled)), encoding="utf-8")
            written.replace(file)
        return Compiled(**json.loads(file.read_text(encoding="utf-8")))

    def _asked(self, text):
        with self.starting:
            planner = self.planner()
        reply = planner.compile(_named(parsed(text).source))
        refusal = "" if reply.plan else "Flink can run it, but not write its plan down."
        return Compiled(reply.plan or "", next((told.message[:300] for told in reply.refusals), refusal))


def _named(source):
    """Without the tables that nothing names: Flink would make them for each of thousands of jobs."""
    views = (table.text for table in source.tables if table.text.startswith("CREATE VIEW"))
    named = set(re.findall(r"\w+", " ".join((source.job.text, *views))))
    return replace(source, tables=tuple(t for t in source.tables if t.resource.removeprefix("flink_table.") in named))


def judge_pair(pair, old, new):
    """Judge a pair, given its compiled sides."""
    refused = tuple(side.refusal for side in (old, new) if side.refusal)
    if refused:
        return _judgement(pair, None, Outcome.REFUSED, refused)
    found = judged(parsed(pair.old), parsed(pair.new), (old.plan, new.plan))
    return _judgement(pair, found.verdict, outcome(pair.label, found.verdict), found.reasons)


def _judgement(pair, verdict, found, reasons):
    return Judgement(pair.id, pair.seed.name, pair.operators, pair.label, verdict, found, reasons)


def outcome(label, verdict):
    """A split goes on with all state too, but asks a person to take the job apart."""
    if label is Label.BREAKING:
        return Outcome.FALSE_KEEP if verdict is Verdict.KEEP else Outcome.AGREED
    return Outcome.AGREED if verdict is Verdict.KEEP else Outcome.NEEDLESS


def judge_all(pairs, plans, seconds):
    """Judgements of the pairs, for no longer than so many seconds."""
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for start in range(0, len(pairs), _BATCH):
            if time.monotonic() > end:
                return
            batch = pairs[start : start + _BATCH]
            sides = dict.fromkeys(text for pair in batch for text in (pair.old, pair.new))
            compiled = dict(zip(sides, pool.map(plans.of, sides), strict=True))
            yield from (judge_pair(pair, compiled[pair.old], compiled[pair.new]) for pair in batch)


def summary(judgements):
    """Figures of a run, and by operator what was judged otherwise than labelled."""
    judgements = list(judgements)
    by_operator = defaultdict(Counter)
    for found in judgements:
        by_operator[found.operators[0]][found.outcome] += 1
    counted = [found for found in judgements if found.outcome is not Outcome.REFUSED]
    return {
        "pairs": len(counted),
        "labels": dict(Counter(found.label for found in counted)),
        "outcomes": dict(Counter(found.outcome for found in judgements)),
        "by_operator": {name: dict(counts) for name, counts in sorted(by_operator.items())},
        "false_keeps": [asdict(found) for found in judgements if found.outcome is Outcome.FALSE_KEEP],
    }
