"""The page of edits says what was seen, and nothing else."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def table():
    spec = importlib.util.spec_from_file_location("changes_table", ROOT / "scripts" / "changes_table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_wrong_rows_stand_out(table):
    result = {"case": "c", "title": "A | B.", "family": "top_n", "truth": "breaking", "verdict": "rebuild"}
    flink = {"result": "differs here", "reason": "", "differing": 3}
    page = table.page([{**result, "millstream": None, "flink": flink, "obstacle": ""}], [])
    assert "## top n\n" in page
    assert "| A \\| B | **wrong rows, silently** | asks to rebuild |" in page


def test_page_counts_what_was_tried(table):
    tried = {"case": "a", "title": "A.", "family": "ttl", "truth": "keepable", "verdict": "keep", "obstacle": ""}
    proved = {"result": "proved", "reason": "", "differing": 0}
    refused = {"result": "refused by Flink", "reason": "no state fits", "differing": 0}
    hindered = {**tried, "case": "b", "millstream": None, "flink": None, "obstacle": "no topic"}
    page = table.page([{**tried, "millstream": proved, "flink": refused}, hindered], [hindered])
    assert "1 edits were tried, 1 could not be." in page
    assert "## Generated edits" in page
    assert "0 edits were tried, 1 could not be." in page
    assert "| kept by millstream | 1 | 0 | 0 | 0 |" in page
    assert "| A | refuses | keeps the state: proved |" in page
    assert "| A | could not be tried | keeps the state |" in page
