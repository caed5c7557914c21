"""A table or view whose file says something else, though its columns are the same: an engine alone would not tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from applied_project import applied_project
from projects import load

from millstream.errors import ApprovalRequired
from millstream.graph import Graph
from millstream.plan import Action, Effect

WORDS = ("its statement was edited since it was applied",)


@pytest.fixture
def applied(tmp_path, monkeypatch):
    return applied_project(tmp_path, monkeypatch)


def edited(applied, file, old, new):
    """The same project with a text of one file replaced."""
    path = applied.project.root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    project = load(applied.project.root)
    return replace(applied, project=project, graph=Graph.of(project))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("clickhouse/revenue_by_city.sql", "_rows FINAL", "_rows FINAL WHERE revenue > 0"),
        ("clickhouse/revenue_by_city_feed.sql", "_queue;", "_queue WHERE op <> 't';"),
        ("clickhouse/revenue_by_city_queue.sql", "'JSONEachRow'", "'JSONEachRow', kafka_flush_interval_ms = 500"),
    ],
)
def test_what_holds_no_rows_is_made_again_in_place(applied, file, old, new):
    after = edited(applied, file, old, new)
    (change,) = after.plan().changes
    assert (change.action, change.effect, change.reasons) == (Action.REPLACE, Effect.IN_PLACE, WORDS)
    after.apply()
    assert after.plan().changes == ()
    assert after.plan().drift == ()


def test_what_holds_rows_is_refused_and_stays_refused(applied):
    after = edited(applied, "clickhouse/revenue_by_city_rows.sql", "ORDER BY city_id", "ORDER BY (city_id, revenue)")
    for _ in range(2):
        (change,) = after.plan().refused
        assert (change.effect, change.reasons) == (Effect.DESTROY, WORDS)
        with pytest.raises(ApprovalRequired):
            after.apply()


def test_comments_and_white_space_change_nothing(applied):
    after = edited(
        applied, "clickhouse/revenue_by_city_rows.sql", "ORDER BY city_id", "ORDER  BY\n  city_id -- by city\n"
    )
    assert after.plan().changes == ()
    after.apply()
    assert after.plan().changes == ()


def test_an_edit_taken_back_is_no_change(applied):
    edited(applied, "clickhouse/revenue_by_city_rows.sql", "ORDER BY city_id", "ORDER BY revenue")
    after = edited(applied, "clickhouse/revenue_by_city_rows.sql", "ORDER BY revenue", "ORDER BY city_id")
    assert after.plan().changes == ()
