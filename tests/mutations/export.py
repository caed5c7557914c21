"""Pairs as folders of the shape the corpus has, to be run on real engines."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from mutations.operators import Label

if TYPE_CHECKING:
    from pathlib import Path


def export(pairs, folder: Path):
    """Write each pair whose seed has records; give how many were written.

    A folder holds `old.sql`, `new.sql`, the seed's `events.jsonl` and a `case.toml` with `truth` as the corpus has it.
    """
    runnable = [pair for pair in pairs if pair.seed.folder]
    for pair in runnable:
        place = folder / f"{pair.operators[0]}_{pair.id}"
        place.mkdir(parents=True, exist_ok=True)
        (place / "old.sql").write_text(pair.old, encoding="utf-8")
        (place / "new.sql").write_text(pair.new, encoding="utf-8")
        (place / "case.toml").write_text(_told(pair), encoding="utf-8")
        shutil.copyfile(pair.seed.folder / "events.jsonl", place / "events.jsonl")
    return len(runnable)


def _told(pair):
    truth = "breaking" if pair.label is Label.BREAKING else "keepable"
    fields = {"title": f"{pair.seed.name}: {', '.join(pair.operators)}.", "truth": truth, "why": pair.why}
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())
