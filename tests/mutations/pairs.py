"""Pairs of jobs with labels: every edit of every seed, edits turned round, and harmless edits on top of them."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from change_cases import CHANGES

from millstream.sql import references, unique
from mutations import aggregates, behind, running, tables, windows, wording
from mutations.script import Script

if TYPE_CHECKING:
    from mutations.operators import Label

HARMLESS = (*wording.OPERATORS, *running.OPERATORS)
OPERATORS = (*HARMLESS, *behind.OPERATORS, *aggregates.OPERATORS, *windows.OPERATORS, *tables.OPERATORS)
_FLINK = Path(__file__).parents[2] / "flink_sql"


@dataclass(frozen=True)
class Seed:
    """A job to edit: `folder` is its case's, if it has records to run it on."""

    name: str
    script: Script
    folder: Path | None = None


@dataclass(frozen=True)
class Pair:
    """Two sides of a change, and what the change does to state.

    Args:
        seed: the job both come from.
        operators: names of the edits; all but the first are harmless, and `reversed` says that all are undone.
        label: of the first edit.
        why: the reason of the label.
        old: SQL of the running job.
        new: SQL of the wanted one.
        both_ways: whether the label holds for the reversal too.
    """

    seed: Seed
    operators: tuple[str, ...]
    label: Label
    why: str
    old: str
    new: str
    both_ways: bool

    @property
    def turned(self):
        """The pair, and its reversal where that has a label: the same two plans."""
        back = replace(self, operators=(*self.operators, "reversed"), old=self.new, new=self.old)
        return (self, back) if self.both_ways else (self,)

    @property
    def id(self):
        return hashlib.sha256(f"{self.old}\0{self.new}".encode()).hexdigest()[:16]


@cache
def seeds():
    """The old sides of the corpus that may be looked at, each once, and the example's own jobs."""
    found = {}
    for change in CHANGES:
        if not change.told["held_out"]:
            text = (change.folder / "old.sql").read_text(encoding="utf-8")
            found.setdefault(text, Seed(change.folder.name, Script(text), change.folder))
    jobs = (Seed(path.stem, Script(_standing_alone(path))) for path in sorted((_FLINK / "jobs").glob("*.sql")))
    return (*found.values(), *jobs)


def _standing_alone(path):
    """A job of the example together with the tables and views it reaches, views after those they read."""
    job = Script(path.read_text(encoding="utf-8"))
    found = _reached(job.job, {})
    ordered = sorted(found.values(), key=lambda script: bool(script.views))
    parts = (script.text[script.statements[0].tokens[0].start :].rstrip() for script in ordered)
    at = job.statements[0].tokens[0].start
    return job.edited((at, at, "\n\n".join(parts) + "\n\n")).text


def _reached(statement, found):
    """Declarations by name, each after those it reads."""
    named = references(statement)
    for name in unique((*named.reads, *named.writes)):
        if name not in found:
            (file,) = (path for kind in ("tables", "views") for path in (_FLINK / kind).glob(f"{name}.sql"))
            script = Script(file.read_text(encoding="utf-8"))
            if script.views:
                _reached(script.statements[0], found)
            found[name] = script
    return found


@cache
def single():
    """Every edit at every place, each pair of texts once; reversals are left to `Pair.turned`."""
    found = {}
    for operator in OPERATORS:
        for seed in seeds():
            for edit in operator.edits(seed.script):
                sides = (edit.old.text, edit.new.text)
                if sides[0] != sides[1]:
                    pair = Pair(seed, (operator.name,), operator.label, operator.why, *sides, edit.both_ways)
                    found.setdefault(sides, pair)
    return tuple(found.values())


def composed(pair, chance):
    """The pair with one or two harmless edits of its new side, or itself where none applies."""
    for _ in range(chance.choice((1, 1, 2))):
        script = Script(pair.new)
        for operator in chance.sample(HARMLESS, len(HARMLESS)):
            edits = [mutation.new for mutation in operator.edits(script) if mutation.old is script]
            if edits:
                text = chance.choice(edits).text
                pair = replace(pair, operators=(*pair.operators, operator.name), new=text)
                break
    return pair


def pairs(count, seed):
    """So many different pairs; the same ones for the same seed.

    Operators take turns, so that a rare one is not drowned. Half of the pairs are single edits, and then every second
    one, while there are any; the others are single edits with harmless ones on top.
    """
    chance = random.Random(seed)
    turns = _in_turns(single(), chance)
    left, found = iter(turns), {}
    while len(found) < count:
        plain = len(found) < count // 2 or chance.random() < 0.5
        pair = (next(left, None) if plain else None) or composed(chance.choice(turns), chance)
        for one in pair.turned:
            found.setdefault((one.old, one.new), one)
    return tuple(islice(found.values(), count))


def _in_turns(every, chance):
    by_operator = {}
    for pair in every:
        by_operator.setdefault(pair.operators, []).append(pair)
    for group in by_operator.values():
        chance.shuffle(group)
    return [pair for turn in zip_longest(*by_operator.values()) for pair in turn if pair]
