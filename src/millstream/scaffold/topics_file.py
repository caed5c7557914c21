"""Adds a topic to the text of `kafka/topics.yml`; every other character stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from millstream.errors import ProjectError
from millstream.scaffold import rendering

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "kafka/topics.yml"


def add(text: str, name: str, description: str, partitions: int | None, config: Mapping[str, str]) -> str:
    """Give the text with one entry more, behind the last topic.

    Raises:
        ProjectError: the topic is there already, or the file is not laid out in lines that an entry could follow.
    """
    topics = _topics(text)
    if name in _names(topics):
        raise ProjectError(f"topic `{name}` stands in {FILE} already; nothing was written")
    entry = rendering.render(
        "topic_entry.yml", name=name, description=_scalar(description), partitions=partitions, config=config
    )
    lines = text.splitlines(keepends=True)
    at, indent = _place(topics)
    if lines[at - 1 : at] and not lines[at - 1].endswith("\n"):
        lines[at - 1] += "\n"
    shifted = "".join(f"{' ' * indent}{line}" for line in entry.splitlines(keepends=True))
    gap = "\n" if _names(topics) else ""
    added = "".join([*lines[:at], gap, shifted, *lines[at:]])
    _assert_only_added(text, added, name)
    return added


def _topics(text: str) -> tuple[yaml.ScalarNode, yaml.Node]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as problem:
        raise ProjectError(f"{FILE} is not YAML; nothing was written") from problem
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    found = next(((key, value) for key, value in pairs if key.value == "topics"), None)
    if found is None:
        raise ProjectError(f"{FILE} has no key `topics`; nothing was written", mend="write a line `topics:` at its end")
    return found


def _names(topics: tuple[yaml.ScalarNode, yaml.Node]) -> list[str]:
    node = topics[1]
    return [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []


def _place(topics: tuple[yaml.ScalarNode, yaml.Node]) -> tuple[int, int]:
    """The line behind the last topic, and how far its names are indented."""
    key, node = topics
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _last_line(node) + 1, node.value[0][0].start_mark.column
    if isinstance(node, yaml.ScalarNode) and not node.value:
        return key.start_mark.line + 1, key.start_mark.column + 2
    mend = "write one topic a line below `topics:`, without braces"
    raise ProjectError(f"{FILE}:{key.start_mark.line + 1}: no entry can be added here", mend=mend)


def _last_line(node: yaml.Node) -> int:
    """The line on which the last scalar below a node ends; a block's own end lies behind the comments after it."""
    if isinstance(node, yaml.MappingNode | yaml.SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.line
    # A block scalar's end is the start of the line behind it.
    return end - 1 if node.end_mark.column == 0 and end > node.start_mark.line else end


def _scalar(text: str) -> str:
    """A text as YAML writes it on one line."""
    return yaml.safe_dump(text, width=10_000, allow_unicode=True).removesuffix("...\n").strip()


def _assert_only_added(before: str, after: str, name: str) -> None:
    old, new = yaml.safe_load(before), yaml.safe_load(after)
    topics = dict(new["topics"])
    topics.pop(name)
    if {**new, "topics": topics} != {**old, "topics": old["topics"] or {}}:
        raise ProjectError(f"{FILE} cannot take an entry; nothing was written", mend=f"declare `{name}` by hand")
