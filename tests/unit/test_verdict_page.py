"""The page on verdicts says what the code does: every kind of node, and how many changes have known answers."""

import re
from pathlib import Path

import pytest
from change_cases import CHANGES

from millstream.compiled import Node
from millstream.plan.state import node_types
from millstream.plan.state.node_types import Holds, holds
from millstream.plan.state.watermarks import never_asks

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/verdict.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
DEPENDS = {"sink", "lookup-join", "window-table-function"}
# How the page puts it.
ASKS = {"no": True, "makes them": False, "makes none": False, "in event time": False, "perhaps": False}


def node(kind, **content):
    return Node(1, f"stream-exec-{kind}_1", content, ())


@pytest.mark.parametrize(("kind", "_sql", "keeps", "asks"), ROWS, ids=[row[0] for row in ROWS])
def test_page_says_what_a_node_keeps_and_whether_it_asks_for_watermarks(kind, _sql, keeps, asks):
    assert (kind in DEPENDS) is (keeps == "it depends")
    if keeps != "it depends":
        assert holds(node(kind)) is Holds(keeps)
    found = node(kind, miniBatchInterval={"mode": "RowTime"}) if kind == "mini-batch-assigner" else node(kind)
    assert never_asks(found) is ASKS[asks]


def test_page_lists_every_kind_of_node_once():
    assert len(ROWS) == len({row[0] for row in ROWS})
    assert {row[0] for row in ROWS} >= {*node_types.HOLDS, *DEPENDS}


def test_pages_count_the_changes_with_known_answers():
    judged = sum(not change.told["held_out"] for change in CHANGES)
    assert f"holds {len(CHANGES)} edits with known answers" in PAGE
    assert f"{judged} changes with known answers" in " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
