"""Files of `superset/` as text: the same document always gives the same lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH = 110


class _Dumper(yaml.SafeDumper):
    """Lists stand under their key, and texts of several lines as they are read."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - PyYAML's own
        super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    # YAML refuses a literal block with blanks before a line's end.
    lines = "\n".join(line.rstrip() for line in text.split("\n")) if style else text
    return dumper.represent_scalar("tag:yaml.org,2002:str", lines, style=style)


_Dumper.add_representer(str, _text)


def dump(document: Mapping[str, Any]) -> str:
    """Write a document; keys keep their order."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
