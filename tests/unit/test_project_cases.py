"""Every case of a wrong project gives exactly the diagnostics written at its head."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from projects import CASES, diagnose, make, rendered

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(CASES.glob("*.case"))


def read_case(file: Path) -> tuple[str, dict[str, str | None]]:
    expected, *parts = re.split(r"^=== ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    changes: dict[str, str | None] = {}
    for part in parts:
        head, _, text = part.partition("\n")
        path = head.removesuffix(" (deleted)")
        changes[path] = None if head != path else text
    return expected, changes


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_case_gives_its_diagnostics(file, tmp_path):
    expected, changes = read_case(file)
    assert rendered(diagnose(make(tmp_path, changes))) == expected


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_namespace_moves_no_diagnostic(file, tmp_path):
    _, changes = read_case(file)
    root = make(tmp_path, changes)
    without, within = ([(d.code, d.where) for d in diagnose(root, namespace)] for namespace in ("", "dev_"))
    # A name that lacks the namespace also leads nowhere once there is one.
    assert without == [place for place in within if place in without]


@pytest.mark.parametrize("namespace", ["", "dev_"])
def test_base_tree_has_nothing_wrong(tmp_path, namespace):
    assert diagnose(make(tmp_path), namespace) == ()


def test_no_case_is_about_nothing():
    assert FILES
    assert all(read_case(file)[0].strip() for file in FILES)
