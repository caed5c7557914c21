"""YAML files that people write: values checked against a model, with the line and column of what is wrong.

A model is a pydantic class derived from `Strict`; an unknown key is refused with the list of legal ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

M = TypeVar("M", bound="Strict")
Key = str | int
# libyaml reads a tree of files ten times as fast; a build of PyYAML may lack it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(text: str) -> Any:
    """The value of a YAML text, of plain types only.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - the safe one, in C


class Strict(BaseModel):
    """A model that refuses unknown keys and lists the legal ones."""

    # Of the two dozen models a command reads a few.
    model_config = ConfigDict(frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, value: Any) -> Any:
        if isinstance(value, dict):
            legal = [field.alias or name for name, field in cls.model_fields.items()]
            unknown = [key for key in value if key not in legal]
            if unknown:
                raise PydanticCustomError("unknown_keys", "unknown key", {"unknown": unknown, "legal": legal})
        return value


@dataclass(frozen=True)
class YamlFile:
    """The text of a YAML file and the name it has in diagnostics; `code` is the code of whatever is wrong in it."""

    path: Path
    text: str
    code: str

    def read(self, model: type[M]) -> tuple[M | None, tuple[Diagnostic, ...]]:
        """Check the file against `model`: the value, or what is wrong with it."""
        try:
            root = self._composed
            value = load(self.text)
        except yaml.YAMLError as problem:
            return None, (self._syntax(self._in_words(problem)),)
        twice = tuple(self._duplicates(root)) if root else ()
        if twice:
            return None, twice
        try:
            return model.model_validate({} if value is None else value), ()
        except ValidationError as problem:
            found = [d for e in problem.errors(include_url=False) for d in self._diagnostics(dict(e), root)]
            return None, tuple(found)

    def where(self, *keys: Key) -> SourceRange:
        """The place of a key, for example `where("targets", "local", "namespace")`; of the file when it is absent."""
        try:
            return self._where(self._composed, keys)
        except yaml.YAMLError:
            return SourceRange(self.path)

    def find(self, text: str) -> SourceRange | None:
        """The place of the first value that is exactly `text`, wherever it stands; for values that stand once."""
        root = self._composed
        found = next((n for n in _nodes(root) if isinstance(n, yaml.ScalarNode) and n.value == text), None)
        return self._range(found) if found else None

    @cached_property
    def _composed(self) -> yaml.Node | None:
        """The file's nodes with their places: composed once, for a file of topics asks for a place a topic."""
        return yaml.compose(self.text, Loader=_LOADER)

    def _where(self, root: yaml.Node | None, keys: tuple[Key, ...]) -> SourceRange:
        """Walk down `keys` as far as the file has them."""
        found, node = root, root
        for key in keys:
            step = self._child(node, key)
            if step is None:
                break
            found, node = step
        return SourceRange(self.path) if found is None else self._range(found)

    def _child(self, node: yaml.Node | None, key: Key) -> tuple[yaml.Node, yaml.Node] | None:
        """The node to point at and the node to go on from."""
        if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            return node.value[key], node.value[key]
        if isinstance(node, yaml.MappingNode):
            if id(node) not in self._keys:
                self._keys[id(node)] = {str(k.value): (k, v) for k, v in reversed(node.value)}
            return self._keys[id(node)].get(str(key))
        return None

    @cached_property
    def _keys(self) -> dict[int, dict[str, tuple[yaml.Node, yaml.Node]]]:
        """The keys of each mapping that was asked for one: a file of topics is asked for each of them."""
        return {}

    def _range(self, node: yaml.Node) -> SourceRange:
        start, end = node.start_mark, node.end_mark
        if start.line != end.line:
            return SourceRange(self.path, start.line + 1, start.column + 1)
        return SourceRange(self.path, start.line + 1, start.column + 1, end.line + 1, max(end.column, start.column + 1))

    def _in_words(self, problem: yaml.YAMLError) -> yaml.YAMLError:
        """The same in Python's words: libyaml does not name the character that it stumbles over."""
        try:
            yaml.safe_load(self.text)
        except yaml.YAMLError as told:
            return told
        return problem

    def _syntax(self, problem: yaml.YAMLError) -> Diagnostic:
        mark = getattr(problem, "problem_mark", None)
        where = SourceRange(self.path, mark.line + 1, mark.column + 1) if mark else SourceRange(self.path)
        said = getattr(problem, "problem", None) or "unreadable character"
        mend = "indent with spaces" if "'\\t'" in said else "see the line above too: colons, quotes, indentation"
        return error(self.code, f"not YAML: {said}", where, mend)

    def _duplicates(self, root: yaml.Node) -> Iterator[Diagnostic]:
        """YAML keeps the last of two equal keys without a word."""
        for node in _nodes(root):
            seen: set[object] = set()
            for key in (key for key, _ in _children(node) if key is not None):
                if _scalar(key) in seen:
                    mend = "keep one of the two"
                    yield error(self.code, f"key `{key.value}` stands here twice", self._range(key), mend)
                seen.add(_scalar(key))

    def _diagnostics(self, problem: dict[str, Any], root: yaml.Node | None) -> list[Diagnostic]:
        keys = tuple(problem["loc"])
        if problem["type"] == "unknown_keys":
            legal = problem["ctx"]["legal"]
            return [
                self._unknown(str(key), legal, self._where(root, (*keys, key))) for key in problem["ctx"]["unknown"]
            ]
        where = self._where(root, keys)
        if problem["type"] == "missing":
            return [error(self.code, f"key `{keys[-1]}` is missing", where, f"add `{keys[-1]}:`")]
        name = ".".join(str(key) for key in keys if key != "[key]")
        # Where pydantic would speak of Python.
        is_mapping = problem["type"] == "model_type"
        message = "keys with values are expected here" if is_mapping else str(problem["msg"])
        summary = message.removeprefix("Value error, ")
        mend = "write lines of `key: value`, without a dash in front" if is_mapping else None
        return [error(self.code, f"`{name}`: {summary}" if name else summary, where, mend)]

    def _unknown(self, key: str, legal: list[str], where: SourceRange) -> Diagnostic:
        known = "legal keys: " + ", ".join(legal)
        mend = did_you_mean(key, legal, known)
        return error(self.code, f"unknown key `{key}`", where, mend if mend == known else f"{mend} {known}")


def _children(node: yaml.Node) -> list[tuple[yaml.Node | None, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return list(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [(None, child) for child in node.value]
    return []


def _nodes(root: yaml.Node | None) -> Iterator[yaml.Node]:
    """A node and everything inside it, once each: an alias is the node itself again, and may even lead in a circle."""
    left, known = [root] if root else [], set[int]()
    while left:
        node = left.pop()
        if id(node) not in known:
            known.add(id(node))
            yield node
            left += [child for _, child in reversed(_children(node))]


def _scalar(key: yaml.Node) -> object:
    """What a key is told from others by; a key that is a list or a mapping is no other key."""
    return key.value if isinstance(key, yaml.ScalarNode) else id(key)
