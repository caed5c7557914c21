"""Each planted mistake of the end-to-end tests fits the SQL tree as it is; that the oracle sees it is shown there."""

import tomllib
from pathlib import Path

import pytest

from oracle import TABLES

ROOT = Path(__file__).parents[2]
MISTAKES = sorted((ROOT / "tests" / "e2e" / "mistakes").glob("*.toml"))
KNOWN = {f"{place.schema}.{table.name}" for table in TABLES for place in table.places}


def read(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_mistake_fits_the_tree(path):
    mistake = read(path)
    assert set(mistake["seen_in"]) <= KNOWN
    assert all((ROOT / "flink_sql" / "jobs" / f"{job}.sql").exists() for job in mistake["jobs"])
    for edit in mistake["edits"]:
        text = (ROOT / edit["file"]).read_text(encoding="utf-8")
        assert text.count(edit["find"]) == 1, edit["find"]
        assert edit["find"] != edit["replace"]


def test_mistakes_have_names_and_words_of_their_own():
    words = [read(path)["breaks"] for path in MISTAKES]
    assert len(set(words)) == len(words) >= 40
