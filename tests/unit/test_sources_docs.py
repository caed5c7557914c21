"""The examples of the documentation are declarations, and it names every key and every kind of dead letter."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from millstream.project.http_source import HttpDeclaration

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/http-sources.md").read_text(encoding="utf-8")
EXAMPLES = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def test_every_whole_example_is_a_declaration():
    whole = [example for example in EXAMPLES if "topic" in example]
    assert [HttpDeclaration.model_validate(example).topic for example in whole] == ["weather", "openweather"]


def test_every_key_of_every_example_is_known():
    assert {key for example in EXAMPLES for key in example} <= set(HttpDeclaration.model_fields)


def test_every_key_is_documented():
    keys = set(HttpDeclaration.model_fields) - {"description"}
    assert [key for key in sorted(keys) if f"`{key}`" not in PAGE] == []


def test_every_kind_of_dead_letter_is_documented():
    sources = (ROOT / "src/millstream/sources").glob("*.py")
    raised = {kind for file in sources for kind in re.findall(r'Unmapped\(\s*"(\w+)"', file.read_text("utf-8"))}
    assert raised == set(re.findall(r"`unmapped_(\w+)`", PAGE))
